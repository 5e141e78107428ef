"""What was published while the other tests of this folder looked at it and broke it."""

from __future__ import annotations

import pytest

from tests.e2e.published import Published

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("demo")]


def test_everything_that_any_playlist_named_during_this_run_was_there_and_never_changed(published: Published) -> None:
    published.look()
    assert published.playlists >= 12
    assert len(published.addresses) > 24
    assert {address: status for address, status in published.addresses.items() if status != 200} == {}
    assert published.faults == []
