"""Whatever stands in a playlist or a segment, its reader gives it or refuses it, in time, and nothing else happens.

The short form; `make soak` makes a million runs.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from election.cameras import read_cameras
from election.errors import InputError
from election.playlist import MasterPlaylist, Variant, format_master, parse_master
from tests.faults import fuzzing, written_files

RUNS = 10_000
PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("target", fuzzing.TARGETS)
def test_nothing_but_the_documented_error_comes_out_of_a_reader(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("there is no atheris for this machine")
    runs = RUNS // fuzzing.DEAR.get(target, 1)
    argv = [sys.executable, "-m", "tests.faults.fuzzer", target, str(tmp_path)]
    argv += [f"-runs={runs}", "-timeout=60", "-rss_limit_mb=1024", "-seed=20261124"]
    ended = subprocess.run(argv, cwd=PROJECT, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert f"Done {runs} runs" in ended.stderr


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


ODD = st.sampled_from(
    ["true", "-1", "4", "4.5", "inf", "nan", "0x" + "f" * 5_000, "2026-11-24", "08:00:00", "2026-11-24T08:00:00Z"]
)
TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "Asia/Baku",
            "Asia",
            "034-012",
            "034-000",
            "memory://",
            "s3://b?endpoint=x",
            "rtsp://10.0.0.5/x",
            "ca.pem",
            "\0",
        ]
    ),
)
VALUES = st.recursive(
    st.one_of(ODD, TEXT.map(json.dumps)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(st.sampled_from(["az", "en", "ru", "env", "file", "x"]), inner, max_size=3).map(
            lambda found: f"{{ {', '.join(f'{key} = {value}' for key, value in found.items())} }}"
        ),
    ),
    max_leaves=5,
)


def tables(**keys: list[str]) -> st.SearchStrategy[bytes]:
    """TOML of tables in which any of their keys, in any order, has any value."""

    def table(header: str, names: list[str]) -> st.SearchStrategy[str]:
        line = st.builds(lambda name, value: f"{name} = {value}\n", st.sampled_from(names), VALUES)
        return st.lists(line, max_size=len(names), unique_by=lambda text: text.partition(" ")[0]).map(
            lambda lines: header + "\n" + "".join(lines)
        )

    parts = [table(f"[{name}]" if name != "camera" else "[[camera]]", names) for name, names in keys.items()]
    return st.tuples(*parts).map(lambda texts: "".join(texts).encode(errors="replace"))


@given(
    tables(
        election=["name", "date", "sample", "time_zone", "opens", "closes", "early_minutes", "ends_after_hours", "x"],
        site=["base_url", "offline", "license"],
        store=["url"],
        video=["segment_seconds", "target_duration_seconds", "window_seconds", "audio"],
    )
)
def test_any_values_in_a_configuration_are_taken_or_named(text: bytes) -> None:
    written_files.configuration(text)


@given(tables(camera=["station", "main", "sub", "user", "password", "ca", "mask", "x"]))
def test_any_values_in_a_list_of_cameras_are_taken_or_named(text: bytes) -> None:
    written_files.cameras(text)


@given(
    st.sampled_from(["user", "password", "main", "sub", "ca", "pass", "password.env", "password.value"]),
    st.sampled_from(
        ['"hunter2"', '["hunter2"]', '{ a = "hunter2" }', '[["hunter2"]]', '"rtsp://viewer:hunter2@10.0.0.5/"']
    ),
    st.sampled_from(["user", "password", "main", "x"]),
)
def test_a_password_is_not_repeated_wherever_it_was_written(key: str, value: str, beside: str) -> None:
    lines = [f"{key} = {value}", *(f"{name} = 5" for name in ["station", beside] if name != key.partition(".")[0])]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cameras.toml"
        file.write_text("[[camera]]\n" + "\n".join(lines), encoding="utf-8")
        with pytest.raises(InputError) as error:
            read_cameras(file, {})
    assert "hunter2" not in str(error.value)


PAGE_VALUES = st.recursive(
    st.one_of(
        st.text(max_size=12).map(json.dumps), st.sampled_from(["", "true", "40.4", "2026-11-29", "08:00", "[ramp]"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(st.sampled_from(["az", "en", "ru", "lat", "lon", "x"]), inner, max_size=3).map(
            lambda found: f"{{ {', '.join(f'{key}: {value}' for key, value in found.items())} }}"
        ),
    ),
    max_leaves=5,
)


@pytest.mark.parametrize("number", range(len(written_files.MODELS)))
@settings(max_examples=60)
@given(data=st.data())
def test_any_values_of_a_pages_fields_are_taken_or_named(number: int, data: st.DataObject) -> None:
    fields = written_files.MODELS[number].model_fields
    names = [field.alias or name for name, field in fields.items()]
    chosen = data.draw(st.dictionaries(st.sampled_from([*names, "x"]), PAGE_VALUES, max_size=len(names)))
    body = data.draw(st.text(max_size=20))
    head = "".join(f"{name}: {value}\n" for name, value in chosen.items())
    written_files.page(bytes([number]) + f"---\n{head}---\n{body}\n".encode(errors="replace"))
