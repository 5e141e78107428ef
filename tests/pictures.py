"""Takes the pictures of the guides from the running system: `python -m tests.pictures`, into docs/images/."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from builder import editor_config, editor_server
from machine import ports
from tests import browser, sample_election
from tests.editor_browser import editing, git_folder, open_folder
from tests.running_demo import RunningDemo, running_demo
from upload.sequence import now
from upload.status_table import read_report, status_view

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
STATION = "034-012"
WALL = (STATION, "034-013", "035-012", "035-013")
QUALITY = 82
"""Of JPEG, in percent: sharp letters, small files."""


def take(page: Page, name: str, *, full: bool = False) -> None:
    """Keep what the page shows as docs/images/<name>.jpg."""
    IMAGES.mkdir(exist_ok=True)
    page.screenshot(path=IMAGES / f"{name}.jpg", type="jpeg", quality=QUALITY, full_page=full)
    print(f"docs/images/{name}.jpg", flush=True)


def play(page: Page, demo: RunningDemo) -> None:
    """Open a station in English and let it play until the browser's own controls have faded."""
    page.goto(f"{demo.edge}/en/station/{STATION}/")
    page.get_by_role("button", name="Watch live").click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(8000)


def pages(chromium: Browser, demo: RunningDemo) -> None:
    """The pages as citizens see them."""
    desktop = chromium.new_context(viewport={"width": 1120, "height": 860}).new_page()
    play(desktop, demo)
    take(desktop, "demo")
    desktop.goto(f"{demo.edge}/en/wall/?s={','.join(WALL)}")
    desktop.wait_for_timeout(9000)
    take(desktop, "wall")
    desktop.set_viewport_size({"width": 1120, "height": 1290})
    desktop.goto(f"{demo.edge}/en/?q=station+12")
    desktop.wait_for_timeout(1500)
    take(desktop, "find")
    phone = chromium.new_context(viewport={"width": 390, "height": 800}, device_scale_factor=2).new_page()
    play(phone, demo)
    take(phone, "station-phone")
    phone.goto(f"{demo.edge}/en/?q=34")
    phone.wait_for_timeout(1500)
    take(phone, "search-phone")
    look_back(chromium, demo)


def look_back(chromium: Browser, demo: RunningDemo) -> None:
    """The time line of a day in which the packager was killed."""
    demo.packager().kill()
    page = chromium.new_context(viewport={"width": 1120, "height": 1250}).new_page()
    page.wait_for_timeout(75_000)
    page.goto(f"{demo.edge}/en/station/{STATION}/")
    page.locator(".day > .day__summary").click()
    page.get_by_role("slider", name="Time of day").press("Home")
    page.locator(".day__missing > .day__summary").click()
    page.wait_for_timeout(6000)
    take(page, "look-back")


def icon(chromium: Browser) -> None:
    """The site's sign as a picture of dots, for phones that take no SVG; its corners square, for phones round them."""
    sign = (ROOT / "site" / "icons" / "favicon.svg").read_text(encoding="utf-8").replace(' rx="7"', "")
    page = chromium.new_context(viewport={"width": 192, "height": 192}).new_page()
    page.set_content(f'<body style="margin: 0">{sign}</body>')
    page.screenshot(path=ROOT / "site" / "icons" / "icon-192.png")
    print("site/icons/icon-192.png", flush=True)


def tables(chromium: Browser, demo: RunningDemo) -> None:
    """The status table as operators see it."""
    (spool,) = demo.folder.glob("pollcast-demo-*/spool")
    console = Console(record=True, width=110, file=(demo.folder / "table").open("w"))
    console.print(status_view(read_report(spool), now=now()))
    html = console.export_html(theme=DEFAULT_TERMINAL_THEME, inline_styles=True)
    page = chromium.new_context(viewport={"width": 1000, "height": 330}).new_page()
    page.set_content(re.sub(r"font-family:[^'\"]*", "font-family:monospace", html))
    take(page, "status")


def preview(chromium: Browser) -> None:
    """A fault as an editor sees it in the preview."""
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder) / "content"
        sample_election.write(content)
        shutil.copy(sample_election.CONFIGURATION, folder)
        port = str(ports.free_port())
        argv = [sys.executable, "-m", "pollcast", "preview", "--port", port]
        process = subprocess.Popen(argv, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            page = chromium.new_context(viewport={"width": 1000, "height": 420}).new_page()
            address = f"http://{ports.LOOPBACK}:{port}/en/station/{STATION}/"
            wait_for(page, address)
            station = content / "stations" / STATION[:3] / f"{STATION}.md"
            station.write_text(station.read_text(encoding="utf-8").replace("address:", "adress:"), encoding="utf-8")
            page.wait_for_timeout(3000)
            take(page, "preview-fault")
        finally:
            process.terminate()
            process.communicate(timeout=20)


def editor(playwright: Playwright) -> None:
    """The editor's interface as somebody sees it who corrects the name of a station."""
    with tempfile.TemporaryDirectory() as name:
        folder = git_folder(Path(name) / "site", sample_election.write(Path(name) / "content"))
        config = editor_config.configuration(
            content="content", repository="site", preview=f"http://{ports.LOOPBACK}:8081", language="en"
        )
        with (
            editor_server.serving(editor_server.files(config, "en"), 0) as address,
            editing(playwright, Path(name) / "profile", width=1000, height=620) as context,
        ):
            page = context.pages[0]
            page.goto(address)
            page.get_by_role("button", name="Work with Local Repository").wait_for()
            take(page, "editor-begin")
            open_folder(page, address, folder)
            page.get_by_text(STATION[:3], exact=True).first.click()
            page.get_by_text(f"{STATION[:3]}/{STATION}").first.wait_for()
            page.wait_for_timeout(1500)  # views fade into each other
            take(page, "editor-list")
            page.get_by_text(f"{STATION[:3]}/{STATION}").first.click()
            english = page.get_by_role("textbox", name="English", exact=True).first
            english.fill("Sample: School No. 7")
            page.wait_for_timeout(1500)  # as above
            take(page, "editor-form")


def wait_for(page: Page, address: str) -> None:
    """Open `address` as soon as something answers there."""
    end = time.monotonic() + 30
    while True:
        try:
            page.goto(address)
        except Exception:
            if time.monotonic() > end:
                raise
            page.wait_for_timeout(200)
        else:
            return


def main() -> None:
    """Take them all."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as cache:
        chromium = playwright.chromium.launch(**browser.launch_options())
        icon(chromium)
        preview(chromium)
        editor(playwright)
        with running_demo(cache=Path(cache)) as demo:
            demo.wait_until_live(6)
            pages(chromium, demo)
            tables(chromium, demo)
        chromium.close()
    for picture in IMAGES.glob("*.jpg"):
        print(f"{picture.name}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
