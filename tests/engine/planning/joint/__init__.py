"""Tests of joint plans."""
