"""Clips kept as files: encoded once, and anew where a file is not whole."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import av
import pytest

from simulator import clip_store
from simulator.clip_store import ClipKey
from simulator.description import StreamFormat

SMALL = StreamFormat(width=320, height=180, fps=10, kbit=100, gop_seconds=1.0)
SMALLER = StreamFormat(width=160, height=90, fps=10, kbit=40, gop_seconds=0.5)
KEYS = [ClipKey(room=0, form=SMALL, seconds=1.5), ClipKey(room=0, form=SMALLER, seconds=2.0)]


def test_clips_are_encoded_once_and_read_afterwards(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    made = asyncio.run(clip_store.load(KEYS, tmp_path, lambda done, total: heard.append((done, total))))
    assert heard == [(done, 20) for done in range(1, 21)]  # both sizes are of the same drawing
    heard.clear()
    assert asyncio.run(clip_store.load(KEYS, tmp_path, lambda done, total: heard.append((done, total)))) == made
    assert heard == []


def test_a_clip_is_whole_groups_of_pictures_of_the_size_asked_for(tmp_path: Path) -> None:
    clips = asyncio.run(clip_store.load(KEYS, tmp_path))
    for key in KEYS:
        gop = key.form.gop_pictures
        assert [picture.key for picture in clips[key].pictures] == [number % gop == 0 for number in range(20)]
        with av.open(str(tmp_path / key.file_name)) as container:
            frames = list(container.decode(video=0))
        assert len(frames) == 20
        assert {(frame.width, frame.height) for frame in frames} == {(key.form.width, key.form.height)}


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes | None) -> None:
    key = KEYS[1]
    clip = asyncio.run(clip_store.load([key], tmp_path))[key]
    file = tmp_path / key.file_name
    whole = file.read_bytes()
    damaged = whole[: len(whole) // 2] if damage is None else damage
    file.write_bytes(damaged)
    made = asyncio.run(clip_store.load([key], tmp_path))[key]
    # Not to the bit: with two threads the encoder's sizes depend on how far each of them is.
    assert [picture.key for picture in made.pictures] == [picture.key for picture in clip.pictures]
    assert made.parameters == clip.parameters
    assert file.read_bytes() != damaged
    assert asyncio.run(clip_store.load([key], tmp_path))[key] == made


def test_every_parameter_is_in_a_files_name() -> None:
    key = KEYS[0]
    others = [
        replace(key, room=1),
        replace(key, seconds=30.0),
        *(
            replace(key, form=replace(SMALL, **change))
            for change in ({"width": 322}, {"height": 182}, {"fps": 11}, {"kbit": 101}, {"gop_seconds": 0.5})
        ),
    ]
    assert len({other.file_name for other in (key, *others)}) == len(others) + 1


def test_stopping_while_clips_are_made_does_not_wait_for_them(tmp_path: Path) -> None:
    long = ClipKey(room=0, form=SMALL, seconds=3600.0)
    drawn = 0

    async def stop_soon() -> None:
        def drew(done: int, total: int) -> None:
            nonlocal drawn
            drawn = done

        task = asyncio.create_task(clip_store.load([long], tmp_path, drew))
        while drawn < 5:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()

    asyncio.run(stop_soon())
    assert drawn < long.pictures
    assert list(tmp_path.iterdir()) == []


def test_clips_are_kept_where_the_desktop_keeps_its_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert clip_store.default_folder() == Path("/somewhere/pollcast")
    for unusable in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", unusable)
        assert clip_store.default_folder() == Path.home() / ".cache" / "pollcast"
