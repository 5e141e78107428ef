"""Where a page's downloads go in tests: the browser's own downloads, or files that are written while they come.

The dialog in which a viewer chooses a file is the system's and cannot be driven. In its place the page gets a file of
the browser's private file system, which is written, closed, aborted and removed as any other.
"""

from __future__ import annotations

import base64

from playwright.sync_api import Page

NO_DIALOG = "delete window.showSaveFilePicker"
ALWAYS_CHOSEN = """
window.showSaveFilePicker = async ({ suggestedName }) => (
  (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true })
)"""
_HELD = """
window.showSaveFilePicker = async ({ suggestedName }) => {
  const handle = await (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
  const released = new Promise((resolve) => { window.release = resolve; });
  const createWritable = async () => {
    const stream = await handle.createWritable();
    const write = async (data) => {
      window.held = true;
      await released;
      return stream.write(data);
    };
    return { write, close: () => stream.close(), abort: () => stream.abort() };
  };
  return { createWritable, remove: () => handle.remove() };
}"""
HELD = "window.held === true"
"""Whether something is to be written and waits."""
RELEASE = "window.release()"
_ANSWERED = "window.showSaveFilePicker = () => Promise.reject(new DOMException('as in the dialog', '%s'))"
SIZES = """async () => {
  const found = {};
  for await (const [name, handle] of (await navigator.storage.getDirectory()).entries())
    found[name] = (await handle.getFile()).size;
  return found;
}"""
_BODY = """async (name) => {
  const handle = await (await navigator.storage.getDirectory()).getFileHandle(name);
  const reader = new FileReader();
  reader.readAsDataURL(await handle.getFile());
  await new Promise((resolve) => reader.addEventListener("load", resolve));
  return reader.result.split(",")[1];
}"""


def offer_no_files(page: Page) -> None:
    """Be a browser that has no such dialog; to be called before the page is opened, as those below."""
    page.add_init_script(NO_DIALOG)


def choose_every_file(page: Page) -> None:
    """Choose each file under the name that the page suggests."""
    page.add_init_script(ALWAYS_CHOSEN)


def hold_every_write(page: Page) -> None:
    """Choose each file, on a disk that takes nothing until `RELEASE` is run in the page."""
    page.add_init_script(_HELD)


def answer_with(page: Page, error: str) -> None:
    """Let the dialog end with this `DOMException`: `AbortError` is a viewer who closed it."""
    page.add_init_script(_ANSWERED % error)


def sizes(page: Page) -> dict[str, int]:
    """Return the chosen files that are there now, by name, with their sizes in bytes."""
    found: dict[str, int] = page.evaluate(SIZES)
    return found


def body(page: Page, name: str) -> bytes:
    """Return what a chosen file holds."""
    return base64.b64decode(page.evaluate(_BODY, name))
