"""What of a workbook is refused before a spreadsheet library sees it: other formats, bombs, programs, links. Pure.

A workbook is a ZIP file of XML parts (ECMA-376 part 2). Its sizes are looked at before anything is unpacked, and each
part is walked through once without keeping it: no document type, so no entities; no more elements than a sheet of
stations can need, and few within one row, since a row is held in memory as a whole.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path
from xml.parsers import expat

from builder.sheet import refuse
from election.wording import Sentence, say

MAX_PARTS = 500
MAX_UNPACKED = 256 * 1024 * 1024
"""Bytes of all parts together."""
MAX_ELEMENTS = 6_000_000
"""Of all parts together."""
MAX_ELEMENTS_TOGETHER = 200_000
"""Of a part, outside rows and texts."""
MAX_ELEMENTS_IN_ROW = 20_000
"""Within one row, or one text of the table of texts."""

_OLD_FORMAT = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ENCODING = re.compile(rb"""^[^>]{0,100}encoding\s*=\s*["']([^"']*)["']""")
_CHUNK = 256 * 1024


class _Refused(Exception):
    """Why a part is refused."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def check_workbook(body: bytes, file: Path) -> None:
    """Raise `InputError` if `body`, the whole of `file`, is not a workbook that is safe to open."""
    if body.startswith(_OLD_FORMAT):
        if _ENCRYPTED in body:
            refuse(file, say("is protected by a password; remove it in the spreadsheet program and save again."))
        refuse(file, say("is in Excel's old format (.xls); save it as an Excel workbook (.xlsx)."))
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            _check_parts(archive)
            allowance = MAX_ELEMENTS
            for part in archive.infolist():
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    allowance -= _check_xml(archive, part, allowance)
    except _Refused as error:
        refuse(file, error.sentence)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        refuse(file, say("is damaged, or is not a workbook; save it again as an Excel workbook (.xlsx)."))


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if len(parts) > MAX_PARTS or len(names) < len(parts):
        raise _Refused(say("is not a workbook that a spreadsheet program wrote; save it again as .xlsx."))
    if any(part.flag_bits & 1 for part in parts):
        raise _Refused(say("is protected by a password; remove it in the spreadsheet program and save again."))
    if "mimetype" in names:
        raise _Refused(say("is an OpenDocument file; save it as an Excel workbook (.xlsx) or as CSV."))
    if "[content_types].xml" not in names:
        raise _Refused(say("is a ZIP file and no workbook; save the sheet as an Excel workbook (.xlsx)."))
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _Refused(
            say(
                "unpacks to more than {most} MB; copy the sheet into a new workbook.", most=MAX_UNPACKED // 1024 // 1024
            )
        )
    if any("vbaproject" in name or "/macrosheets/" in name for name in names):
        raise _Refused(say("holds macros, which are programs; save it as a workbook without them (.xlsx)."))
    if any(name.endswith(".bin") and "/worksheets/" in name for name in names):
        raise _Refused(say("is a binary workbook (.xlsb); save it as an Excel workbook (.xlsx)."))
    if any("/externallinks/" in name for name in names):
        raise _Refused(say("takes values from other files; break these links (Data, Edit Links) and save again."))


def _check_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo, allowance: int) -> int:
    """Walk through one part; return how many elements it has."""
    walk = _Walk(allowance)
    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartElementHandler = walk.element
    parser.StartDoctypeDeclHandler = walk.doctype
    with archive.open(part) as stream:
        chunk = stream.read(_CHUNK)
        told = _ENCODING.match(chunk)
        if told and told[1].lower() not in {b"utf-8", b"us-ascii"}:
            raise _Refused(say("is not a workbook that a spreadsheet program wrote; save it again as .xlsx."))
        try:
            while chunk:
                parser.Parse(chunk, False)
                chunk = stream.read(_CHUNK)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise _Refused(
                say("is damaged in {part}; save it again as an Excel workbook (.xlsx).", part=part.filename)
            ) from None
    return walk.total


class _Walk:
    """Counts the elements of a part."""

    def __init__(self, allowance: int) -> None:
        self._allowance = allowance
        self._in_row = -1
        self._outside = 0
        self.total = 0

    def element(self, name: str, attributes: object) -> None:
        self.total += 1
        if name.endswith(("row", "si")):
            self._in_row = 0
        elif self._in_row >= 0:
            self._in_row += 1
        else:
            self._outside += 1
        if self.total > self._allowance or self._in_row > MAX_ELEMENTS_IN_ROW or self._outside > MAX_ELEMENTS_TOGETHER:
            raise _Refused(
                say("is far larger than a sheet of stations; copy the rows into a new workbook, or save as CSV.")
            )

    def doctype(self, *_: object) -> None:
        raise _Refused(say("is not a workbook that a spreadsheet program wrote; save it again as .xlsx."))
