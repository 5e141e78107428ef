"""`pollcast.toml` and `cameras.toml`: what is right is read."""

from pathlib import Path

import pytest

from election.cameras import read_cameras
from election.configuration import read_configuration
from election.errors import InputError
from election.ids import Rendition
from election.privacy_mask import read_mask

GOOD = """\
[election]
name = { az = "Seçki", en = "Election", ru = "Выборы" }
date = 2026-11-24

[store]
url = "memory://"
"""


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_short_configuration_has_the_documented_defaults(tmp_path: Path) -> None:
    configuration = read_configuration(written(tmp_path, "pollcast.toml", GOOD))
    assert configuration.election.time_zone == "Asia/Baku"
    assert configuration.video.segment_seconds == 4
    assert configuration.video.target_duration_seconds == 6
    assert configuration.video.window_seconds == 600
    assert not configuration.video.audio
    assert not configuration.election.sample
    assert (configuration.election.early_minutes, configuration.election.ends_after_hours) == (30, 24)


CAMERA = '[[camera]]\nstation = "034-012"\nmain = "rtsp://10.0.0.5/main"\n'


def test_cameras_are_read_in_the_order_of_their_stations_main_before_sub(tmp_path: Path) -> None:
    text = CAMERA + 'sub = "rtsp://10.0.0.5/sub"\n' + CAMERA.replace("034-012", "001-001")
    sources = read_cameras(written(tmp_path, "cameras.toml", text), {})
    assert [(source.station, source.rendition) for source in sources] == [
        ("001-001", Rendition.MAIN),
        ("034-012", Rendition.MAIN),
        ("034-012", Rendition.SUB),
    ]


def test_passwords_come_from_the_environment_or_a_file_and_never_show(tmp_path: Path) -> None:
    written(tmp_path, "secret", "s3cret ü\n")
    text = (
        CAMERA
        + 'user = "viewer"\npassword = { env = "CAMERA" }\n'
        + CAMERA.replace("012", "013")
        + 'user = "viewer"\npassword = { file = "secret" }\n'
    )
    sources = read_cameras(written(tmp_path, "cameras.toml", text), {"CAMERA": "hunter2"})
    assert [source.password.reveal() for source in sources if source.password] == ["hunter2", "s3cret ü"]
    assert "hunter2" not in repr(sources)
    assert "hunter2" not in str(sources)


def test_a_mask_covers_both_streams_of_its_camera_and_its_own_faults_are_named_in_its_file(tmp_path: Path) -> None:
    (tmp_path / "masks").mkdir()
    mask = written(tmp_path / "masks", "034-012.toml", "[[rectangle]]\nx = 0\ny = 0\nwidth = 0.5\nheight = 0.5\n")
    text = CAMERA + 'sub = "rtsp://10.0.0.5/sub"\nmask = "masks/034-012.toml"\n' + CAMERA.replace("012", "013")
    cameras = written(tmp_path, "cameras.toml", text)
    main, sub, other = read_cameras(cameras, {})
    assert main.mask == sub.mask == read_mask(mask)
    assert other.mask is None
    mask.write_text("[[rectangle]]\nx = 0\ny = 0\nwidth = 0.5\nheight = 0.6\n", encoding="utf-8")
    assert read_cameras(cameras, {})[0] != main
    mask.write_text("[[rectangle]]\nx = 0\ny = 0\nwidth = 5\nheight = 0.6\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"masks/034-012\.toml:4: rectangle\[1\]\.width: is at most 1"):
        read_cameras(cameras, {})
    mask.unlink()
    with pytest.raises(InputError, match=r"there is no such file\. Without it the camera does not start\."):
        read_cameras(cameras, {})
