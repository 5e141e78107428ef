"""The `pollcast` command: joins the parts' commands and turns errors into exit codes. Nothing else lives here.

Exit codes: 0 done, 1 a fault of ours or of this machine, 2 the input is wrong and nothing was changed, 3 a remote side
failed and it is safe to run again.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys

# What starts is not garbage, and nobody extends pydantic here: without this a command begins a tenth of a second later.
gc.disable()
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from election import configuration
from election.errors import Fault, InputError, MachineError, PollcastError
from election.wording import Language, say

gc.enable()

app = typer.Typer(
    name="pollcast",
    help="Live video of every polling station, on a static site, for anyone.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Form(StrEnum):
    """How faults are told."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@app.command()
def check(
    config: Annotated[Path, typer.Option("--config", help="The election's public facts.")] = Path(
        configuration.FILE_NAME
    ),
    content: Annotated[Path, typer.Option("--content", help="What editors write.")] = Path("content"),
    cameras_file: Annotated[
        Path, typer.Option("--cameras", help="Where the cameras are; left out if there is no such file.")
    ] = Path("cameras.toml"),
    orders_file: Annotated[
        Path | None, typer.Option("--orders", help="What operators ordered; else orders.toml beside the cameras.")
    ] = None,
    json_output: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    form: Annotated[Form, typer.Option("--format", help="For people, for programs, or for GitHub's workflows.")] = (
        Form.TEXT
    ),
    language: Annotated[Language, typer.Option("--language", help="Of the sentences.")] = Language.EN,
) -> None:
    """Validate configuration, content, cameras and orders; name every fault with file, line and field."""
    import builder.cli
    import upload.cli
    import upload.orders
    from builder.content import station_pages
    from builder.fault_texts import FaultTexts
    from election import cameras, cross_check, fault_report

    faults: list[Fault] = []
    facts = None
    try:
        facts = configuration.read_configuration(config)
        faults += upload.cli.check_store(facts, config)
    except InputError as error:
        faults += error.faults
    texts = FaultTexts(language)
    try:
        wrong, warnings = builder.cli.check_content(content, facts)
    except MachineError as error:
        raise texts.error(error) from None
    faults += wrong
    if os.path.lexists(cameras_file):
        unreadable = upload.cli.check_cameras(cameras_file)
        faults += unreadable
        if not unreadable:
            stations, lines = station_pages(content), cameras.read_lines(cameras_file)
            faults += cross_check.without_station(stations, lines, cameras_file)
            warnings += cross_check.without_camera(stations, lines)
    faults += upload.cli.check_orders(orders_file or cameras_file.parent / upload.orders.FILE_NAME)
    faults, warnings = [texts.said(fault) for fault in faults], [texts.said(warning) for warning in warnings]
    if json_output or form is Form.JSON:
        typer.echo(fault_report.as_json(faults, warnings))
    elif form is Form.GITHUB:
        if faults or warnings:
            typer.echo(fault_report.as_annotations(faults, warnings))
    else:
        builder.cli.say_warnings(tuple(warnings), texts)
        if faults:
            raise InputError(*faults)
        typer.echo(texts.text(say("Configuration, content, cameras and orders are right.")))
    raise typer.Exit(2 if faults else 0)


_COMMANDS = {
    "demo": "demo.cli:demo",
    "build": "builder.cli:build",
    "preview": "builder.cli:preview",
    "editor": "builder.editor_cli:editor",
    "sample": "builder.sample_cli:sample",
    "import": "builder.sheet_cli:import_stations",
    "export": "builder.sheet_cli:export_stations",
    "camera": "simulator.cli:camera",
    "package": "upload.cli:package",
    "provision": "upload.deploy_cli:provision",
    "deploy": "upload.deploy_cli:deploy",
    "order": "upload.order_cli:order",
    "status": "upload.cli:status",
    "doctor": "demo.doctor:doctor",
}
"""Where each command is; only that of the one that is asked for is imported, for some are slow to start."""


def _add_commands(asked: str) -> None:
    for name, place in _COMMANDS.items():
        if name == asked or asked not in _COMMANDS:
            module, _, function = place.partition(":")
            app.command(name)(getattr(importlib.import_module(module), function))


def main() -> None:
    """Run the command line."""
    gc.disable()
    try:
        _add_commands(next(iter(sys.argv[1:]), ""))
        gc.freeze()
        gc.enable()
        app()
    except PollcastError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(1)
    finally:
        gc.freeze()  # the end of the process need not look for cycles in what goes with it


if __name__ == "__main__":
    main()
