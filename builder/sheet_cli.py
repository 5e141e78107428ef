"""The commands `import` and `export`: stations from a sheet and into one; options in, words or JSON out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from builder.cli import DEFAULT_CONTENT, ContentOption
from builder.fault_texts import FaultTexts
from builder.places_reader import Hours
from builder.progress_bar import progress_bar
from builder.sheet_file import encoding_named, read_sheet, separator_named, write_sheet
from builder.station_import import NO_HOURS, Change, Options, PageChange, Plan, plan_import
from builder.station_pages import StationPages, only_import, read_station_pages, write_pages
from builder.station_sheet import draft_of, template
from election import configuration
from election.errors import Fault, InputError, PollcastError, UsageError
from election.places import LANGUAGES
from election.wording import Language, Sentence, say

SHOWN_STATIONS = 20
"""Stations that are shown one by one unless all are asked for."""
_NAMED = 10
"""Ids that are listed in a sentence."""


def import_stations(
    file: Annotated[Path, typer.Argument(help="The sheet: .csv or .xlsx.", show_default=False)],
    content: ContentOption = DEFAULT_CONTENT,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            help="The election's public facts, for its hours of voting; else pollcast.toml, where there is one.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show every change and write nothing.")] = False,
    remove: Annotated[
        bool,
        typer.Option("--remove", help="Delete stations the sheet does not name, of constituencies that it names."),
    ] = False,
    clear: Annotated[
        bool, typer.Option("--clear", help="Delete fields whose cells are empty; else they stay as they are.")
    ] = False,
    skip_column: Annotated[
        list[str] | None, typer.Option("--skip-column", help="A column to leave out, by its name; can be repeated.")
    ] = None,
    sheet: Annotated[str, typer.Option("--sheet", help="Which sheet of a workbook that has several.")] = "",
    encoding: Annotated[
        str, typer.Option("--encoding", help="Of a CSV file, where it cannot be told: windows-1251, windows-1254.")
    ] = "",
    language: Annotated[Language, typer.Option("--language", help="Of the sentences.")] = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")] = False,
) -> None:
    """Bring a sheet of stations into the content: add and change pages. Nothing is written when the sheet is wrong.

    Texts below the fields, comments, and the order in which somebody wrote are left alone.
    """
    options = Options(remove=remove, clear=clear, skip=tuple(skip_column or ()))
    texts = FaultTexts(language)
    try:
        hours = _hours(config, content)
        with only_import(content), progress_bar(hidden=as_json) as bar:
            task = bar.add_task(texts.text(say("Reading the sheet")), total=None)
            read = read_sheet(file, encoding=encoding_named(encoding), title=sheet)
            bar.update(task, description=texts.text(say("Reading pages")))
            stations = read_station_pages(content, lambda done: bar.update(task, completed=done))
            plan = plan_import(read, stations, options, hours)
            if not dry_run:
                bar.update(task, description=texts.text(say("Writing pages")), completed=0, total=len(plan.changes))
                write_pages(
                    [change.replacement for change in plan.changes], lambda done: bar.update(task, completed=done)
                )
    except PollcastError as error:
        told = texts.error(error)
        if not as_json or not isinstance(told, InputError):
            raise told from None
        typer.echo(json.dumps({"written": False, "faults": list(map(_fault_row, told.faults))}, ensure_ascii=False))
        raise typer.Exit(told.exit_code) from None
    notices = [texts.text(notice) for notice in read.notices]
    if as_json:
        typer.echo(json.dumps(_plan_row(plan, notices, written=not dry_run), ensure_ascii=False))
        return
    for notice in notices:
        typer.echo(texts.text(say("warning: {fault}", fault=f"{file}: {notice}")), err=True)
    for line in (*_told(plan, stations, texts, everything=dry_run), *_summary(plan, dry_run=dry_run)):
        typer.echo(texts.text(line))


def export_stations(
    file: Annotated[Path, typer.Argument(help="The sheet to write: .csv or .xlsx.", show_default=False)],
    content: ContentOption = DEFAULT_CONTENT,
    empty: Annotated[
        bool, typer.Option("--template", help="Write an empty sheet to fill in, with an example row and explanations.")
    ] = False,
    language: Annotated[
        str, typer.Option("--language", help="Of the column names and of the sentences: az, en or ru.")
    ] = LANGUAGES[0],
    separator: Annotated[
        str, typer.Option("--separator", help="In a CSV file: semicolon, comma, tab or bar.")
    ] = "semicolon",
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write all stations into a sheet, or an empty one to fill in; `pollcast import` reads either back."""
    if language not in LANGUAGES:
        raise UsageError(f"--language: there is no {language}; it is {', '.join(LANGUAGES)}.")
    texts = FaultTexts(language)
    try:
        told = _export(file, content, empty=empty, texts=texts, sign=separator_named(separator), force=force)
    except PollcastError as error:
        raise texts.error(error) from None
    typer.echo(texts.text(told))


def _hours(config: Path | None, content: Path) -> Hours:
    """Return the hours of the election of which `content` tells, as far as they are known."""
    if os.path.lexists(content / "election.md"):
        return NO_HOURS  # a past election, which has hours of its own
    if config is None and not os.path.lexists(configuration.FILE_NAME):
        return NO_HOURS
    election = configuration.read_configuration(config or Path(configuration.FILE_NAME)).election
    return election.opens, election.closes


def _export(file: Path, content: Path, *, empty: bool, texts: FaultTexts, sign: str, force: bool) -> Sentence:
    """Write the sheet, and return what was done."""
    if empty:
        write_sheet(template(texts.language), file, separator=sign, force=force)
        return say("Wrote an empty sheet to fill in: {file}.", file=file)
    with progress_bar() as bar:
        task = bar.add_task(texts.text(say("Reading pages")), total=None)
        stations = read_station_pages(content, lambda done: bar.update(task, completed=done))
        bar.update(task, description=texts.text(say("Writing the sheet")))
        write_sheet(draft_of(stations, texts.language), file, separator=sign, force=force)
    return say("Stations written into {file}: {count}.", file=file, count=len(stations.pages))


def _told(plan: Plan, stations: StationPages, texts: FaultTexts, *, everything: bool) -> Iterator[str]:
    """Yield the lines that say what an import does; those that are sentences can be translated."""
    shown = plan.changes if everything else plan.changes[:SHOWN_STATIONS]
    for change in shown:
        yield from _told_change(change, nothing=texts.text(say("(nothing)")))
    if len(plan.changes) > len(shown):
        yield say("… and {count} more; --dry-run shows all, before an import.", count=len(plan.changes) - len(shown))
    if shown:
        yield ""
    if plan.examples:
        yield say("Left out, as an example: line {lines}.", lines=", ".join(map(str, plan.examples)))
    if plan.kept_fields:
        if plan.kept_fields == 1:
            yield say("1 cell is empty where a page says something, and that stays; --clear deletes it.")
        else:
            yield say(
                "{count} cells are empty where a page says something, and that stays; --clear deletes it.",
                count=plan.kept_fields,
            )
    if plan.absent:
        yield say("Not in the sheet, and kept: {stations}. --remove deletes them.", stations=_listed(plan.absent))
    new = {change.station[:3] for change in plan.changes if change.change is Change.ADDED}
    if new_places := sorted(new - {station[:3] for station in stations.pages}):
        yield say("Constituencies that had no station before: {places}.", places=_listed(new_places))


def _told_change(change: PageChange, *, nothing: str) -> Iterator[str]:
    what = {"station": change.station, "page": change.replacement.path}
    match change.change:
        case Change.ADDED:
            yield say("{station} added: {page}", **what)
        case Change.CHANGED:
            yield say("{station} changed: {page}", **what)
        case Change.REMOVED:
            yield say("{station} removed: {page}", **what)
    for item in change.fields:
        if change.change is Change.ADDED:
            yield f"    {item.heading}: {item.after}"
        else:
            yield f"    {item.heading}:"
            yield f"      - {item.before or nothing}"
            yield f"      + {item.after or nothing}"


def _summary(plan: Plan, *, dry_run: bool) -> Iterator[str]:
    counts = {kind.value: sum(change.change is kind for change in plan.changes) for kind in Change}
    counts["unchanged"] = plan.unchanged
    if dry_run:
        yield say(
            "Stations: {added} added, {changed} changed, {removed} removed, {unchanged} unchanged. "
            "Nothing was written: this was a dry run.",
            **counts,
        )
    else:
        yield say("Stations: {added} added, {changed} changed, {removed} removed, {unchanged} unchanged.", **counts)


def _listed(names: Sequence[str]) -> str:
    """Return the first of `names`, and how many more there are."""
    first, more = ", ".join(names[:_NAMED]), len(names) - _NAMED
    return say("{first} and {more} more", first=first, more=more) if more > 0 else first


def _plan_row(plan: Plan, notices: Sequence[str], *, written: bool) -> dict[str, object]:
    return {
        "written": written,
        "unchanged": plan.unchanged,
        "changes": [
            {
                "station": change.station,
                "change": change.change,
                "file": str(change.replacement.path),
                "fields": [
                    {"field": item.field, "column": item.heading, "before": item.before, "after": item.after}
                    for item in change.fields
                ],
            }
            for change in plan.changes
        ],
        "absent": plan.absent,
        "kept_fields": plan.kept_fields,
        "examples": plan.examples,
        "notices": notices,
        "faults": [],
    }


def _fault_row(fault: Fault) -> dict[str, object]:
    return {"file": str(fault.file), "line": fault.line, "field": fault.field, "message": fault.message}
