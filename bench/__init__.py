"""Benchmarks: each prints one table and compares within one run. None of them is a test that must be passed."""
