"""The command `pollcast editor`: options in, an address out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from builder import editor_config, editor_server
from builder.cli import DEFAULT_CONTENT, ContentOption
from builder.fault_texts import FaultTexts
from election.errors import Fault, InputError, PollcastError
from election.wording import Language, say
from machine.lifetime import run_until_stopped
from machine.ports import LOOPBACK, require_free

PREVIEW = f"http://{LOOPBACK}:8081"
"""Where `pollcast preview` shows the site."""


def git_folder(content: Path) -> Path:
    """Return the Git folder that `content` lies in; raise `InputError` if it lies in none."""
    if not content.is_dir():
        raise InputError(Fault(file=content, line=0, field="", message=say("there is no such folder.")))
    for folder in content.resolve().parents:
        if (folder / ".git").exists():
            return folder
    raise InputError(
        Fault(file=content, line=0, field="", message=say("lies in no Git folder; run git init, or git clone."))
    )


def editor(
    content: ContentOption = DEFAULT_CONTENT,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on loopback; 0 takes a free one.")] = 8082,
    language: Annotated[
        Language, typer.Option("--language", help="Of the names of the fields, and of the sentences.")
    ] = Language.AZ,
) -> None:
    """Edit content in forms in the browser, until Ctrl-C. Chrome, Edge and others that may write into a folder."""
    texts = FaultTexts(language)
    try:
        root = git_folder(content)
        config = editor_config.configuration(
            content=content.resolve().relative_to(root).as_posix(),
            repository=root.name,
            preview=PREVIEW,
            language=language.value,
        )
        served = editor_server.files(config, language.value)
        if port:
            require_free(port, option="--port")
    except PollcastError as error:
        raise texts.error(error) from None

    async def run() -> None:
        with editor_server.serving(served, port) as address:
            typer.echo(texts.text(say("Editor: {address}/ (Ctrl-C ends it)", address=address)))
            typer.echo(texts.text(say("The browser will ask for a folder: choose {folder}", folder=root)))
            await asyncio.Event().wait()

    run_until_stopped(run())
