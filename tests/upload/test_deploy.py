"""Deploys carried out: into memory with every kind of failure, into a folder, and into a real S3 server."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from election.errors import InputError, MachineError, RemoteError, RemoteRefused, UsageError
from election.keys import IMMUTABLE, ObjectKind
from tests.fetching import fetch
from tests.servers import S3Server
from upload import deploy as deploying
from upload import provision
from upload.administration import Bucket
from upload.deploy import MANIFEST, deploy
from upload.deploy_cli import deploy as deploy_command
from upload.deploy_plan import KEEP
from upload.store import ObjectStore, Tagged, open_store
from upload.store_url import S3Address, parse_store_url

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
NAMES = re.compile(r"[\w/.-]+\.(?:css|html|json)")


def build(folder: Path, files: dict[str, str]) -> Path:
    """Write a site whose pages hold the names of the files they need."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


FIRST = {
    "index.html": "az/index.html assets/one/site.css",
    "az/index.html": "assets/one/site.css az/region/absheron/index.html catalogue.json",
    "az/region/absheron/index.html": "assets/one/site.css az/station/001-001/index.html",
    "az/station/001-001/index.html": "assets/one/site.css",
    "assets/one/site.css": "body{}",
    "catalogue.json": "az/station/001-001/index.html",
}
SECOND = {
    "index.html": "az/index.html assets/two/site.css",
    "az/index.html": "assets/two/site.css az/region/absheron/index.html catalogue.json",
    "az/region/absheron/index.html": "assets/two/site.css az/station/001-002/index.html",
    "az/station/001-002/index.html": "assets/two/site.css",
    "assets/two/site.css": "body{color:red}",
    "catalogue.json": "az/station/001-002/index.html",
}


class Failing:
    """A store whose n-th change fails, before or after it happened; from then on nothing works."""

    def __init__(self, inner: ObjectStore, *, fails_at: int, persists: bool) -> None:
        self._inner = inner
        self._left = fails_at
        self._persists = persists
        self.failed = False

    async def _change(self, change: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self._left -= 1
        if not self.failed and (self._left > 0 or self._persists):
            await change()
        if self._left <= 0:
            self.failed = True
            raise RemoteRefused("The store broke.", operation="put", subject="x")

    async def put(
        self, key: str, body: bytes, kind: ObjectKind, *, only_if_absent: bool = False, only_if_tag: str | None = None
    ) -> str:
        await self._change(
            lambda: self._inner.put(key, body, kind, only_if_absent=only_if_absent, only_if_tag=only_if_tag)
        )
        return ""

    async def get_tagged(self, key: str) -> Tagged:
        return await self._inner.get_tagged(key)

    async def delete(self, keys: Sequence[str]) -> None:
        await self._change(lambda: self._inner.delete(keys))

    async def get(self, key: str) -> bytes:
        return await self._inner.get(key)

    async def list(self, prefix: str) -> tuple[str, ...]:
        return await self._inner.list(prefix)


async def site_in(store: ObjectStore) -> dict[str, str]:
    return {key.removeprefix("site/"): (await store.get(key)).decode() for key in await store.list("site/")}


def dangling(site: dict[str, str]) -> list[str]:
    """Return every name in a page that is not there, where the naming page can be reached from the home page."""
    reached, waiting = set(), [name for name in ("index.html",) if name in site]
    missing = []
    while waiting:
        page = waiting.pop()
        reached.add(page)
        for name in NAMES.findall(site[page]):
            if name not in site:
                missing.append(f"{page} -> {name}")
            elif name not in reached:
                waiting.append(name)
    return missing


@pytest.mark.parametrize("persists", [False, True], ids=["failed", "failed but persisted"])
def test_wherever_a_deploy_breaks_off_no_page_names_what_is_not_there_and_the_next_completes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, persists: bool
) -> None:
    monkeypatch.setattr(deploying, "WORKERS", 1)
    first, second = build(tmp_path / "first", FIRST), build(tmp_path / "second", SECOND)

    async def broken_at(change: int, *, next_build: Path, wanted: dict[str, str]) -> bool:
        store = open_store("memory://", {})
        await deploy(first, store, now=NOW)
        failing = Failing(store, fails_at=change, persists=persists)
        try:
            await deploy(second, failing, now=NOW)
        except RemoteError:
            assert failing.failed
        site = await site_in(store)
        assert dangling(site) == []
        await deploy(next_build, store, now=NOW)
        completed = await site_in(store)
        assert wanted.items() <= completed.items()
        assert not [name for name in completed.keys() - wanted.keys() if name.endswith(".html")]
        return failing.failed

    async def work() -> int:
        change = 1
        while await broken_at(change, next_build=second, wanted=SECOND):
            assert await broken_at(change, next_build=first, wanted=FIRST)
            change += 1
        return change

    # manifest, 6 puts, manifest, 1 deletion, manifest
    assert asyncio.run(work()) == 11


def test_a_first_deploy_that_breaks_off_never_shows_a_home_page_with_missing_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deploying, "WORKERS", 1)
    dist = build(tmp_path, FIRST)

    async def work() -> None:
        for change in range(1, 10):
            store = open_store("memory://", {})
            failing = Failing(store, fails_at=change, persists=True)
            try:
                await deploy(dist, failing, now=NOW)
            except RemoteError:
                assert failing.failed
            assert dangling(await site_in(store)) == []

    asyncio.run(work())


def test_a_second_deploy_of_the_same_build_writes_nothing(tmp_path: Path) -> None:
    dist = build(tmp_path, FIRST)

    async def work() -> deploying.Summary:
        store = open_store("memory://", {})
        await deploy(dist, store)
        return await deploy(dist, Failing(store, fails_at=1, persists=False))

    summary = asyncio.run(work())
    assert summary.plan.puts == ()
    assert summary.plan.unchanged == len(FIRST)
    assert summary.bytes_put == 0


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(tmp_path: Path) -> None:
    dist = build(tmp_path, FIRST)

    async def work() -> tuple[deploying.Summary, tuple[str, ...]]:
        store = open_store("memory://", {})
        return await deploy(dist, store, dry_run=True), await store.list("")

    summary, keys = asyncio.run(work())
    assert summary.plan.puts[0].key == "site/assets/one/site.css"
    assert len(summary.plan.puts) == len(FIRST)
    assert keys == ()


def test_assets_of_the_build_before_stay_for_a_day(tmp_path: Path) -> None:
    first, second = build(tmp_path / "first", FIRST), build(tmp_path / "second", SECOND)

    async def work() -> list[bool]:
        store = open_store("memory://", {})
        await deploy(first, store, now=NOW)
        there = []
        for after in (timedelta(), KEEP - timedelta(minutes=1), KEEP):
            await deploy(second, store, now=NOW + after)
            there.append("site/assets/one/site.css" in await store.list("site/assets/"))
        return there

    assert asyncio.run(work()) == [True, True, False]


def test_a_store_that_stumbles_is_tried_again_and_one_that_stays_down_ends_the_deploy(tmp_path: Path) -> None:
    dist = build(tmp_path, FIRST)

    class Stumbling(Failing):
        def __init__(self, inner: ObjectStore, *, times: int) -> None:
            super().__init__(inner, fails_at=10**9, persists=False)
            self.times = times

        async def list(self, prefix: str) -> tuple[str, ...]:
            self.times -= 1
            if self.times >= 0:
                raise RemoteError("Busy.", operation="list", subject=prefix)
            return await super().list(prefix)

    async def deploy_with(times: int) -> tuple[str, ...]:
        inner = open_store("memory://", {})
        await deploy(dist, Stumbling(inner, times=times), random_number=lambda: 0.0)
        return await inner.list("site/")

    assert len(asyncio.run(deploy_with(1))) == len(FIRST)
    with pytest.raises(RemoteRefused):
        asyncio.run(deploy(dist, Failing(open_store("memory://", {}), fails_at=1, persists=False)))


def test_a_damaged_record_is_told_and_nothing_is_changed(tmp_path: Path) -> None:
    dist = build(tmp_path, FIRST)

    async def work() -> tuple[str, ...]:
        store = open_store("memory://", {})
        await store.put(MANIFEST, b"{}", ObjectKind(content_type="a/b", cache_control="no-store", compress=False))
        with pytest.raises(RemoteRefused, match=f"Delete {MANIFEST} in the bucket and deploy again"):
            await deploy(dist, store)
        return await store.list("")

    assert asyncio.run(work()) == (MANIFEST,)


def test_a_file_rewritten_during_the_deploy_is_never_recorded_as_the_one_planned(tmp_path: Path) -> None:
    dist = build(tmp_path, FIRST)

    async def work() -> None:
        store = open_store("memory://", {})
        with pytest.raises(MachineError, match="changed while it was being deployed"):
            await deploy(dist, store, on_plan=lambda _: (dist / "az/index.html").unlink())
        (dist / "az/index.html").write_text("new", encoding="utf-8")
        await deploy(dist, store)
        assert (await site_in(store))["az/index.html"] == "new"

    asyncio.run(work())


def test_a_site_that_cannot_be_served_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        asyncio.run(deploy(tmp_path, Failing(open_store("memory://", {}), fails_at=1, persists=False)))


def test_a_build_that_lacks_most_pages_is_deployed_only_if_it_is_meant(tmp_path: Path) -> None:
    many = build(tmp_path / "many", FIRST | {f"az/station/002-{number:03d}/index.html": "" for number in range(40)})
    few = build(tmp_path / "few", FIRST)

    async def work() -> tuple[int, int]:
        store = open_store("memory://", {})
        await deploy(many, store)
        with pytest.raises(UsageError, match=r"would delete 40 of the 44 pages .* --allow-shrink"):
            await deploy(few, Failing(store, fails_at=1, persists=False))
        assert (await deploy(few, store, dry_run=True)).plan.shrinks
        before = len(await store.list("site/"))
        await deploy(few, store, may_shrink=True)
        return before, len(await store.list("site/"))

    assert asyncio.run(work()) == (46, 6)


def test_a_folder_takes_a_deploy_as_it_is(tmp_path: Path) -> None:
    dist = build(tmp_path / "dist", FIRST)
    asyncio.run(deploy(dist, open_store(f"file://{tmp_path}/store", {})))
    for name, text in FIRST.items():
        assert (tmp_path / "store/site" / name).read_text(encoding="utf-8") == text


@pytest.fixture
def command() -> typer.Typer:
    app = typer.Typer()
    app.command()(deploy_command)
    return app


def config_with(folder: Path, url: str) -> str:
    path = folder / "pollcast.toml"
    path.write_text(
        '[election]\ndate = 2026-11-01\nname = { az = "Seçki", en = "Election", ru = "Выборы" }\n\n'
        f'[store]\nurl = "{url}"\n',
        encoding="utf-8",
    )
    return str(path)


def test_the_command_tells_a_person_or_a_program_what_it_did(tmp_path: Path, command: typer.Typer) -> None:
    config = config_with(tmp_path, f"file://{tmp_path}/store")
    options = ["--config", config, "--dist", str(build(tmp_path / "dist", FIRST))]
    planned = CliRunner().invoke(command, [*options, "--dry-run"], catch_exceptions=False).stdout.splitlines()
    assert planned[0] == "would put     site/assets/one/site.css (new)"
    assert planned[-1].startswith("Would put 6 objects (0.0 MB), delete 0, kept 0 of earlier builds, 0 unchanged;")
    done = json.loads(CliRunner().invoke(command, [*options, "--json"], catch_exceptions=False).stdout)
    assert len(done["put"]) == 6
    assert done["dry_run"] is False
    again = CliRunner().invoke(command, options, catch_exceptions=False).stdout
    assert again.startswith("Put 0 objects (0.0 MB), deleted 0, kept 0 of earlier builds, 6 unchanged;")


def test_a_wrong_store_is_told_with_its_line(tmp_path: Path, command: typer.Typer) -> None:
    config = config_with(tmp_path, "s3://bucket-name?endpont=http://x")
    with pytest.raises(InputError, match=r"pollcast\.toml:6: store\.url: endpont is not a known setting"):
        CliRunner().invoke(command, ["--config", config], catch_exceptions=False)


@pytest.mark.server
def test_on_a_real_server_anyone_gets_the_pages_with_the_right_headers(tmp_path: Path, seaweedfs: S3Server) -> None:
    url = seaweedfs.url(f"deploy-{secrets.token_hex(4)}")
    address = parse_store_url(url)
    assert isinstance(address, S3Address)
    with Bucket(address, seaweedfs.environment) as bucket:
        provision.apply(provision.changes_for(bucket), bucket)
    asyncio.run(deploy(build(tmp_path, FIRST), open_store(url, seaweedfs.environment)))

    page = fetch(seaweedfs.endpoint, f"/{address.bucket}/site/az/index.html")
    assert page.text == FIRST["az/index.html"]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "public, max-age=60"
    assert page.headers["content-encoding"] == "gzip"
    style = fetch(seaweedfs.endpoint, f"/{address.bucket}/site/assets/one/site.css")
    assert style.headers["cache-control"] == IMMUTABLE
    assert fetch(seaweedfs.endpoint, f"/{address.bucket}/{MANIFEST}").status == 403
    again = asyncio.run(deploy(tmp_path, open_store(url, seaweedfs.environment), dry_run=True))
    assert again.plan.puts == ()
