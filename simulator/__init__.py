"""Simulated cameras: an RTSP server for demos, rehearsals and tests."""
