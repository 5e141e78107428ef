"""`pollcast.toml` and `cameras.toml`: what is right is read, every fault is named with its place."""

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


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (GOOD + "[video]\nsegment_secs = 4\n", ["7: video.segment_secs: is not a known key"]),
        (GOOD + "[cameras]\n", ["8: cameras: is not a known key"]),
        (GOOD + '[site]\nbase_url = "https://x.example/"\n', ["9: site.base_url: write the site's address as https"]),
        (GOOD + '[site]\nbase_url = "ftp://x"\n', ["9: site.base_url: write the site's address"]),
        (GOOD + "[video]\nwindow_seconds = 5\n", ["9: video.window_seconds: input should be greater than or equal"]),
        (GOOD + '[video]\nsegment_seconds = "4"\n', ["9: video.segment_seconds: input should be a valid integer"]),
        (GOOD + "[video]\naudio = 1\n", ["9: video.audio: input should be a valid boolean"]),
        (GOOD + "[video]\nsegment_seconds = 8\n", ["8: video: segment_seconds must not exceed"]),
        (GOOD.replace("Выборы", ""), ["2: election.name.ru: string should have at least 1 character"]),
        (GOOD.replace(', ru = "Выборы"', ""), ["2: election.name.ru: is missing"]),
        (GOOD.replace("2026-11-24", '"soon"'), ["3: election.date: input should be a valid date"]),
        (GOOD.replace("[store]", 'time_zone = "Mars/Base"\n[store]'), ["5: election.time_zone: there is no time zone"]),
        (GOOD.replace("[store]", "opens = 20:00:00\n[store]"), ["1: election: opens must be earlier than closes"]),
        (
            GOOD.replace("[store]", "early_minutes = -1\n[store]"),
            ["5: election.early_minutes: input should be greater"],
        ),
        (GOOD.replace("[store]", "early_minutes = 721\n[store]"), ["5: election.early_minutes: input should be less"]),
        (
            GOOD.replace("[store]", "early_minutes = 0.5\n[store]"),
            ["5: election.early_minutes: input should be a valid"],
        ),
        (GOOD.replace("[store]", "ends_after_hours = 0\n[store]"), ["5: election.ends_after_hours: input should be"]),
        (GOOD.replace("[store]", "ends_after_hours = 73\n[store]"), ["5: election.ends_after_hours: input should be"]),
        (GOOD.replace('url = "memory://"', ""), ["5: store.url: is missing"]),
        (GOOD + "[video\n", ["7: is not valid TOML"]),
        (GOOD + "[video]\nsegment_seconds = \n", ["8: is not valid TOML"]),
        ("", ["election: is missing", "store: is missing"]),
    ],
)
def test_each_fault_of_the_configuration_is_named_with_line_and_field(
    tmp_path: Path, text: str, faults: list[str]
) -> None:
    file = written(tmp_path, "pollcast.toml", text)
    with pytest.raises(InputError) as caught:
        read_configuration(file)
    told = [str(fault).removeprefix(f"{file}").lstrip(": ") for fault in caught.value.faults]
    assert len(told) == len(faults)
    for line, expected in zip(told, faults, strict=True):
        number, _, rest = expected.partition(": ")
        number_told, _, rest_told = line.partition(": ")
        assert rest_told.startswith(rest), line
        if number.isdigit() and "TOML" not in rest:
            assert abs(int(number_told) - int(number)) <= 1, line


def test_a_file_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml: there is no such file\."):
        read_configuration(tmp_path / "nowhere.toml")


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


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "camera: is missing"),
        ("camera = []\n", ":1: camera: list should have at least 1 item"),
        (CAMERA.replace("034-012", "34-12"), ":2: camera[1].station: a station id is three digits"),
        (CAMERA.replace("034-012", "126-001"), ":2: camera[1].station: a constituency is numbered 1 to 125"),
        (CAMERA.replace("034-012", "034-000"), ":2: camera[1].station: a polling station is numbered"),
        (CAMERA.replace("034-012", "٠٣٤-٠١٢"), ":2: camera[1].station: a station id is three digits"),
        (
            CAMERA.replace("rtsp://10.0.0.5/main", "file:///etc/passwd"),
            ":3: camera[1].main: only rtsp://, rtsps://, srt://,",
        ),
        (CAMERA.replace("rtsp://10.0.0.5/main", "concat:a|b"), ":3: camera[1].main: only rtsp://, rtsps://, srt://,"),
        (
            CAMERA.replace("rtsp://10.0.0.5/main", "10.0.0.5/main"),
            ":3: camera[1].main: only rtsp://, rtsps://, srt://,",
        ),
        (CAMERA.replace("10.0.0.5", "viewer:pw@10.0.0.5"), ":3: camera[1].main: holds a user or password"),
        (CAMERA.replace("10.0.0.5", ""), ":3: camera[1].main: names no host"),
        (CAMERA.replace("10.0.0.5", "10.0.0.5:99999"), ":3: camera[1].main: is not an address"),
        (CAMERA.replace("10.0.0.5", "[10.0.0.5"), ":3: camera[1].main: is not an address"),
        (CAMERA.replace("/main", "/ma in"), ":3: camera[1].main: holds a space"),
        (CAMERA + "sub = 5\n", ":4: camera[1].sub: input should be a valid string"),
        (CAMERA + 'pasword = { env = "A" }\n', ":4: camera[1].pasword: is not a known key"),
        (CAMERA + 'password = { env = "A" }\n', ":1: camera[1]: a password needs a user beside it"),
        (CAMERA + 'user = "u"\npassword = { env = "UNSET" }\n', ":5: camera[1].password: the environment variable UN"),
        (CAMERA + 'user = "u"\npassword = { file = "none" }\n', ":5: camera[1].password: the secret file"),
        (CAMERA + 'user = "u"\npassword = "hunter2"\n', ":5: camera[1].password: "),
        (CAMERA + 'user = "u"\npassword = {}\n', ":5: camera[1].password: write either"),
        (
            CAMERA.replace("rtsp", "https") + 'user = "u"\n',
            ":1: camera[1]: user and password are given to rtsp:// and rtsps:// cameras only",
        ),
        (CAMERA + 'ca = "ca.pem"\n', ":1: camera[1]: ca is for rtsps:// cameras"),
        (CAMERA.replace("rtsp", "rtsps") + 'ca = "none.pem"\n', ":4: camera[1].ca: "),
        (CAMERA + 'mask = "none.toml"\n', ":4: camera[1].mask: the mask "),
        (CAMERA + 'mask = ""\n', ":4: camera[1].mask: string should have at least 1 character"),
        (CAMERA + "mask = true\n", ":4: camera[1].mask: input should be a valid string"),
        (CAMERA + CAMERA, ":5: camera[2].station: 034-012 stands already at camera 1"),
    ],
)
def test_each_fault_of_the_cameras_is_named_with_line_and_field(tmp_path: Path, text: str, fault: str) -> None:
    file = written(tmp_path, "cameras.toml", text)
    with pytest.raises(InputError) as caught:
        read_cameras(file, {})
    told = str(caught.value).removeprefix(str(file))
    assert told.lstrip(": ").startswith(fault.lstrip(": ")), told
    assert "hunter2" not in told


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
    with pytest.raises(InputError, match=r"masks/034-012\.toml:4: rectangle\[1\]\.width: .* less than or equal to 1"):
        read_cameras(cameras, {})
    mask.unlink()
    with pytest.raises(InputError, match=r"there is no such file\. Without it the camera does not start\."):
        read_cameras(cameras, {})
