"""Clips put together from published segments, read by an independent program: times, pictures, sound, what they say."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import pytest

from machine import binaries
from tests.site import clip_clock

MUX = Path(__file__).parent / "mux.mjs"
START = 1_795_932_300_347
"""2026-11-29 06:05:00.347 UTC, in ms."""
SECONDS = 2
RATE = 10


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A camera's recording, cut by ffmpeg as the packager has it cut."""

    init: Path
    segments: list[Path]


def record(folder: Path, *, size: str, seconds: int, sound: bool = False, late: int = 0) -> Recording:
    """Record; the pictures begin `late` seconds after the recording's clock, and after its sound."""
    folder.mkdir()
    source = f"testsrc2=size={size}:rate={RATE}"
    command = [str(binaries.ffmpeg()), "-v", "error", "-f", "lavfi", "-i", source]
    if sound:
        command += ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=16000", "-c:a", "aac", "-b:a", "48k"]
    command += [
        "-t",
        str(seconds),
        "-fps_mode",
        "passthrough",
        "-vf",
        f"setpts=PTS+{late}/TB",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-tune",
        "zerolatency",
    ]
    command += [
        "-pix_fmt",
        "yuv420p",
        "-g",
        str(RATE * SECONDS),
        "-sc_threshold",
        "0",
        "-video_track_timescale",
        "90000",
    ]
    command += ["-f", "hls", "-hls_time", str(SECONDS), "-hls_list_size", "0", "-hls_segment_type", "fmp4"]
    command += ["-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", str(folder / "%03d.m4s")]
    subprocess.run([*command, str(folder / "list.m3u8")], check=True, timeout=180)
    return Recording(init=folder / "init.mp4", segments=sorted(folder.glob("*.m4s")))


def mux(
    folder: Path,
    recordings: list[tuple[Recording, int]],
    known: str | None = None,
    late: Mapping[int, int] | None = None,
) -> Path:
    """Return the file of recordings that begin so many ms after `START`; a comment may be `known` only at the end.

    Segments of the first recording may be published as so many ms `late`, by their place in it.
    """
    rows = []
    for number, (recording, begin) in enumerate(recordings):
        for index, file in enumerate(recording.segments):
            start = START + begin + index * SECONDS * 1000 + ((late or {}).get(index, 0) if number == 0 else 0)
            row = {"file": str(file), "start": start, "duration": SECONDS * 1000}
            rows.append({**row, "another": str(recording.init) if index == 0 and number > 0 else None})
    last, begin = recordings[-1]
    plan = {
        "init": str(recordings[0][0].init),
        "about": {
            "start": START,
            "duration": begin + len(last.segments) * SECONDS * 1000,
            "title": "Station 034-012",
            "comment": "No picture 10:05:06–10:05:26: sınaq",
        },
        "segments": rows,
        "known": known,
    }
    (folder / "plan.json").write_text(json.dumps(plan))
    out = folder / "clip.mp4"
    subprocess.run([str(binaries.node()), str(MUX), str(folder / "plan.json"), str(out)], check=True, timeout=180)
    return out


def video_times(file: Path) -> list[Fraction]:
    """Return the time of every decoded picture, in seconds."""
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        return [frame.pts * stream.time_base for frame in container.decode(stream) if frame.pts is not None]


def test_the_time_in_the_file_is_the_wall_clock_since_its_start_also_behind_a_gap(tmp_path: Path) -> None:
    one = record(tmp_path / "one", size="160x90", seconds=6)
    two = record(tmp_path / "two", size="160x90", seconds=4)
    file = mux(tmp_path, [(one, 0), (two, 26_000)])
    times = video_times(file)
    assert len(times) == 10 * RATE
    wanted = [Fraction(n, RATE) for n in range(6 * RATE)] + [26 + Fraction(n, RATE) for n in range(4 * RATE)]
    assert [float(time) for time in times] == pytest.approx([float(time) for time in wanted], abs=0.002)
    with av.open(str(file)) as container:
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(30, abs=0.2)
        assert container.metadata["title"] == "Station 034-012"
        assert container.metadata["comment"] == "No picture 10:05:06–10:05:26: sınaq"
        # MP4's own field knows whole seconds; the other is exact.
        assert container.metadata["date"] == "2026-11-29T06:05:00.347Z"
        assert container.metadata["creation_time"].startswith("2026-11-29T06:05:00")


def moment(milliseconds: int) -> datetime:
    """Return the moment so long after `START`."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=START + milliseconds)


def test_each_fragment_says_its_time_of_day_and_each_piece_between_gaps_is_a_chapter_named_by_it(
    tmp_path: Path,
) -> None:
    one = record(tmp_path / "one", size="160x90", seconds=6)
    two = record(tmp_path / "two", size="160x90", seconds=4)
    # Without a hole between them, and behind one.
    file = mux(tmp_path, [(one, 0), (two, 6_000), (two, 26_411)])
    begins = [0, 2_000, 4_000, 6_000, 8_000, 26_411, 28_411]
    told = clip_clock.fragment_times(file)
    assert [each.moment for each in told] == [moment(begin) for begin in begins]
    assert [float(each.position) for each in told] == pytest.approx([begin / 1000 for begin in begins], abs=0.001)
    chapters = clip_clock.chapters(file)
    assert [name for _position, name in chapters] == [moment(0), moment(26_411)]
    assert [position for position, _name in chapters] == pytest.approx([0, 26.411], abs=0.001)


def test_a_fragment_says_the_time_that_was_published_of_it_also_where_the_recording_goes_on_as_before(
    tmp_path: Path,
) -> None:
    one = record(tmp_path / "one", size="160x90", seconds=6)
    told = clip_clock.fragment_times(mux(tmp_path, [(one, 0)], late={1: 300}))
    assert [each.moment for each in told] == [moment(begin) for begin in (0, 2_300, 4_000)]
    assert [float(each.position) for each in told] == pytest.approx([0, 2, 4], abs=0.001)


def test_the_times_of_a_film_with_sound_are_those_of_its_pictures(tmp_path: Path) -> None:
    one = record(tmp_path / "one", size="160x90", seconds=4, sound=True)
    told = clip_clock.fragment_times(mux(tmp_path, [(one, 0)]))
    assert [each.moment for each in told] == [moment(0), moment(2_000)]


def test_a_file_says_more_in_the_same_room_and_leaves_out_whole_lines_where_that_is_too_little(tmp_path: Path) -> None:
    one = record(tmp_path / "one", size="160x90", seconds=4)
    plain = mux(tmp_path, [(one, 0)]).read_bytes()
    lines = [f"10:05:{n % 60:02d} – {n}" for n in range(2000)]
    for known in (lines[:3], lines):
        file = mux(tmp_path, [(one, 0)], known="\n".join(known))
        assert len(file.read_bytes()) == len(plain)
        with av.open(str(file)) as container:
            said = container.metadata["comment"].split("\n")
        assert said == known or (said[-1] == "…" and said[:-1] == known[: len(said) - 1] and len(said) > 500)
        assert len(video_times(file)) == 4 * RATE


def test_recordings_of_another_size_do_not_fit_into_one_file(tmp_path: Path) -> None:
    one, same, two = (
        record(tmp_path / name, size=size, seconds=2)
        for name, size in (("one", "160x90"), ("same", "160x90"), ("two", "320x180"))
    )
    script = (
        f"import {{ fitTogether }} from {json.dumps(str(MUX.parents[2] / 'site/js/keep/tracks.js'))};"
        "import { readFileSync } from 'node:fs';"
        "const read = (file) => new Uint8Array(readFileSync(file)); const [one, same, two] = process.argv.slice(1);"
        "console.log(fitTogether(read(one), read(same)), fitTogether(read(one), read(two)));"
    )
    command = [
        str(binaries.node()),
        "--input-type=module",
        "--eval",
        script,
        str(one.init),
        str(same.init),
        str(two.init),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    assert done.stdout.split() == ["true", "false"]


def test_sound_stays_with_its_pictures(tmp_path: Path) -> None:
    one = record(tmp_path / "one", size="160x90", seconds=4, sound=True)
    two = record(tmp_path / "two", size="160x90", seconds=4, sound=True)
    file = mux(tmp_path, [(one, 0), (two, 14_000)])
    with av.open(str(file)) as container:
        stream = container.streams.audio[0]
        assert stream.time_base is not None
        times = [float(frame.pts * stream.time_base) for frame in container.decode(stream) if frame.pts is not None]
    assert len(times) > 100
    assert times[0] == pytest.approx(0, abs=0.1)
    behind = [time for time in times if time > 5]
    assert behind[0] == pytest.approx(14, abs=0.1)
    assert behind[-1] == pytest.approx(18, abs=0.2)


def test_a_recording_whose_sound_begins_before_its_pictures_still_begins_with_them(tmp_path: Path) -> None:
    one = record(tmp_path / "one", size="160x90", seconds=7, sound=True, late=1)
    two = record(tmp_path / "two", size="160x90", seconds=6, sound=True)
    # Once the delayed recording comes first, once it follows: the file's own times are those of the first.
    for name, recordings in (("first", [(one, 0), (two, 20_000)]), ("then", [(two, 0), (one, 20_000)])):
        (tmp_path / name).mkdir()
        file = mux(tmp_path / name, recordings)
        assert [float(time) for time in video_times(file)[:2]] == pytest.approx([0, 1 / RATE], abs=0.002)
        assert next(float(time) for time in video_times(file) if time > 10) == pytest.approx(20, abs=0.002)
        with av.open(str(file)) as container:
            sound = [
                float(packet.pts * packet.time_base) for packet in container.demux(audio=0) if packet.pts is not None
            ]
        # Seven seconds of pictures end with a second more of sound than six.
        assert max(time for time in sound if time < 10) == pytest.approx(6, abs=0.2)
        assert max(sound) == pytest.approx(26, abs=0.2)


def test_the_samples_are_those_that_were_published_and_any_moment_can_be_sought(tmp_path: Path) -> None:
    one = record(tmp_path / "one", size="160x90", seconds=8)
    file = mux(tmp_path, [(one, 0)])
    body = file.read_bytes()
    for segment in one.segments:
        published = segment.read_bytes()
        samples = published[published.index(b"mdat") + 4 :]
        assert samples in body
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        container.seek(int(5 / stream.time_base), stream=stream)
        frame = next(container.decode(stream))
        assert frame.pts is not None
        assert float(frame.pts * stream.time_base) == pytest.approx(4)
    checked = [str(binaries.ffmpeg()), "-v", "error", "-i", str(file), "-f", "null", "-"]
    done = subprocess.run(checked, capture_output=True, text=True, timeout=180, check=True)
    assert done.stderr == ""
