"""Whatever stands in a playlist or a segment, its reader gives it or refuses it, in time, and nothing else happens.

The short form; `make soak` makes a million runs.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from election.playlist import MasterPlaylist, Variant, format_master, parse_master
from tests.faults import fuzzing

RUNS = 10_000
PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("target", fuzzing.TARGETS)
def test_nothing_but_the_documented_error_comes_out_of_a_reader(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("there is no atheris for this machine")
    argv = [sys.executable, "-m", "tests.faults.fuzzer", target, str(tmp_path)]
    argv += [f"-runs={RUNS}", "-timeout=60", "-rss_limit_mb=1024", "-seed=20261124"]
    ended = subprocess.run(argv, cwd=PROJECT, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert f"Done {RUNS} runs" in ended.stderr


LINES = [
    "#EXT-X-VERSION:8",
    "#EXT-X-TARGETDURATION:{integer}",
    "#EXT-X-MEDIA-SEQUENCE:{integer}",
    "#EXT-X-DISCONTINUITY-SEQUENCE:{integer}",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-DISCONTINUITY",
    "#EXT-X-GAP",
    "#EXT-X-ENDLIST",
    '#EXT-X-MAP:URI="{text}"',
    "#EXT-X-PROGRAM-DATE-TIME:{time}",
    "#EXTINF:{decimal},{text}",
    "{text}.m4s",
    "#EXT-X-UNKNOWN:{text}",
]
WORDS = st.fixed_dictionaries(
    {
        "integer": st.one_of(st.integers(0, 10**20), st.just(6)).map(str),
        "decimal": st.one_of(st.floats(0, 10).map(lambda seconds: f"{seconds:.6f}"), st.integers(0, 10**9).map(str)),
        "text": st.text(max_size=8),
        "time": st.datetimes().map(lambda time: f"{time.isoformat()}+14:00"),
    }
)
TEXTS = st.lists(st.builds(lambda line, words: line.format(**words), st.sampled_from(LINES), WORDS), max_size=12)


@settings(max_examples=400)
@given(TEXTS)
def test_right_lines_in_any_order_are_a_playlist_that_can_be_written_again_or_none(lines: list[str]) -> None:
    fuzzing.media_playlist("\n".join(lines).encode(errors="replace"))


variants = st.builds(
    Variant,
    uri=st.from_regex(r"[a-z0-9/]{1,12}\.m3u8", fullmatch=True),
    bandwidth=st.integers(0, 10**9),
    average_bandwidth=st.integers(0, 10**9),
    codecs=st.sampled_from(["avc1.64001f", "hvc1.1.6.L93.B0"]),
    width=st.integers(16, 16_384),
    height=st.integers(16, 16_384),
    frame_rate=st.integers(1, 120_000).map(lambda thousandths: thousandths / 1000),
)


@given(st.lists(variants, max_size=4))
def test_a_multivariant_playlist_that_is_written_is_read_back(found: list[Variant]) -> None:
    playlist = MasterPlaylist(variants=tuple(found))
    assert parse_master(format_master(playlist)) == playlist
