"""The packager's commands as a program of their own: `python -m tests.upload.program package …`.

Errors become exit codes as they do in the `pollcast` command.
"""

from __future__ import annotations

import sys

import typer

from election.errors import PollcastError
from upload import cli, order_cli

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(cli.package)
app.command()(cli.status)
app.command()(order_cli.order)


def run() -> None:
    """Do as the arguments say."""
    try:
        app()
    except PollcastError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    run()
