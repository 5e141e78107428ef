"""Provisioning, on a real S3 server: who may read what afterwards is asked over plain HTTP."""

from __future__ import annotations

import asyncio
import json
import secrets
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from election import keys
from election.errors import RemoteError, RemoteRefused, UsageError
from tests.fetching import fetch
from tests.servers import S3Server
from upload import provision
from upload.administration import Bucket
from upload.deploy_cli import provision as provision_command
from upload.store import open_store
from upload.store_url import S3Address, parse_store_url

pytestmark = pytest.mark.server


def address_of(url: str) -> S3Address:
    address = parse_store_url(url)
    assert isinstance(address, S3Address)
    return address


@pytest.fixture
def url(seaweedfs: S3Server) -> str:
    """A bucket that does not exist yet."""
    return seaweedfs.url(f"provision-{secrets.token_hex(4)}")


def provisioned(url: str, server: S3Server) -> provision.Changes:
    with Bucket(address_of(url), server.environment) as bucket:
        changes = provision.changes_for(bucket)
        provision.apply(changes, bucket)
    return changes


def test_everyone_may_get_what_is_public_and_nothing_else(url: str, seaweedfs: S3Server) -> None:
    provisioned(url, seaweedfs)
    public = ("live/034-012/master.m3u8", "status/public.json", "site/az/index.html")
    private = ("status/nodes/one.json", "deploy/manifest.json", "anything", "status/public.json.bak")

    async def put_all() -> None:
        store = open_store(url, seaweedfs.environment)
        for key in public + private:
            await store.put(key, b"x", keys.STILL)

    asyncio.run(put_all())
    bucket = address_of(url).bucket
    assert [fetch(seaweedfs.endpoint, f"/{bucket}/{key}").status for key in public] == [200, 200, 200]
    assert [fetch(seaweedfs.endpoint, f"/{bucket}/{key}").status for key in private] == [403, 403, 403, 403]
    for query in ("", "?list-type=2", "?list-type=2&prefix=live/", "?policy", "?cors", "?versions"):
        assert fetch(seaweedfs.endpoint, f"/{bucket}{query}").status == 403, query
    assert fetch(seaweedfs.endpoint, f"/{bucket}/live/new", method="PUT", body=b"x").status == 403
    assert fetch(seaweedfs.endpoint, f"/{bucket}/{public[0]}", method="DELETE").status == 403
    assert fetch(seaweedfs.endpoint, f"/{bucket}/{public[0]}").status == 200


def test_other_sites_may_read_what_is_public(url: str, seaweedfs: S3Server) -> None:
    provisioned(url, seaweedfs)

    async def put() -> None:
        await open_store(url, seaweedfs.environment).put("live/x.m3u8", b"x", keys.STILL)

    asyncio.run(put())
    bucket = address_of(url).bucket
    elsewhere = "https://elsewhere.example"
    headers = fetch(seaweedfs.endpoint, f"/{bucket}/live/x.m3u8", headers={"Origin": elsewhere}).headers
    assert headers["access-control-allow-origin"] in {"*", elsewhere}
    assert "access-control-allow-credentials" not in headers


def test_a_second_run_finds_nothing_to_do(url: str, seaweedfs: S3Server) -> None:
    assert len(provisioned(url, seaweedfs).sentences) == 3
    assert provisioned(url, seaweedfs).sentences == []


def test_settings_changed_by_somebody_else_are_put_right(url: str, seaweedfs: S3Server) -> None:
    provisioned(url, seaweedfs)
    with Bucket(address_of(url), seaweedfs.environment) as bucket:
        wide = json.loads(json.dumps(provision.public_policy(bucket.name)))
        wide["Statement"][0]["Resource"] = [f"arn:aws:s3:::{bucket.name}/*"]
        bucket.set_policy(wide)
        changes = provision.changes_for(bucket)
        assert changes.policy == provision.public_policy(bucket.name)
        assert changes.cross_origin_rules is None
        provision.apply(changes, bucket)
        assert provision.changes_for(bucket).sentences == []


def test_wrong_credentials_are_refused_for_good_and_say_what_to_correct(url: str, seaweedfs: S3Server) -> None:
    environment = {**seaweedfs.environment, "AWS_SECRET_ACCESS_KEY": "wrong"}
    with Bucket(address_of(url), environment) as bucket, pytest.raises(RemoteRefused) as caught:
        bucket.create()
    assert "AWS_SECRET_ACCESS_KEY" in str(caught.value)
    with Bucket(address_of(url), environment) as bucket, pytest.raises(RemoteRefused, match="Correct the credentials"):
        bucket.exists()


def test_a_server_that_is_not_there_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upload.administration._ATTEMPTS", 1)
    address = address_of("s3://some-bucket?endpoint=http://127.0.0.1:9")
    with (
        Bucket(address, {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}) as bucket,
        pytest.raises(RemoteError, match=r"Could not look at bucket some-bucket") as caught,
    ):
        bucket.exists()
    assert caught.value.retryable


def test_a_missing_credential_is_named() -> None:
    with pytest.raises(UsageError, match="AWS_SECRET_ACCESS_KEY is not set"):
        Bucket(address_of("s3://some-bucket"), {"AWS_ACCESS_KEY_ID": "a"})


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, seaweedfs: S3Server) -> typer.Typer:
    for name, value in seaweedfs.environment.items():
        monkeypatch.setenv(name, value)
    app = typer.Typer()
    app.command()(provision_command)
    return app


def config_with(folder: Path, url: str) -> Path:
    path = folder / "pollcast.toml"
    path.write_text(
        '[election]\ndate = 2026-11-01\nname = { az = "Seçki", en = "Election", ru = "Выборы" }\n\n'
        f'[store]\nurl = "{url}"\n',
        encoding="utf-8",
    )
    return path


def test_the_command_does_nothing_in_a_dry_run_and_says_what_it_would(
    url: str, command: typer.Typer, tmp_path: Path, seaweedfs: S3Server
) -> None:
    config = str(config_with(tmp_path, url))
    told = CliRunner().invoke(command, ["--config", config, "--dry-run"], catch_exceptions=False)
    assert told.exit_code == 0
    assert told.stdout.splitlines()[0] == "would create the bucket"
    with Bucket(address_of(url), seaweedfs.environment) as bucket:
        assert not bucket.exists()
    done = CliRunner().invoke(command, ["--config", config, "--json"], catch_exceptions=False)
    assert len(json.loads(done.stdout)["changes"]) == 3
    again = CliRunner().invoke(command, ["--config", config], catch_exceptions=False)
    assert again.stdout == f"Bucket {address_of(url).bucket} is as it must be.\n"
