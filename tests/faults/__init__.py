"""Faults of what surrounds Pollcast, made on demand and before real servers."""
