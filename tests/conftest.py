"""What any test may ask for: a scratch folder in memory and the real servers, started once for the whole run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import servers


@pytest.fixture(scope="session")
def seaweedfs() -> Iterator[servers.S3Server]:
    """A running SeaweedFS without buckets."""
    with servers.running_seaweedfs() as server:
        yield server


@pytest.fixture(scope="session")
def rclone() -> Iterator[servers.S3Server]:
    """A running `rclone serve s3` without buckets."""
    with servers.running_rclone() as server:
        yield server
