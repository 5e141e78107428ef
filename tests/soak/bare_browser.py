"""A Chromium that nothing watches but its memory's scales.

What drives a browser for tests has it keep every answer of the network, up to some hundred megabytes of a page's
process: on a page that plays video for half an hour that hides what the page itself takes. So this one is told of no
more than is asked here, over its debugging pipe (Chrome DevTools Protocol).
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import browser

START_SECONDS = 60.0
END_SECONDS = 20.0
_FLAGS = ("headless", "mute-audio", "remote-debugging-pipe", "disable-renderer-backgrounding")


class BareBrowser:
    """The browser and its one page."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._numbers = itertools.count(1)
        self._rest = b""
        self._page: str | None = None
        self._workers: list[str] = []

    def ask(self, method: str, *, of_page: bool = False, **parameters: Any) -> dict[str, Any]:
        """Send a command to the browser, or to its page, and return the result."""
        return self._ask(method, self._session() if of_page else None, parameters)

    def _ask(self, method: str, session: str | None, parameters: dict[str, Any]) -> dict[str, Any]:
        message = {"id": next(self._numbers), "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = json.loads(self._next())
            if answer.get("method") == "Target.attachedToTarget" and answer["params"]["targetInfo"]["type"] == "worker":
                self._workers.append(answer["params"]["sessionId"])
            elif answer.get("method") == "Target.detachedFromTarget" and answer["params"]["sessionId"] in self._workers:
                self._workers.remove(answer["params"]["sessionId"])
            if answer.get("id") == message["id"]:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        answer = self.ask("Runtime.evaluate", of_page=True, expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def collect_garbage(self) -> None:
        """Let the scripts of the page, of its workers and of the service worker give back what they do not use."""
        self.ask("Target.setAutoAttach", of_page=True, autoAttach=True, waitForDebuggerOnStart=False, flatten=True)
        for session in [self._session(), *self._workers]:
            self._ask("HeapProfiler.collectGarbage", session, {})
        for target in self.ask("Target.getTargets")["targetInfos"]:
            if target["type"] == "service_worker":
                # Not for longer than that: a browser ends no service worker that is looked at.
                session = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
                self._ask("HeapProfiler.collectGarbage", session, {})
                self.ask("Target.detachFromTarget", sessionId=session)

    def _session(self) -> str:
        end = time.monotonic() + START_SECONDS
        while self._page is None:
            targets = self.ask("Target.getTargets")["targetInfos"]
            page = next((target["targetId"] for target in targets if target["type"] == "page"), None)
            if page is not None:
                self._page = self.ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
            elif time.monotonic() > end:
                raise RuntimeError("the browser opened no page")
            else:
                time.sleep(0.2)
        return self._page

    def _next(self) -> bytes:
        while b"\0" not in self._rest:
            piece = os.read(self._answers, 1 << 16)
            if not piece:
                raise RuntimeError("the browser ended; its messages are in chromium.log of its folder")
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        return message


@contextmanager
def bare_browser(folder: Path, url: str, *, width: int, height: int) -> Iterator[BareBrowser]:
    """Open `url` in a window of this size; the browser's files and messages are below `folder`."""
    program = browser.program()
    # It reads from descriptor 3 and writes to 4; a shell puts ours there, by name, for some know numbers below 10 only.
    read_commands, commands = os.pipe()
    answers, write_answers = os.pipe()
    shell = ["sh", "-c", f'exec "$0" "$@" 3</dev/fd/{read_commands} 4>/dev/fd/{write_answers}']
    own = (f"window-size={width},{height}", f"user-data-dir={folder / 'profile'}")
    flags = [f"--{flag}" for flag in (*browser.FLAGS, *_FLAGS, *own)]
    with (folder / "chromium.log").open("wb") as log:
        process = subprocess.Popen(
            [*shell, program, *flags, url],
            pass_fds=(read_commands, write_answers),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    os.close(read_commands)
    os.close(write_answers)
    try:
        driven = BareBrowser(commands, answers)
        yield driven
        driven.ask("Browser.close")
    finally:
        # Without its pipe it ends by itself.
        os.close(commands)
        os.close(answers)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
