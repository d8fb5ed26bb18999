"""Tests of the local price server: what the suite relies on, and no more."""
