"""The edge as anyone meets it: real Caddy with the project's configuration before a real store."""

from __future__ import annotations

import asyncio
import gzip
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.edge import CONFIGURATION, start_edge
from election import keys
from election.errors import MachineError
from election.keys import ObjectKind
from machine import ports
from tests.fetching import Answer, fetch
from tests.servers import S3Server, background, fast_folder
from upload import dist_tree, provision
from upload.administration import Bucket
from upload.store import open_store
from upload.store_url import S3Address, parse_store_url

pytestmark = pytest.mark.server

HTML = ObjectKind(content_type="text/html; charset=utf-8", cache_control="public, max-age=60", compress=True)
SCRIPT = ObjectKind(content_type="text/javascript; charset=utf-8", cache_control=keys.IMMUTABLE, compress=True)
JSON = ObjectKind(content_type="application/json", cache_control="public, max-age=60", compress=True)
DRAWING = ObjectKind(content_type="image/svg+xml", cache_control=keys.IMMUTABLE, compress=True)
FONT = ObjectKind(content_type="font/woff2", cache_control=keys.IMMUTABLE, compress=False)
WORKER = ObjectKind(content_type="text/javascript; charset=utf-8", cache_control="no-cache", compress=True)
SITEMAP = ObjectKind(content_type="application/xml", cache_control="public, max-age=60", compress=True)
ROBOTS = ObjectKind(content_type="text/plain; charset=utf-8", cache_control="public, max-age=60", compress=True)
MANIFEST = ObjectKind(content_type="application/manifest+json", cache_control="public, max-age=60", compress=True)
PLAYLIST = keys.live_playlist_kind(6)
SEGMENT = "live/034-012/main/2026-11-24/00000001-1-0badcafe.m4s"
OBJECTS = {
    "site/index.html": (b"<h1>choose</h1>", HTML),
    "site/az/index.html": ("<h1>Seçki</h1>".encode(), HTML),
    "site/az/404.html": ("<h1>Belə səhifə yoxdur</h1>".encode(), HTML),
    "site/en/404.html": (b"<h1>This page does not exist</h1>", HTML),
    "site/ru/404.html": ("<h1>Такой страницы нет</h1>".encode(), HTML),
    "site/en/station/034-012/index.html": (b"<h1>station</h1>", HTML),
    "site/assets/0badcafe/js/main.js": (b"export {};\n" * 50, SCRIPT),
    "site/assets/0badcafe/icon.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", DRAWING),
    "site/assets/0badcafe/text.woff2": (b"font", FONT),
    "site/sw.js": (b"const VERSION = 1;\n" * 50, WORKER),
    "site/sitemap.xml": (b"<sitemapindex/>", SITEMAP),
    "site/robots.txt": (b"User-agent: *\n", ROBOTS),
    "site/az/site.webmanifest": (b"{}", MANIFEST),
    "site/catalogue.json": (b'{"stations":[]}', JSON),
    SEGMENT: (bytes(range(256)) * 40, keys.MEDIA_SEGMENT),
    "live/034-012/main/init-0badcafe.mp4": (b"init", keys.INIT_SEGMENT),
    "live/034-012/main/live.m3u8": (b"#EXTM3U\n" * 50, PLAYLIST),
    "live/034-012/still.jpg": (b"jpeg", keys.STILL),
    "status/public.json": (b"{}", keys.STATUS),
    "status/nodes/one.json": (b'{"private":true}', keys.PRIVATE_STATUS),
    "deploy/manifest.json": (b'{"private":true}', keys.PRIVATE_STATUS),
}
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A running edge."""

    port: int

    def get(self, path: str, *, method: str = "GET", headers: dict[str, str] | None = None) -> Answer:
        """Ask as a browser does: compressed answers are welcome."""
        return fetch(f"http://127.0.0.1:{self.port}", path, method=method, headers=GZIP | (headers or {}))

    def get_plain(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Ask as a client that knows no compression."""
        return fetch(f"http://127.0.0.1:{self.port}", path, headers=headers)


def filled_bucket(server: S3Server) -> str:
    bucket = f"edge-{secrets.token_hex(4)}"
    address = parse_store_url(server.url(bucket))
    assert isinstance(address, S3Address)
    with Bucket(address, server.environment) as administered:
        provision.apply(provision.changes_for(administered), administered)

    async def fill() -> None:
        store = open_store(server.url(bucket), server.environment)
        await asyncio.gather(*(store.put(key, body, kind) for key, (body, kind) in OBJECTS.items()))

    asyncio.run(fill())
    return bucket


@pytest.fixture(scope="module")
def edge(seaweedfs: S3Server) -> Iterator[Edge]:
    bucket = filled_bucket(seaweedfs)
    with background() as loop, fast_folder() as folder:
        port = ports.free_port()
        child = loop.run(start_edge(folder / "caddy", port=port, store=seaweedfs.endpoint, bucket=bucket))
        try:
            yield Edge(port=port)
        finally:
            loop.run(child.stop())


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/", "site/index.html"),
        ("/az/", "site/az/index.html"),
        ("/az/?q=1", "site/az/index.html"),
        ("/az/index.html", "site/az/index.html"),
        ("/en/station/034-012/", "site/en/station/034-012/index.html"),
        ("/assets/0badcafe/js/main.js", "site/assets/0badcafe/js/main.js"),
        ("/assets/0badcafe/text.woff2", "site/assets/0badcafe/text.woff2"),
        ("/catalogue.json", "site/catalogue.json"),
        ("/sw.js", "site/sw.js"),
        ("/sitemap.xml", "site/sitemap.xml"),
        ("/robots.txt", "site/robots.txt"),
        ("/az/site.webmanifest", "site/az/site.webmanifest"),
        (f"/{SEGMENT}", SEGMENT),
        ("/live/034-012/main/init-0badcafe.mp4", "live/034-012/main/init-0badcafe.mp4"),
        ("/live/034-012/main/live.m3u8", "live/034-012/main/live.m3u8"),
        ("/live/034-012/still.jpg", "live/034-012/still.jpg"),
        ("/status/public.json", "status/public.json"),
    ],
)
def test_an_address_gives_its_object_with_the_headers_it_was_stored_with(edge: Edge, path: str, key: str) -> None:
    body, kind = OBJECTS[key]
    answer = edge.get(path)
    assert answer.status == 200
    assert (gzip.decompress(answer.body) if kind.compress else answer.body) == body
    assert answer.headers["content-type"] == kind.content_type
    assert answer.headers["cache-control"] == kind.cache_control
    assert answer.headers.get("content-encoding") == ("gzip" if kind.compress else None)
    assert answer.headers.get("vary") == ("Accept-Encoding" if kind.compress else None)
    plain = edge.get_plain(path)
    assert plain.status == 200
    assert plain.body == body
    assert "content-encoding" not in plain.headers
    assert plain.headers["cache-control"] == kind.cache_control
    head = edge.get(path, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["cache-control"] == kind.cache_control


@pytest.mark.parametrize(
    "path",
    [
        "/status/nodes/one.json",
        "/status/nodes/",
        "/status/",
        "/status",
        "/status/public.json/",
        "/deploy/manifest.json",
        "/live/",
        "/live",
        "/live/034-012/",
        "/live/034-012/main/live.m3u8/",
        "/live/../status/nodes/one.json",
        "/../status/nodes/one.json",
        "/az/../../status/nodes/one.json",
        "/%2e%2e/status/nodes/one.json",
        "/live/%2e%2e/%2e%2e/deploy/manifest.json",
        "/live/..%2fstatus/nodes/one.json",
        "/..%5cstatus/nodes/one.json",
        "//status/nodes/one.json",
        "/.hidden/x.json",
        "/site/index.html",
        "/live/034-012/main/live.m3u8%00",
    ],
)
def test_nothing_else_of_the_bucket_is_reached(edge: Edge, path: str) -> None:
    answer = edge.get(path)
    assert answer.status == 404, answer.text
    assert "private" not in answer.text
    assert "Contents" not in answer.text


@pytest.mark.parametrize("query", ["?list-type=2", "?policy", "?response-content-type=text/html", "?versionId=null"])
def test_a_query_never_reaches_the_store(edge: Edge, query: str) -> None:
    answer = edge.get(f"/status/public.json{query}")
    assert (answer.status, answer.text) == (200, "{}")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/az/", "/live/034-012/main/live.m3u8", "/deploy/manifest.json"])
def test_only_reading_is_allowed(edge: Edge, method: str, path: str) -> None:
    answer = edge.get(path, method=method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_a_page_without_its_slash_is_one_redirect_away_and_keeps_its_question(edge: Edge) -> None:
    answer = edge.get("/en/station/034-012?t=14:05")
    assert answer.status == 301
    assert answer.headers["location"] == "/en/station/034-012/?t=14:05"
    assert answer.headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize("path", ["/en/034-012", "/en/034-012/"])
def test_the_short_address_on_paper_leads_to_the_station(edge: Edge, path: str) -> None:
    answer = edge.get(f"{path}?t=14:05")
    assert answer.status == 301
    assert answer.headers["location"] == "/en/station/034-012/?t=14:05"


def test_the_service_worker_may_fetch_from_this_site_only(edge: Edge) -> None:
    assert edge.get("/sw.js").headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"


@pytest.mark.parametrize("path", ["//elsewhere.example", "/\\elsewhere.example", "/%2felsewhere.example"])
def test_a_redirect_never_leads_to_another_site(edge: Edge, path: str) -> None:
    answer = edge.get(path)
    assert answer.status == 404
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/az/nothing/", "Belə səhifə yoxdur"),
        ("/en/nothing/", "This page does not exist"),
        ("/en/nothing.html", "This page does not exist"),
        ("/ru/nothing/?x=1", "Такой страницы нет"),
        ("/de/", "Belə səhifə yoxdur"),
    ],
)
def test_a_page_that_does_not_exist_is_told_in_the_readers_language(edge: Edge, path: str, sentence: str) -> None:
    for answer in (edge.get(path), edge.get_plain(path)):
        assert answer.status == 404
        assert answer.text == f"<h1>{sentence}</h1>"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "public, max-age=1"
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert "etag" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/live/034-012/main/2026-11-24/00000002-1-0badcafe.m4s", "/live/999-999/master.m3u8", "/assets/x.js"]
)
def test_a_missing_file_is_a_short_plain_404_kept_for_a_second(edge: Edge, path: str) -> None:
    answer = edge.get(path)
    assert answer.status == 404
    assert answer.text == "404 Not Found"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=1"
    if path.startswith("/live/"):
        assert answer.headers["access-control-allow-origin"] == "*"


def test_pages_carry_the_strict_policies(edge: Edge) -> None:
    for path in ("/", "/az/", "/az/index.html"):
        headers = edge.get(path).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        for power in ("camera", "microphone", "geolocation"):
            assert f"{power}=()" in headers["permissions-policy"]


def test_every_answer_forbids_guessing_its_type_and_tells_no_server_store_or_cookie(edge: Edge) -> None:
    paths = ("/", "/catalogue.json", f"/{SEGMENT}", "/live/x.m3u8", "/az/nothing/", "/status/", "/en", "/assets/x.js")
    for answer in [edge.get(path) for path in paths] + [edge.get("/", method="POST")]:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        telling = ("server", "via", "set-cookie", "x-powered-by", "alt-svc", "strict-transport-security")
        leaked = [name for name in answer.headers if name in telling or name.startswith(("x-amz", "x-seaweed"))]
        assert leaked == []


@pytest.mark.parametrize(
    "path", [f"/{SEGMENT}", "/live/034-012/main/live.m3u8", "/status/public.json", "/catalogue.json"]
)
def test_any_site_may_show_what_is_public_but_never_with_credentials(edge: Edge, path: str) -> None:
    headers = edge.get(path, headers={"Origin": "https://elsewhere.example", "Cookie": "a=b"}).headers
    assert headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in headers
    assert headers["cross-origin-resource-policy"] == "cross-origin"


def test_pages_are_not_for_other_sites(edge: Edge) -> None:
    headers = edge.get("/az/", headers={"Origin": "https://elsewhere.example"}).headers
    assert "access-control-allow-origin" not in headers


def test_part_of_a_segment_can_be_asked_for(edge: Edge) -> None:
    answer = edge.get(f"/{SEGMENT}", headers={"Range": "bytes=10-19"})
    assert answer.status == 206
    assert answer.body == bytes(range(10, 20))
    assert answer.headers["content-range"] == "bytes 10-19/10240"
    beyond = edge.get(f"/{SEGMENT}", headers={"Range": "bytes=99999-"})
    assert beyond.status == 416
    assert beyond.headers["cache-control"] == "public, max-age=1"


def test_what_a_browser_has_already_is_not_sent_again(edge: Edge) -> None:
    tag = edge.get("/az/").headers["etag"]
    again = edge.get("/az/", headers={"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")
    assert "etag" not in edge.get_plain("/az/").headers


def test_a_store_that_is_away_is_a_short_502_kept_for_a_second(tmp_path: Path) -> None:
    with background() as loop:
        port = ports.free_port()
        child = loop.run(start_edge(tmp_path, port=port, store=f"127.0.0.1:{ports.free_port()}", bucket="some-bucket"))
        try:
            for path in ("/az/", "/live/034-012/main/live.m3u8"):
                answer = Edge(port=port).get(path)
                assert answer.status == 502
                assert answer.text == "502 Bad Gateway"
                assert answer.headers["cache-control"] == "public, max-age=1"
        finally:
            loop.run(child.stop())


def test_a_taken_port_is_told_and_nothing_is_left_running(edge: Edge, tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=rf"Port {edge.port} on 127.0.0.1 is taken .* --port"):
        asyncio.run(start_edge(tmp_path, port=edge.port, store="127.0.0.1:1", bucket="some-bucket"))


def test_a_drawing_opened_by_itself_runs_nothing(edge: Edge) -> None:
    headers = edge.get("/assets/0badcafe/icon.svg").headers
    assert headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert headers["content-type"] == "image/svg+xml"
    assert "content-security-policy" not in edge.get("/assets/0badcafe/js/main.js").headers


def test_the_edge_serves_every_name_and_kind_that_a_deploy_accepts() -> None:
    text = CONFIGURATION.read_text(encoding="utf-8")
    assert f"(/{dist_tree.PART.pattern})*/?" in text
    pictures = next(line for line in text.splitlines() if "@picture path" in line)
    assert set(pictures.split()[2:]) == {f"*{ending}" for ending in dist_tree.BINARIES}


def test_all_settings_of_the_edge_are_named_in_its_heading() -> None:
    text = CONFIGURATION.read_text(encoding="utf-8")
    heading = text[: text.index("{\n")]
    used = {part.split("}")[0].split(":")[0] for part in text.split("{$")[1:]}
    assert used == {line.split()[1] for line in heading.splitlines() if line.startswith("#   POLLCAST_")}
