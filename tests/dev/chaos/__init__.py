"""Tests of the chaos."""
