"""The commands `pollcast provision` and `pollcast deploy`: options in, words or JSON out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from election import configuration
from election.errors import Fault, InputError
from election.toml_file import read_table
from upload import provision as provisioning
from upload.administration import Bucket
from upload.store_url import FolderAddress, MemoryAddress, S3Address, StoreAddress, parse_store_url

ConfigOption = Annotated[Path, typer.Option("--config", help="The election's configuration.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be done and change nothing.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]


def store_address(config: Path) -> StoreAddress:
    """Return the store of `pollcast.toml`; raise `InputError` naming the line of `store.url` if it is wrong."""
    url = configuration.read_configuration(config).store.url
    try:
        return parse_store_url(url)
    except ValueError as error:
        line = read_table(config)[1].get(("store", "url"), 0)
        raise InputError(Fault(file=config, line=line, field="store.url", message=f"{error}.")) from None


def provision(
    config: ConfigOption = Path(configuration.FILE_NAME),
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make the bucket ready: create it, let anyone read what is public, and nobody list it. Safe to repeat."""
    address = store_address(config)
    match address:
        case FolderAddress() | MemoryAddress():
            if isinstance(address, FolderAddress) and not dry_run:
                address.folder.mkdir(parents=True, exist_ok=True)
            _say([], "This store needs no provisioning.", dry_run=dry_run, as_json=as_json)
        case S3Address():
            with Bucket(address, os.environ) as bucket:
                changes = provisioning.changes_for(bucket)
                if not dry_run:
                    provisioning.apply(changes, bucket)
            _say(changes.sentences, f"Bucket {address.bucket} is as it must be.", dry_run=dry_run, as_json=as_json)


def _say(done: list[str], otherwise: str, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"dry_run": dry_run, "changes": done}))
        return
    console = Console(highlight=False)
    for sentence in done:
        console.print(f"{'would ' if dry_run else 'done: '}{sentence}", markup=False)
    if not done:
        console.print(otherwise, markup=False)
