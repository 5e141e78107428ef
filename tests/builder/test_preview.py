"""The preview: shows what was built or what is wrong, under the edge's policy, and renews open pages."""

from __future__ import annotations

import http.client
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from builder.fault_texts import FaultTexts
from builder.preview_server import POLICY, Showing, serving
from tests.builder.conftest import ROOT
from tests.sample_election import CONFIGURATION


def get(origin: str, path: str, method: str = "GET", **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=60)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in ("az/index.html", "en/404.html", "az/404.html"):
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<head></head>{name}")
    for path in ("catalogue.json", "assets/0123abcd/css/site.css", "images/hall-480-0123abcd.webp", "images/hall.jpg"):
        file = tmp_path / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    (tmp_path / "secret.html").write_text("secret")
    return tmp_path / "site"


def test_pages_are_shown_with_the_script_and_files_as_they_are(site: Path) -> None:
    showing = Showing("run", FaultTexts("en"))
    with serving(showing, 0) as origin:
        showing.show(site)
        status, page, headers = get(origin, "/az/")
        script = '<script src="/preview/reload.js" data-version="run-1" defer></script>\n</head>'
        assert (status, page) == (200, f"<head>{script}az/index.html")
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["Cache-Control"] == "no-store"
        assert get(origin, "/catalogue.json")[:2] == (200, "{}")
        assert get(origin, "/catalogue.json", "HEAD")[:2] == (200, "")
        assert "location.reload" in get(origin, "/preview/reload.js")[1]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8081", 200),
        ("LOCALHOST", 200),
        ("127.0.0.1", 200),
        ("evil.example:8081", 421),
        ("127.0.0.1.evil.example", 421),
        ("127.0.0.1@evil.example", 421),
        ("[", 421),
        ("", 421),
    ],
)
def test_another_name_that_means_this_machine_reads_nothing(site: Path, host: str, status: int) -> None:
    showing = Showing("run", FaultTexts("en"))
    with serving(showing, 0) as origin:
        showing.show(site)
        found, body, _ = get(origin, "/az/", Host=host)
    assert (found, "az/index.html" in body) == (status, status == HTTPStatus.OK)


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/assets/0123abcd/css/site.css", True),
        ("/images/hall-480-0123abcd.webp", True),
        ("/images/hall.jpg", False),
        ("/assets/0123abcd/nothing.css", False),
        ("/catalogue.json", False),
        ("/az/", False),
    ],
)
def test_a_browser_keeps_what_is_named_by_its_content_and_nothing_else(site: Path, path: str, kept: bool) -> None:
    showing = Showing("run", FaultTexts("en"))
    with serving(showing, 0) as origin:
        showing.show(site)
        headers = get(origin, path)[2]
    assert headers["Cache-Control"] == ("max-age=31536000, immutable" if kept else "no-store")


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/en/nothing/", 404, "en/404.html"),
        ("/nothing/", 404, "az/404.html"),
        ("/live/034-012/still.jpg", 404, ""),
        ("/status/public.json", 404, ""),
        ("/../secret.html", 404, "az/404.html"),
        ("/az/%2e%2e/%2e%2e/secret.html", 404, "az/404.html"),
        ("//secret.html", 404, "az/404.html"),
        ("/az", 404, ""),
    ],
)
def test_what_is_not_on_the_site_is_not_shown(site: Path, path: str, status: int, text: str) -> None:
    showing = Showing("run", FaultTexts("en"))
    with serving(showing, 0) as origin:
        showing.show(site)
        found, body, _ = get(origin, path)
    assert found == status
    assert body.endswith(text)
    assert "secret" not in body


def test_faults_stand_in_every_page_as_text(site: Path) -> None:
    showing = Showing("run", FaultTexts("en"))
    with serving(showing, 0) as origin:
        assert get(origin, "/az/")[0] == 500
        showing.show(site)
        showing.show_faults("a.md:1: <b>: is wrong.\nb.md:2: is wrong too.")
        status, page, _ = get(origin, "/az/")
        assert status == 500
        assert "<li><code>a.md:1: &lt;b&gt;: is wrong.</code></li>\n<li><code>b.md:2: is wrong too.</code></li>" in page
        assert 'data-version="run-2"' in page
        showing.show(site)
        assert get(origin, "/az/")[0] == 200


def test_the_page_of_faults_speaks_the_editors_language(site: Path) -> None:
    showing = Showing("run", FaultTexts("az"))
    with serving(showing, 0) as origin:
        showing.show(site)
        showing.show_faults("a.md: x.")
        _status, page, _ = get(origin, "/ru/")
    assert '<html lang="az">' in page
    assert "<h1>Saytı qurmaq mümkün deyil</h1>" in page
    assert "<p>Səhvlər düzələn kimi bu səhifə özü təzələnəcək.</p>" in page


def test_a_page_that_waits_hears_of_the_next_build_and_of_the_end(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builder.preview_server.PATIENCE", 600.0)
    showing = Showing("run", FaultTexts("en"))
    heard: list[str] = []
    with serving(showing, 0) as origin:

        def wait(seen: str) -> None:
            heard.append(get(origin, f"/preview/version?seen={seen}")[1])

        wait("run-7")
        assert heard == ["run-0"]
        waiting = threading.Thread(target=wait, args=("run-0",))
        waiting.start()
        time.sleep(0.1)
        assert waiting.is_alive()
        showing.show(site)
        waiting.join(60)
        assert heard == ["run-0", "run-1"]
        waiting = threading.Thread(target=wait, args=("run-1",))
        waiting.start()
        time.sleep(0.1)
    waiting.join(60)
    assert heard == ["run-0", "run-1", "run-1"]


def test_the_policy_is_the_edges() -> None:
    caddyfile = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text()
    assert f'Content-Security-Policy "{POLICY}"' in caddyfile


@contextmanager
def running_preview(folder: Path, *options: str) -> Iterator[tuple[str, list[str], subprocess.Popen[str]]]:
    """Give the address of a preview of `folder`, its lines so far and its process."""
    argv = [sys.executable, "-m", "pollcast", "preview", "--port", "0", *options]
    with subprocess.Popen(argv, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        found = re.match(r"(?:Preview|Baxış): (http://127\.0\.0\.1:\d+)/ \(Ctrl-C (?:ends it|bitirir)\)\n", first)
        assert found is not None, first
        said: list[str] = []
        reading = threading.Thread(target=lambda: said.extend(process.stdout or ()))
        reading.start()
        try:
            yield found[1], said, process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(120)
            finally:
                process.kill()
            reading.join(60)


@pytest.mark.browser
def test_an_open_page_follows_every_change_of_content_and_configuration(
    content: Path, tmp_path: Path, page: Page
) -> None:
    config = Path(shutil.copy(CONFIGURATION, tmp_path))
    region = content / "regions" / "gumus-dag.md"
    right = region.read_text()
    with running_preview(tmp_path) as (origin, said, process):
        page.goto(f"{origin}/en/region/gumus-dag/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sample: Silver Mountain")
        region.write_text(right.replace("Silver", "Golden"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Sample: Golden Mountain")
        region.write_text(right.replace("name:", "naem:"))
        expect(page.get_by_role("heading", level=1)).to_have_text("The site cannot be built")
        expect(page.get_by_role("listitem").last).to_have_text(
            re.compile(r"^content/regions/gumus-dag\.md:2: naem: is")
        )
        region.write_text(right)
        expect(page.get_by_role("heading", level=1)).to_have_text("Sample: Silver Mountain")
        config.write_text(config.read_text().replace("Sample election", "Other election"))
        expect(page).to_have_title("Sample: Silver Mountain – Other election")
        for _ in range(20):
            # What was written in two pieces may be built twice; what is read must not cause another build, for ever.
            lines = len(said)
            time.sleep(0.6)
            if len(said) == lines:
                break
        assert len(said) == lines, "reading the content must not cause another build"
    assert process.returncode == 0
    assert not any("Traceback" in line for line in said)


def test_a_preview_shows_the_site_as_of_a_day_and_faults_in_the_language_that_was_asked_for(
    content: Path, tmp_path: Path
) -> None:
    shutil.copy(CONFIGURATION, tmp_path)
    item = content / "news" / "later.md"
    item.write_text("---\ntitle: { az: Sonra }\ndate: 2030-01-02\nexpiryDate: 2030-02-01\n---\nMətn.\n")
    with running_preview(tmp_path, "--today", "2030-02-01", "--language", "az") as (origin, _said, _process):
        first = get(origin, "/preview/version?seen=none")[1]
        if get(origin, "/az/")[0] == HTTPStatus.INTERNAL_SERVER_ERROR:
            get(origin, f"/preview/version?seen={first}")
        assert get(origin, "/az/news/yayim/")[0] == HTTPStatus.OK
        assert get(origin, "/az/news/later/")[0] == HTTPStatus.NOT_FOUND
        seen = get(origin, "/preview/version?seen=none")[1]
        wrong = tmp_path / "later.md"
        wrong.write_text("---\ntitle: Sonra\n---\nMətn.\n")
        wrong.replace(item)  # at once, so that one build sees all of it
        get(origin, f"/preview/version?seen={seen}")
        assert "news/later.md:2: title: dillər üzrə yazılır: altında az, en və ru." in get(origin, "/az/")[1]


def test_a_preview_of_wrong_content_keeps_nothing_beside_it(content: Path, tmp_path: Path) -> None:
    shutil.copy(CONFIGURATION, tmp_path)
    (content / "images").mkdir()
    Image.new("RGB", (8, 8)).save(content / "images" / "hall.png")
    page = content / "regions" / "gumus-dag.md"
    right = page.read_text()
    page.write_text(right.replace("name:", "naem:"))
    with running_preview(tmp_path) as (origin, _said, _process):
        wait_for(origin, HTTPStatus.INTERNAL_SERVER_ERROR)
        assert not (tmp_path / ".cache").exists()
        page.write_text(right)
        wait_for(origin, HTTPStatus.OK)
        assert list((tmp_path / ".cache" / "images").iterdir())


def wait_for(origin: str, status: HTTPStatus, said: str = "") -> None:
    """Wait until the preview answers with `status` and a page with these words, some builds long."""
    version = "none"
    for _ in range(5):
        version = get(origin, f"/preview/version?seen={version}")[1]
        found, page, _ = get(origin, "/az/")
        if found == status and said in page:
            return
    pytest.fail(f"no build ended with {status}")


def test_a_preview_ends_at_once_while_it_builds_and_leaves_nothing(tmp_path: Path) -> None:
    sample = [sys.executable, "-m", "pollcast", "sample", "--stations", "3000", "--out", "."]
    subprocess.run(sample, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    shutil.copy(CONFIGURATION, tmp_path)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        with running_preview(tmp_path) as (_origin, said, process):
            end = time.monotonic() + 120
            while not list(temporary.glob("*/.site.cache/part/az/station")):
                assert time.monotonic() < end
                time.sleep(0.02)
    # At once: whoever waits for the build says that it is done.
    assert (process.returncode, said) == (0, [])
    assert list(temporary.iterdir()) == []


def test_a_folder_that_takes_the_place_of_the_content_is_followed(content: Path, tmp_path: Path) -> None:
    shutil.copy(CONFIGURATION, tmp_path)
    other = shutil.copytree(content, tmp_path / "other")
    (other / "regions" / "gumus-dag.md").write_text("wrong")
    with running_preview(tmp_path) as (origin, _said, _process):
        wait_for(origin, HTTPStatus.OK)
        content.rename(tmp_path / "old")
        wait_for(origin, HTTPStatus.INTERNAL_SERVER_ERROR)
        assert "content: there is no such folder." in get(origin, "/az/")[1]
        other.rename(content)
        wait_for(origin, HTTPStatus.INTERNAL_SERVER_ERROR, "gumus-dag.md:1: does not begin with its fields")
        shutil.copy(tmp_path / "old" / "regions" / "gumus-dag.md", content / "regions")
        wait_for(origin, HTTPStatus.OK)


@pytest.mark.browser
def test_a_page_that_nobody_looks_at_holds_no_connection(content: Path, tmp_path: Path, page: Page) -> None:
    shutil.copy(CONFIGURATION, tmp_path)
    region = content / "regions" / "gumus-dag.md"
    with running_preview(tmp_path) as (origin, _said, _process):
        wait_for(origin, HTTPStatus.OK)
        page.add_init_script(HIDDEN)
        with page.expect_request("**/preview/version*") as asked:
            page.goto(f"{origin}/en/region/gumus-dag/")
        with page.expect_event("requestfailed", lambda request: request == asked.value):
            page.evaluate("window.hide(true)")
        region.write_text(region.read_text().replace("Silver", "Golden"))
        version = page.evaluate("document.querySelector('script[data-version]').dataset.version")
        get(origin, f"/preview/version?seen={version}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sample: Silver Mountain")
        page.evaluate("window.hide(false)")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sample: Golden Mountain")


HIDDEN = """let state = "visible";
Object.defineProperty(document, "visibilityState", { get: () => state });
window.hide = (hidden) => {
  state = hidden ? "hidden" : "visible";
  document.dispatchEvent(new Event("visibilitychange"));
};"""
"""Lets a test say whether the page is looked at: a browser without a screen shows all its pages."""


@pytest.mark.parametrize("missing", ["pollcast.toml", "content"])
def test_a_preview_of_what_is_not_there_ends_with_code_2(content: Path, tmp_path: Path, missing: str) -> None:
    (tmp_path / "pollcast.toml").write_text("")
    (tmp_path / missing).rename(tmp_path / "elsewhere")
    argv = [sys.executable, "-m", "pollcast", "preview", "--port", "0"]
    ended = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False)
    assert (ended.returncode, ended.stderr) == (2, f"{missing}: there is no such file or folder.\n")
