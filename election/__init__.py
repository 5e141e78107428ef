"""The election's domain: what the site builder and the packager both speak about. No I/O but reading a given file."""
