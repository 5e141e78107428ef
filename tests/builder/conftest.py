"""A small sample to build, the whole one, and their configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.sample import write_content
from election.configuration import Configuration, read_configuration
from tests import sample_election

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The content of six sample stations, 034-012 and its neighbour 034-013 the first of them."""
    folder = tmp_path / "content"
    write_content(folder, 6)
    return folder


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of twenty-four sample stations, a past election and a picture; to be read or copied only."""
    return sample_election.write(tmp_path_factory.mktemp("sample") / "content")


@pytest.fixture(scope="session")
def configuration() -> Configuration:
    """The configuration of the sample election."""
    return read_configuration(sample_election.CONFIGURATION)
