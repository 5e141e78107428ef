"""The browser the tests drive: the system's Chromium where there is one, else Playwright's own.

`python -m tests.browser` makes sure that one can be started, installs one where none can, and says which it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "no-sandbox",
    "disable-gpu",
    "disable-quic",
    "no-first-run",
    "disable-background-networking",
    "disable-component-update",
    "disable-sync",
)
_INSTALL_SECONDS = 600


def launch_options() -> dict[str, Any]:
    """Return what Playwright's `launch` is given."""
    system = next((path for name in NAMES if (path := shutil.which(name))), None)
    chosen = {"executable_path": system} if system else {}
    return {**chosen, "args": [f"--{flag}" for flag in FLAGS]}


def program() -> str:
    """Return the browser's file; whoever asks may have a Playwright of its own running, of which a thread has one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return str(launch_options().get("executable_path") or thread.submit(_playwrights_own).result())


def _playwrights_own() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def version() -> str | None:
    """Start the browser and return its version, None if there is none that starts."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(**launch_options())
        except Error:
            return None
        try:
            return browser.version
        finally:
            browser.close()


def ways_to_install() -> list[list[str]]:
    """Return the commands that may bring a browser, the least invasive first."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    root = [] if os.geteuid() == 0 else ["sudo", "-n"] if shutil.which("sudo") else None
    if root is not None and shutil.which("apt-get"):
        ways.append([*root, "sh", "-c", "apt-get update -q && apt-get install -q -y --no-install-recommends chromium"])
    return ways


def main() -> int:
    """Return 0 once a browser starts, 2 if none can be had."""
    found = version()
    for way in ways_to_install():
        if found is not None:
            break
        print(f"No browser starts yet; trying: {' '.join(way)}", flush=True)
        try:
            subprocess.run(way, check=False, timeout=_INSTALL_SECONDS, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            continue
        found = version()
    if found is None:
        print("The tests need Chromium: install your system's package, or run .venv/bin/playwright install chromium.")
        return 2
    print(f"The browser of the tests: Chromium {found}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
