"""The editor's interface in a browser, at work on a real Git folder, as an editor uses it.

The browser writes the files itself, through the File System Access API. The two things in it that no page can drive are
brought about as a browser does: the folder is chosen by dropping it on the page, which gives the same handle as the
dialogue, and the permission to write is given beforehand, in the settings of a profile of its own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright

from tests import browser

ROOT = Path(__file__).parent.parent
PATIENCE = 120_000
"""Milliseconds."""
_PICK = """
window.showDirectoryPicker = () => new Promise(resolve => {
  addEventListener('dragover', event => event.preventDefault(), { capture: true });
  addEventListener('drop', event => {
    event.preventDefault();
    event.stopPropagation();
    resolve(event.dataTransfer.items[0].getAsFileSystemHandle());
  }, { capture: true, once: true });
  window.picking = true;
});
"""


def git(folder: Path, *arguments: str) -> str:
    """Run git in `folder`, as somebody, and return what it prints."""
    who = ["-c", "user.name=Editor", "-c", "user.email=editor@example.org"]
    argv = ["git", *who, *arguments]
    return subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True).stdout


def git_folder(folder: Path, content: Path) -> Path:
    """Make `folder` a Git folder that holds a copy of `content`, all committed, and return it."""
    folder.mkdir()
    shutil.copytree(content, folder / "content")
    shutil.copy(ROOT / ".gitignore", folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Content")
    return folder


@contextmanager
def editing(playwright: Playwright, profile: Path, *, width: int = 1280, height: int = 860) -> Iterator[BrowserContext]:
    """Give a browser that may write into the folders its user chooses."""
    (profile / "Default").mkdir(parents=True)
    allowed = {"profile": {"default_content_setting_values": {"file_system_write_guard": 1}}}
    (profile / "Default" / "Preferences").write_text(json.dumps(allowed), encoding="utf-8")
    context = playwright.chromium.launch_persistent_context(
        profile,
        viewport={"width": width, "height": height},
        locale="en-GB",
        timeout=3 * PATIENCE,
        **browser.launch_options(),
    )
    try:
        context.set_default_timeout(PATIENCE)
        context.add_init_script(_PICK)
        yield context
    finally:
        context.close()


def open_folder(page: Page, address: str, folder: Path) -> None:
    """Open the interface at `address` and choose `folder`; return once it shows what is there."""
    page.goto(address)
    page.get_by_role("button", name="Work with Local Repository").click()
    # The page's policy forbids what Playwright's own waiting needs.
    end = time.monotonic() + PATIENCE / 1000
    while not page.evaluate("Boolean(window.picking)"):
        assert time.monotonic() < end, "the interface asked for no folder"
        page.wait_for_timeout(100)
    dropped = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for step in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": step, "x": 50, "y": 50, "data": dropped})
    page.get_by_role("button", name="New").first.wait_for()


def changes(folder: Path) -> list[str]:
    """Return what Git sees of changes in `folder`, a line a file."""
    return git(folder, "status", "--short", "--untracked-files=all").splitlines()


def save(page: Page, folder: Path, *expected: str) -> None:
    """Save what is being edited; return once Git sees these changes of `folder` and no other, or after a long while."""
    page.get_by_role("button", name="Save").first.click()
    end = time.monotonic() + PATIENCE / 1000
    while changes(folder) != list(expected) and time.monotonic() < end:
        page.wait_for_timeout(200)
