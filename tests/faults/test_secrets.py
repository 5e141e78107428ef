"""Twenty passwords sent along every path that fails; not one is to be seen anywhere afterwards."""

from __future__ import annotations

import asyncio
import base64
import html
import json
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from election import keys
from election.ids import station_id
from election.secret import Secret
from machine import ports
from simulator.authentication import Access, Scheme
from simulator.dialogue_faults import Redirect
from tests.upload.packaging import MAIN, cameras, run, until
from tests.upload.test_kill import children_of, started, written_inputs

pytestmark = pytest.mark.server
USER = "observer"
CANARIES = [
    "canary-plain-01",
    "canary%02percent",
    "canary%2503twice",
    "canary 04 with spaces",
    'canary"05"double',
    "canary'06'single",
    "canary:07:colon",
    "canary@08@at",
    "canary/09/slash",
    "canary\\10\\back",
    "canary+11+plus",
    "canary&12<&>html",
    "canary-ə13ğışöüç",
    "канарейка-14",
    "canary😀15",
    "canary=16=equals",
    "canary?17#hash",
    "canary{18}[x]$(y)",
    "canary,19;semi",
    "canary`20`|*tick",
]
FORMS: list[Callable[[str], str]] = [
    str,
    quote,
    quote_plus,
    lambda value: quote(value, safe=""),
    lambda value: json.dumps(value)[1:-1],
    lambda value: repr(value)[1:-1],
    lambda value: ascii(value)[1:-1],
    html.escape,
    lambda value: value.encode().decode("latin-1"),
    lambda value: base64.b64encode(value.encode()).decode().rstrip("="),
    lambda value: base64.b64encode(f"{USER}:{value}".encode()).decode().rstrip("="),
]


def seen_in(text: str | bytes) -> list[str]:
    """Return the canaries that are in `text` in any form."""
    body = text.encode("utf-8", "replace") if isinstance(text, str) else text
    return [value for value in CANARIES if any(form(value).encode() in body for form in FORMS)]


@asynccontextmanager
async def repeating_what_it_is_sent() -> AsyncIterator[str]:
    """A camera that asks for a password and then tells it back wherever a response has room for words."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                cseq = next(line for line in lines if line.lower().startswith("cseq"))
                given = next((line.split()[-1] for line in lines if line.startswith("Authorization")), None)
                if given is None:
                    answer = f'RTSP/1.0 401 Unauthorized\r\n{cseq}\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n'
                else:
                    told = base64.b64decode(given).decode()
                    answer = f"RTSP/1.0 551 {given} {quote(told)}\r\n{cseq}\r\nServer: {given} {quote(told)}\r\n\r\n"
                writer.write(answer.encode())
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"rtsp://127.0.0.1:{server.sockets[0].getsockname()[1]}/main"


def test_no_password_is_seen_in_any_place_whatever_fails(clips: Path, fast: Path) -> None:
    stations = [station_id(34, number) for number in range(1, 21)]
    metrics_port = ports.free_port()
    heard: list[str] = []

    def scrape() -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics_port}/metrics", timeout=60) as answer:
            body: bytes = answer.read()
            return body

    def report() -> dict[str, dict[str, object]]:
        found = json.loads((fast / "spool/status.json").read_text(encoding="utf-8"))
        return {station: entry["renditions"]["main"] for station, entry in found["stations"].items()}

    def everything_kept() -> bytes:
        files = [*(fast / "store").rglob("*"), fast / "spool/status.json", fast / "spool/journal.sqlite"]
        return b"".join(file.name.encode() + file.read_bytes() for file in files if file.is_file())

    async def work() -> None:
        digest, basic = (
            Access(scheme=scheme, user=USER, password=Secret(CANARIES[index]))
            for index, scheme in ((0, Scheme.DIGEST), (13, Scheme.BASIC))
        )
        async with (
            cameras(clips, access=digest) as first,
            cameras(clips, access=basic) as second,
            cameras(clips) as away,
            repeating_what_it_is_sent() as repeating,
        ):
            away.behave("cam-001", Redirect(location="rtsp://127.0.0.1:9/elsewhere"))
            addresses = [
                first.url("cam-001", MAIN),
                second.url("cam-001", MAIN),
                repeating,
                away.url("cam-001", MAIN),
                f"rtsp://127.0.0.1:{ports.free_port()}/main",
                first.address + "cam-999/main",
            ]
            toml, environment = "", {}
            for index, (station, value) in enumerate(zip(stations, CANARIES, strict=True)):
                reference = f'{{ env = "CANARY_{index}" }}' if index % 2 else f'{{ file = "secret-{index}" }}'
                address = addresses[1] if index == 13 else addresses[index % len(addresses)]
                toml += f'[[camera]]\nstation = "{station}"\nmain = "{address}"\nuser = "{USER}"\n'
                toml += f"password = {reference}\n"
                (fast / f"secret-{index}").write_text(value, encoding="utf-8")
                environment[f"CANARY_{index}"] = value
            written_inputs(fast, f"file://{fast}/store", toml)
            # A crash meets one station's folder of recordings.
            (fast / "spool/media").mkdir(parents=True)
            (fast / "spool/media" / stations[7]).write_text("in the way", encoding="utf-8")
            child = await started(
                fast, environment=environment, on_line=heard.append, arguments=("--metrics-port", str(metrics_port))
            )

            await until(lambda: all((fast / "store" / keys.live(stations[n], MAIN)).exists() for n in (0, 13)))
            # From now on the store cannot take the objects of one station.
            in_the_way = fast / "store/live" / stations[13]
            in_the_way.rename(fast / "away")
            in_the_way.write_text("in the way", encoding="utf-8")
            await until(lambda: (fast / "spool/status.json").exists())
            reasons = {"recording", "unauthorized", "redirected", "refused", "failed"}
            await until(lambda: reasons <= {str(health["recorder"]) for health in report().values()})
            await until(lambda: report()[stations[13]]["store"])
            await until(lambda: any("publishing failed" in line for line in heard))
            for process_id in (recorders := children_of(child.pid)):
                environ = Path(f"/proc/{process_id}/environ")
                assert seen_in(environ.read_bytes() if environ.exists() else b"") == []
            for process_id in (child.pid, *recorders):
                arguments = Path(f"/proc/{process_id}/cmdline")
                assert seen_in(arguments.read_bytes() if arguments.exists() else b"") == []
            assert seen_in(await asyncio.to_thread(scrape)) == []
            # Passwords where none belong.
            value = json.dumps(CANARIES[4], ensure_ascii=False)
            wrong = f'pasword = {value}\npassword = {value}\nmain = "rtsp://{USER}:{CANARIES[0]}@127.0.0.1/"\n'
            (fast / "cameras.toml").write_text(f"[[camera]]\nstation = {value}\n{wrong}", encoding="utf-8")
            await until(lambda: any("cameras refused" in line for line in heard))
            await until(lambda: "cameras.toml" in (fast / "spool/status.json").read_text(encoding="utf-8"))
            assert await child.stop(grace=60) == 0
        assert seen_in("\n".join(heard)) == []
        assert seen_in(everything_kept()) == []
        assert any("recording ended" in line for line in heard)
        assert any("cameras refused" in line and "***" in line for line in heard), "a mask was put to the test"

    run(work())


def test_a_canary_would_be_seen_in_every_form() -> None:
    for value in CANARIES:
        for form in FORMS:
            assert value in seen_in(f"before {form(value)} after")
