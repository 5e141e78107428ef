"""What this machine gives: child processes, binaries, ports, files. Knows nothing of elections."""
