"""The whole system on one machine: starts every part as a process of its own."""
