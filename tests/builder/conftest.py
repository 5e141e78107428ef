"""A small sample to build, and its configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.sample import write_content
from election.configuration import Configuration, read_configuration

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The content of six sample stations, 034-012 and its neighbour 034-013 the first of them."""
    folder = tmp_path / "content"
    write_content(folder, 6)
    return folder


@pytest.fixture(scope="session")
def configuration() -> Configuration:
    """The configuration that lies beside the sample content."""
    return read_configuration(ROOT / "pollcast.toml")
