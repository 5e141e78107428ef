"""The builder's commands: `build` and `preview`; options in, words or JSON out."""

from __future__ import annotations

import datetime
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from builder.build import Progress, Stage, Summary, build_site
from builder.content import read_content
from builder.fault_texts import FaultTexts
from builder.publication import Issue
from election import configuration
from election.errors import Fault, InputError, PollcastError
from election.wording import Language, Sentence, say
from machine.workers import processors

SHOWN_WARNINGS = 20
DEFAULT_CONTENT = Path("content")
DEFAULT_OUT = Path("dist")

ConfigOption = Annotated[Path, typer.Option("--config", help="The election's public facts.")]
ContentOption = Annotated[Path, typer.Option("--content", help="What editors write.")]
TodayOption = Annotated[
    datetime.datetime | None,
    typer.Option(
        "--today",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help="Show the site as of this day: what appears or goes by its date; else the present day.",
        show_default=False,
    ),
]


def build(
    config: ConfigOption = Path(configuration.FILE_NAME),
    content: ContentOption = DEFAULT_CONTENT,
    out: Annotated[Path, typer.Option("--out", help="Folder for the site.")] = DEFAULT_OUT,
    clean: Annotated[bool, typer.Option("--clean", help="Delete what earlier builds left before writing.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Take warnings, such as missing translations, as faults.")
    ] = False,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Show drafts and what is yet to come, with a mark; never for the public.")
    ] = False,
    today: TodayOption = None,
    jobs: Annotated[int, typer.Option("--jobs", min=0, help="Processes to work with; 0: one a processor.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")] = False,
) -> None:
    """Build the site: content -> dist/. Nothing is written when the content is wrong."""
    began = time.monotonic()
    facts = configuration.read_configuration(config)
    with _progress(hidden=as_json) as progress:
        summary = build_site(
            facts,
            content,
            out,
            strict=strict,
            clean=clean,
            drafts=drafts,
            today=today.date() if today else None,
            jobs=jobs or processors(),
            progress=progress,
        )
    seconds = time.monotonic() - began
    if as_json:
        typer.echo(_summary_json(summary, seconds))
        return
    say_warnings(summary.warnings)
    typer.echo(
        f"Built {summary.pages} pages of {summary.stations} stations into {out}: "
        f"{summary.files} files, {summary.bytes / 1e6:.1f} MB; {summary.rendered} pages anew; {seconds:.1f} s."
    )


def preview(
    config: ConfigOption = Path(configuration.FILE_NAME),
    content: ContentOption = DEFAULT_CONTENT,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on loopback; 0 takes a free one.")] = 8081,
    today: TodayOption = None,
    language: Annotated[Language, typer.Option("--language", help="Of the sentences.")] = Language.EN,
) -> None:
    """Show the site in a browser while it is edited: build again and reload on every change, until Ctrl-C."""
    from builder import preview as previews
    from machine.lifetime import run_until_stopped
    from machine.ports import require_free

    texts = FaultTexts(language)
    shown = previews.Shown(config=config, content=content, today=today.date() if today else None)
    try:
        if port:
            require_free(port, option="--port")
        run_until_stopped(previews.run(shown, port=port, tell=typer.echo, texts=texts))
    except PollcastError as error:
        raise texts.error(error) from None


def check_content(content: Path, facts: configuration.Configuration | None = None) -> tuple[list[Fault], list[Fault]]:
    """Return every fault and every warning of the content; hours are checked against `facts` where these are right."""
    issue = Issue(drafts=True, only_checked=True)
    if facts is not None:
        election = facts.election
        issue = replace(
            issue, today=datetime.datetime.now(election.zone).date(), hours=(election.opens, election.closes)
        )
    try:
        return [], list(read_content(content, issue=issue).warnings)
    except InputError as error:
        return list(error.faults), []


@contextmanager
def _progress(*, hidden: bool) -> Iterator[Progress]:
    if hidden or not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from builder.progress_bar import progress_bar  # a tenth of a second, for nobody to see

    with progress_bar() as bar:
        task = bar.add_task(Stage.READING, total=None)
        yield lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total or None)


def say_warnings(warnings: tuple[Fault, ...], texts: FaultTexts | None = None) -> None:
    """Print the first of many warnings, and how many more there are; in English unless `texts` says otherwise."""
    told: list[Sentence] = [say("warning: {fault}", fault=warning) for warning in warnings[:SHOWN_WARNINGS]]
    if len(warnings) > SHOWN_WARNINGS:
        told.append(say("warning: and {count} more; --json prints all.", count=len(warnings) - SHOWN_WARNINGS))
    for sentence in told:
        typer.echo(texts.text(sentence) if texts else sentence, err=True)


def _summary_json(summary: Summary, seconds: float) -> str:
    told = {
        "stations": summary.stations,
        "pages": summary.pages,
        "rendered": summary.rendered,
        "files": summary.files,
        "bytes": summary.bytes,
        "seconds": round(seconds, 3),
        "warnings": [
            {"file": str(warning.file), "line": warning.line, "field": warning.field, "message": warning.message}
            for warning in summary.warnings
        ],
    }
    return json.dumps(told, ensure_ascii=False)
