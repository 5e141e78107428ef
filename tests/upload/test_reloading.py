"""What a changed `cameras.toml` means, and how it is heard of."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from election.cameras import Source, read_cameras
from election.errors import InputError
from election.secret import Secret
from tests.upload.packaging import FIRST, MAIN, PATIENCE_SECONDS, SECOND, SUB, THIRD, run, source
from upload.cameras_watch import CamerasWatch
from upload.reloading import begun_anew, by_station, changes

CAMERA = '[[camera]]\nstation = "034-012"\nmain = "rtsp://127.0.0.1:9/main"\n'
WITH_FILE = CAMERA + 'user = "u"\npassword = { file = "secret" }\n'
SOURCES = st.lists(
    st.builds(
        source,
        st.sampled_from(["rtsp://a/1", "rtsp://a/2"]),
        station=st.sampled_from([FIRST, SECOND, THIRD]),
        rendition=st.sampled_from([MAIN, SUB]),
    ),
    unique_by=lambda each: (each.station, each.rendition),
)


@given(running=SOURCES, wanted=SOURCES)
def test_changes_lead_from_what_runs_to_what_is_wanted_and_name_no_other_station(
    running: list[Source], wanted: list[Source]
) -> None:
    due = changes(running, wanted)
    result = by_station(running)
    for station in due.stop:
        del result[station]
    assert not set(due.start) & set(result)
    assert set(due.replace) <= set(result)
    assert all(result[station] != streams for station, streams in due.replace.items())
    assert {**result, **due.start, **due.replace} == by_station(wanted)
    assert bool(due) == (by_station(running) != by_station(wanted))


def test_a_changed_password_begins_both_streams_anew_and_a_changed_address_only_its_own() -> None:
    main, sub = source("rtsp://a/1", password="x"), source("rtsp://a/2", rendition=SUB, password="x")
    moved = main.model_copy(update={"url": "rtsp://b/1"})
    assert begun_anew((main, sub), (moved, sub)) == (moved,)
    both = tuple(each.model_copy(update={"password": Secret("y")}) for each in (main, sub))
    assert begun_anew((main, sub), both) == both


class Heard:
    """What a watch of `cameras.toml` in `folder` tells."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "cameras.toml"
        self.told: list[tuple[Source, ...] | InputError] = []

    async def listen(self) -> None:
        async for found in CamerasWatch(self.file, read_cameras, look_seconds=0.02).changes():
            self.told.append(found)

    async def after(self, count: int) -> tuple[Source, ...] | InputError:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.told) < count:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.15)  # nothing more is told
        assert len(self.told) == count
        return self.told[-1]


def test_each_change_is_told_once_also_of_secret_files_and_in_place_or_replaced(tmp_path: Path) -> None:
    async def work() -> None:
        heard = Heard(tmp_path)
        heard.file.write_text(CAMERA, encoding="utf-8")
        listening = asyncio.create_task(heard.listen())
        await asyncio.sleep(0.1)
        assert heard.told == []
        (tmp_path / "secret").write_text("one\n", encoding="utf-8")
        (tmp_path / "new").write_text(WITH_FILE, encoding="utf-8")
        (tmp_path / "new").replace(heard.file)
        found = await heard.after(1)
        assert isinstance(found, tuple)
        assert found[0].password == Secret("one")
        (tmp_path / "secret").write_text("two\n", encoding="utf-8")
        found = await heard.after(2)
        assert isinstance(found, tuple)
        assert found[0].password == Secret("two")
        (tmp_path / "secret").unlink()
        refused = await heard.after(3)
        assert isinstance(refused, InputError)
        assert (refused.faults[0].line, refused.faults[0].field) == (5, "camera[1].password")
        heard.file.write_text("[[camera", encoding="utf-8")
        assert isinstance(await heard.after(4), InputError)
        heard.file.unlink()
        assert "no such file" in str(await heard.after(5))
        listening.cancel()

    run(work())


def test_a_file_that_is_still_being_written_is_waited_for(tmp_path: Path) -> None:
    async def work() -> None:
        heard = Heard(tmp_path)
        heard.file.write_text(CAMERA, encoding="utf-8")
        listening = asyncio.create_task(heard.listen())
        await asyncio.sleep(0.1)
        text = CAMERA.replace("034-012", "034-013")
        with heard.file.open("w", encoding="utf-8") as stream:
            for character in text:
                stream.write(character)
                stream.flush()
                await asyncio.sleep(0.003)
        found = await heard.after(1)
        assert isinstance(found, tuple)
        assert [each.station for each in found] == [SECOND]
        listening.cancel()

    run(work())
