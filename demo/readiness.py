"""Waiting until a server that was just started answers."""

from __future__ import annotations

import asyncio
import contextlib

from election.errors import MachineError
from machine import ports, process

_PAUSE = 0.05
_ATTEMPT_SECONDS = 2.0


async def until_it_answers(child: process.Child, port: int, path: str, *, seconds: float, option: str = "") -> None:
    """Return once `GET path` on loopback's `port` is answered below 500; end the child and raise `MachineError` if not.

    `option` is the command-line option that chooses another port, for the hint of an error about a taken port.
    """
    try:
        async with asyncio.timeout(seconds):
            while child.returncode is None:
                if await _status(port, path) in range(100, 500):
                    return
                await asyncio.sleep(_PAUSE)
    except TimeoutError:
        await child.stop()
        raise MachineError(f"{child.name} did not answer within {seconds:.0f} s. {last_words(child)}") from None
    except BaseException:
        await child.stop()
        raise
    code = await child.wait()
    hint = f"Choose another port with {option}." if option and "address already in use" in " ".join(child.tail) else ""
    raise MachineError(f"{child.name} ended with code {code}. {last_words(child)}".strip(), hint=hint)


def last_words(child: process.Child) -> str:
    """Return what the child said last, as a sentence; '' where it said nothing."""
    said = [line.strip() for line in child.tail if line.strip()]
    said = [line for line in said if "error" in line.lower() or "fatal" in line.lower()] or said
    return f"Its last words: {said[-1][-300:]}" if said else ""


async def _status(port: int, path: str) -> int:
    """Return the HTTP status, 0 where nobody answers."""
    writer = None
    try:
        async with asyncio.timeout(_ATTEMPT_SECONDS):
            reader, writer = await asyncio.open_connection(ports.LOOPBACK, port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {ports.LOOPBACK}:{port}\r\nConnection: close\r\n\r\n".encode())
            words = (await reader.readline()).split()
            return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    except (OSError, TimeoutError):
        return 0
    finally:
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
