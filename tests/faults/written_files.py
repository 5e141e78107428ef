"""Files that people write, fed with anything: workbooks, pages, `pollcast.toml`, `cameras.toml`. See `fuzzing`.

Each target lets nothing out but the error its reader documents, and every fault stands on a line that is there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from builder.content_folder import PageFiles
from builder.page_fields import (
    ConstituencyFields,
    HomeFields,
    NewsFields,
    PageFields,
    PastElectionFields,
    RegionFields,
    StationFields,
)
from builder.page_reader import PageReader, TextRule
from builder.station_rows import read_rows
from builder.xlsx_sheet import read_xlsx
from election.cameras import read_cameras, read_lines
from election.configuration import read_configuration
from election.errors import Fault, InputError
from tests.builder.sheets import HEADINGS, with_parts, xlsx_of

PARTS = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
)
"""Of a workbook, which one is what was made up: the first byte says which; beyond them it is the whole file."""
MODELS: tuple[type[BaseModel], ...] = (
    StationFields,
    NewsFields,
    PageFields,
    HomeFields,
    RegionFields,
    ConstituencyFields,
    PastElectionFields,
)
"""Of a page, which fields it may have: the first byte says which."""
_FACTS = b"""[election]
name = { az = "Secki", en = "Election", ru = "Vybory" }
date = 2026-11-24
time_zone = "Asia/Baku"
opens = 08:00:00

[site]
base_url = "https://x.example"
license = "CC0-1.0"

[store]
url = "memory://"

[video]
segment_seconds = 4
audio = false
"""
_CAMERAS = b"""[[camera]]
station = "034-012"
main = "rtsps://10.0.0.5/main"
sub = "srt://10.0.0.5:9000?mode=caller"
user = "viewer"
password = { env = "CAMERA" }

[[camera]]
station = "034-013"
main = "http://10.0.0.6/a.m3u8"
mask = "mask.toml"
"""
_PAGE = """---
name:
  az: "Bir"
  en: One
address: { az: Küçə, ru: Улица }
title: { az: Ad }
coordinates: { lat: 40.3777, lon: 49.892 }
registered_voters: 1250
accessibility: [ramp, lift]
opening: 09:00
date: 2026-11-29
draft: true
weight: 5
aliases: [news/old]
districts: [Quba]
region: quba
---
Mətn [a](/az/news/) ![Zal](/images/hall.png "Zal")

- x
> y
"""


@cache
def _workbook() -> bytes:
    return xlsx_of([HEADINGS, (34, 12, "Bir", "One", "Один", "Ünvan", "Address", "Адрес")])


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="pollcast-fuzz-")


def _written(name: str, body: bytes) -> Path:
    file = Path(_folder().name) / name
    file.write_bytes(body)
    return file


def _on_a_line(faults: Sequence[Fault], body: bytes) -> None:
    assert faults
    lines = body.count(b"\n") + 1
    assert all(0 <= fault.line <= lines and fault.message for fault in faults), faults


def stations_as_xlsx(data: bytes) -> None:
    """A workbook that an editor brings, in which one part is anything; down to what each row says of which station."""
    which, part = data[:1] or b"\0", data[1:]
    body = with_parts(_workbook(), {PARTS[which[0]]: part}) if which[0] < len(PARTS) else part
    try:
        sheet = read_xlsx(body, Path("stations.xlsx"))
    except InputError:
        return
    found = read_rows(sheet)
    assert found.rows or found.faults
    assert len({row.station for row in found.rows}) == len(found.rows)


def page(data: bytes) -> None:
    """A page of any kind, as it lies in the content, with the same text as its translation."""
    model, body = MODELS[(data[:1] or b"\0")[0] % len(MODELS)], data[1:]
    file = _written("page.md", body)
    other = _written("page.en.md", body.rpartition(b"---")[2])
    reader = PageReader()
    found = reader.read(PageFiles(name="page", path=file, translations={"en": other}), model, TextRule.OPTIONAL)
    if found is None:
        _on_a_line(reader.faults, body)
    assert all(fault.line <= body.count(b"\n") + 1 for fault in reader.warnings)


def configuration(data: bytes) -> None:
    """`pollcast.toml`."""
    try:
        read_configuration(_written("pollcast.toml", data))
    except InputError as error:
        _on_a_line(error.faults, data)


def cameras(data: bytes) -> None:
    """`cameras.toml`; its second reader tells of the same stations."""
    file = _written("cameras.toml", data)
    try:
        found = read_cameras(file, {"CAMERA": "x"})
    except InputError as error:
        _on_a_line([fault for fault in error.faults if fault.file == file] or [error.faults[0]], data)
        return
    assert {source.station for source in found} == set(read_lines(file))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "stations-as-xlsx": stations_as_xlsx,
    "page": page,
    "configuration": configuration,
    "cameras": cameras,
}


def seeds(target: str) -> list[bytes]:
    """Return what a target usually reads."""
    match target:
        case "stations-as-xlsx":
            rows = '<row r="2"><c r="A2"><v>34</v></c><c r="B2" t="inlineStr"><is><t>12</t></is></c></row>'
            sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}'
            ends = "</sheetData></worksheet>"
            return [b"\0" + (sheet + ends).encode(), b"\1<workbook/>", b"\2<styleSheet/>", b"\xff" + _workbook()]
        case "page":
            return [bytes([number]) + _PAGE.encode() for number in range(len(MODELS))]
        case "configuration":
            return [_FACTS]
        case _:
            return [_CAMERAS]


def words(target: str) -> list[str]:
    """Return what a target's reader looks for, for libFuzzer's dictionary."""
    match target:
        case "stations-as-xlsx":
            return [
                '<row r=\\"',
                '<c t=\\"s\\"',
                "<v>",
                "inlineStr",
                "<f>",
                't=\\"e\\"',
                't=\\"d\\"',
                "dimension",
                "1e999",
            ]
        case "page":
            return [
                "---\\x0a",
                "&a",
                "*a",
                "!!int",
                "![-](/images/",
                "[a](/az/",
                "password: ",
                "rtsp://",
                "az: ",
                "10.0.0.1",
            ]
        case _:
            return [
                "[[camera]]",
                "[election]",
                '\\"\\"\\"',
                "'''",
                "{ env = ",
                "true",
                "08:00:00",
                "0x",
                "\\\\u0000",
                "inf",
            ]
