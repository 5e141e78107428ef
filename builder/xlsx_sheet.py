"""Excel workbooks, read and written: openpyxl's one home. Nothing in a workbook is calculated or followed.

openpyxl parses with defusedxml, and only what `builder.xlsx_guard` let through. A formula is data that is refused, also
where the program that saved it left its last result beside it.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as WrittenCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from builder.sheet import MAX_COLUMNS, Cell, Draft, Heading, Row, Rule, Sheet, Unusable, refuse, sheet_of, too_wide
from builder.sheet_columns import SHEET_TITLES
from builder.xlsx_guard import check_workbook
from election.errors import InputError
from election.folding import fold
from election.wording import say

LAST_ROW = 1_048_576
"""Of a sheet in Excel."""
MAX_CELLS = 30_000_000
"""Of a sheet, empty ones within its rows included."""

_ESCAPED = re.compile("_x005F_(?=x[0-9A-Fa-f]{4}_)")
_TO_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""`_x000A_` stands for a character (ECMA-376 part 1, 22.9.2.19); a text that happens to hold it is escaped by this."""
_FORMULA = say("holds a formula, and formulas are not calculated; copy the cell and paste its value in its place.")
_DATE = say("was turned into a date; format the column as text and type it again.")
_FILLED_ROWS = 20_000
"""Rows for which a template helps with typing."""


def read_xlsx(body: bytes, file: Path, title: str = "") -> Sheet:
    """Return the sheet called `title` in `body`; without a title, the only one, or the one named as templates name it.

    Raises `InputError` that names `file` and the row.
    """
    check_workbook(body, file)
    with warnings.catch_warnings():
        # They are about formatting, which is not kept anyway.
        warnings.simplefilter("ignore")
        try:
            workbook = openpyxl.load_workbook(io.BytesIO(body), read_only=True, keep_links=False)
            sheets = {sheet.title: sheet for sheet in workbook.worksheets}
            sheet = sheets[_chosen(list(sheets), title, file)]
            sheet.reset_dimensions()
            rows = list(_rows(sheet, file))
        except InputError:
            raise
        except Exception:
            refuse(file, say("is damaged, or is not a workbook; save it again as an Excel workbook (.xlsx)."))
    return sheet_of(file, rows)


def _chosen(titles: list[str], asked: str, file: Path) -> str:
    if asked:
        if asked not in titles:
            refuse(file, say("has no sheet called {asked}; it has {titles}.", asked=asked, titles=", ".join(titles)))
        return asked
    usual = [title for title in titles if fold(title) in set(map(fold, SHEET_TITLES.values()))]
    if len(titles) != 1 and len(usual) != 1:
        refuse(file, say("has several sheets ({titles}); name one by --sheet.", titles=", ".join(titles)))
    return (usual or titles)[0]


def _rows(sheet: Any, file: Path) -> Iterator[Row]:
    seen = 0
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        seen += len(cells)
        if line > LAST_ROW or seen > MAX_CELLS:
            refuse(file, say("is far larger than a sheet of stations; delete the empty rows and columns around it."))
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS and any(cell.value is not None for cell in cells[MAX_COLUMNS:]):
            refuse(file, too_wide(), line=line)
        row = Row(line=line, cells=tuple(_cell(cell.value, cell.data_type) for cell in cells[:MAX_COLUMNS]))
        if not row.blank:
            yield row


def _cell(value: object, kind: str) -> Cell:
    if value is None:
        return ""
    if kind == "f":
        return Unusable(message=_FORMULA)
    if kind == "e":
        return Unusable(message=say("holds the error {value}; write the value.", value=value))
    match value:
        case bool():
            return Unusable(message=say("holds a truth value; write a text."))
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime.time():
            return value.strftime("%H:%M") if not value.second else Unusable(message=_DATE)
        case str():
            return _ESCAPED.sub("_", value).replace("\xa0", " ").strip()
        case _:
            return Unusable(message=_DATE)


def write_xlsx(draft: Draft) -> bytes:
    """Return `draft` as a workbook; what is typed into its columns is checked by their rules."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet(draft.title)
    sheet.freeze_panes = "A2"
    for index, heading in enumerate(draft.headings, start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = 14 if heading.rule in {Rule.WHOLE, Rule.DECIMAL, Rule.CLOCK} else 36
        # Else 34-12 would become a date, and 08:00 a fraction.
        sheet.column_dimensions[letter].number_format = _format(heading)
        if validation := _validation(heading):
            validation.add(f"{letter}2:{letter}{_FILLED_ROWS}")
            sheet.data_validations.append(validation)
    bold = Font(bold=True)
    sheet.append([_styled(sheet, heading.text, "@", font=bold) for heading in draft.headings])
    shown: dict[str, Any] = {"font": Font(italic=True, color="666666"), "fill": PatternFill("solid", fgColor="FFF2CC")}
    formats = [_format(heading) for heading in draft.headings]
    for index, row in enumerate(draft.rows):
        style = shown if index < draft.example_rows else {}
        sheet.append([_styled(sheet, *pair, **style) for pair in zip(row, formats, strict=True)])
    if draft.guide_title:
        _write_guide(workbook.create_sheet(draft.guide_title), draft)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _write_guide(sheet: Any, draft: Draft) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
    for heading in draft.headings:
        text = heading.help
        if heading.choices:
            text += f": {', '.join(heading.choices)}."
        cells = [_styled(sheet, heading.text, "@", font=Font(bold=True)), _styled(sheet, text, "@")]
        for cell in cells:
            if cell is not None:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append(cells)


def _styled(sheet: Any, value: str | int | float, number_format: str, **style: Any) -> WrittenCell | None:
    if value == "":
        return None
    cell = WriteOnlyCell(sheet, value=_TO_ESCAPE.sub("_x005F_", value) if isinstance(value, str) else value)
    cell.number_format = number_format
    if isinstance(value, str):
        cell.data_type = "s"  # the library takes a text that begins with = for a formula
        if value.startswith("="):
            cell.quotePrefix = True
    for name, setting in style.items():
        setattr(cell, name, setting)
    return cell


def _format(heading: Heading) -> str:
    return {Rule.WHOLE: "0", Rule.DECIMAL: "General"}.get(heading.rule, "@")


def _validation(heading: Heading) -> DataValidation | None:
    between: dict[str, Any] = {"operator": "between", "formula1": str(heading.least), "formula2": str(heading.most)}
    match heading.rule:
        case Rule.ANYTHING:
            return None
        case Rule.LINE:
            validation = DataValidation(type="textLength", **between)
        case Rule.WHOLE:
            validation = DataValidation(type="whole", **between)
        case Rule.DECIMAL:
            validation = DataValidation(type="decimal", **between)
        case Rule.CLOCK:
            validation = DataValidation(type="textLength", operator="equal", formula1="5")
    validation.showErrorMessage = validation.showInputMessage = True
    validation.errorTitle = validation.promptTitle = heading.text[:32]
    validation.error = validation.prompt = heading.help[:255]
    return validation
