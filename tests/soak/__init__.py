"""What takes too long for every run of the tests: the long forms of `tests/faults`."""
