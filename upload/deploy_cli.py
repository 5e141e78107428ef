"""The commands `pollcast provision` and `pollcast deploy`: options in, words or JSON out."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from election import configuration
from upload import deploy as deploying
from upload import provision as provisioning
from upload.administration import Bucket
from upload.store import open_address
from upload.store_setting import store_address
from upload.store_url import FolderAddress, MemoryAddress, S3Address

ConfigOption = Annotated[Path, typer.Option("--config", help="The election's configuration.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be done and change nothing.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]


def provision(
    config: ConfigOption = Path(configuration.FILE_NAME),
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make the bucket ready: create it, let anyone read what is public, and nobody list it. Safe to repeat."""
    address = store_address(configuration.read_configuration(config), config)
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


def deploy(
    config: ConfigOption = Path(configuration.FILE_NAME),
    dist: Annotated[Path, typer.Option("--dist", help="The built site.")] = Path("dist"),
    dry_run: DryRunOption = False,
    everything: Annotated[bool, typer.Option("--all", help="Put also what has not changed.")] = False,
    allow_shrink: Annotated[
        bool, typer.Option("--allow-shrink", help="Deploy although most pages of the site would be deleted.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Put the built site into the bucket: only what changed, assets before pages, deletions last. Safe to repeat."""
    store = open_address(store_address(configuration.read_configuration(config), config), os.environ)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=as_json or dry_run,
    ) as progress:
        task = progress.add_task("Deploying", total=None)
        began = time.monotonic()
        summary = asyncio.run(
            deploying.deploy(
                dist,
                store,
                dry_run=dry_run,
                everything=everything,
                may_shrink=allow_shrink,
                on_plan=lambda plan: progress.update(task, total=len(plan.puts)),
                on_put=lambda _: progress.advance(task),
            )
        )
        seconds = time.monotonic() - began
    plan = summary.plan
    if as_json:
        told = {
            "dry_run": dry_run,
            "put": [put.key for put in plan.puts],
            "deleted": plan.deletions,
            "kept": plan.kept,
            "unchanged": plan.unchanged,
            "bytes": summary.bytes_put,
            "seconds": round(seconds, 3),
        }
        typer.echo(json.dumps(told))
        return
    if dry_run:
        for put in plan.puts:
            typer.echo(f"would put     {put.key}{' (new)' if put.new else ''}")
        for key in plan.deletions:
            typer.echo(f"would delete  {key}")
        for key in plan.kept:
            typer.echo(f"would keep    {key} (no longer used; deleted a day after it left the site)")
    typer.echo(
        f"{'Would put' if dry_run else 'Put'} {len(plan.puts)} objects ({summary.bytes_put / 1e6:.1f} MB), "
        f"{'delete' if dry_run else 'deleted'} {len(plan.deletions)}, kept {len(plan.kept)} of earlier builds, "
        f"{plan.unchanged} unchanged; {seconds:.1f} s."
    )


def _say(done: list[str], otherwise: str, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"dry_run": dry_run, "changes": done}))
        return
    console = Console(highlight=False)
    for sentence in done:
        console.print(f"{'would ' if dry_run else 'done: '}{sentence}", markup=False)
    if not done:
        console.print(otherwise, markup=False)
