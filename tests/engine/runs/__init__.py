"""Tests of appliances and their runs."""
