"""Sheets that the tests make, and the command that imports them, in this process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from builder import sheet_cli
from builder.sheet_file import read_sheet
from builder.station_import import Options, Plan, plan_import
from builder.station_pages import read_station_pages
from election.wording import Language

HEADINGS = (
    "Constituency",
    "Station",
    "Name (az)",
    "Name (en)",
    "Name (ru)",
    "Address (az)",
    "Address (en)",
    "Address (ru)",
)


def csv_of(rows: Iterable[Sequence[object]], separator: str = ";") -> bytes:
    """Return `rows` as simple CSV: nothing in them needs quotes."""
    return "".join(separator.join(map(str, row)) + "\n" for row in rows).encode()


def xlsx_of(rows: Iterable[Sequence[Any]], title: str = "Stations", **others: Sequence[Sequence[Any]]) -> bytes:
    """Return `rows` as a workbook of one sheet, and `others` by their titles; what begins with = is a formula."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, cells in {title: list(rows), **others}.items():
        sheet = workbook.create_sheet(name)
        for row in cells:
            sheet.append(list(row))
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def changed_zip(body: bytes, change: Callable[[str, bytes], bytes | None], **added: bytes) -> bytes:
    """Return the archive with each part as `change` of its name and content, without those it returns None for."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = change(part.filename, old.read(part))
            if content is not None:
                new.writestr(part.filename, content)
        for name, content in added.items():
            new.writestr(name, content)
    return out.getvalue()


def with_parts(body: bytes, parts: dict[str, bytes]) -> bytes:
    """Return the archive with `parts` added, or put in the place of those of the same names."""
    return changed_zip(body, lambda name, content: None if name in parts else content, **parts)


def import_sheet(file: Path, content: Path, **options: Any) -> None:
    """Do what `pollcast import` does."""
    chosen: dict[str, Any] = {
        "dry_run": False,
        "remove": False,
        "clear": False,
        "skip_column": None,
        "sheet": "",
        "encoding": "",
        "language": Language.EN,
        "config": None,
        "as_json": False,
    }
    sheet_cli.import_stations(file, content, **{**chosen, **options})


def export_sheet(file: Path, content: Path, **options: Any) -> None:
    """Do what `pollcast export` does."""
    chosen: dict[str, Any] = {"empty": False, "language": "en", "separator": "semicolon", "force": False}
    sheet_cli.export_stations(file, content, **{**chosen, **options})


def planned(file: Path, content: Path, **options: Any) -> Plan:
    """Return what importing `file` would change."""
    return plan_import(read_sheet(file), read_station_pages(content), Options(**options))


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder`."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
