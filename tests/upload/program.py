"""The packager's commands as a program of their own: `python -m tests.upload.program package …`.

Errors become exit codes as they do in the `pollcast` command. `QUICK_LEASES` in the environment makes leases run out
after a few seconds.
"""

from __future__ import annotations

import os
import sys

import typer

from election.errors import PollcastError
from upload import cli, lease, order_cli

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(cli.package)
app.command()(cli.status)
app.command()(order_cli.order)

if __name__ == "__main__":
    if "QUICK_LEASES" in os.environ:
        lease.LEASE_SECONDS, lease.RENEW_SECONDS, lease.LOOK_SECONDS = 3.0, 1.0, 0.2
    try:
        app()
    except PollcastError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
