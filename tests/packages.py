"""The system's packages that some tests of faults need: `python -m tests.packages` installs those that are missing.

Tests that need one which cannot be had are skipped, which on a CI machine is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_INSTALL_SECONDS = 300


def ip_program() -> str | None:
    """Return the program that makes networks, None if there is none."""
    return shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin")


def faketime_library() -> Path | None:
    """Return the library that gives a program another clock, None if there is none."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


NEEDED: dict[str, Callable[[], object | None]] = {"iproute2": ip_program, "libfaketime": faketime_library}
"""Debian's names, and how to see whether it is there."""


def missing() -> list[str]:
    """Return the packages that are not there."""
    return [name for name, found in NEEDED.items() if found() is None]


def main() -> int:
    """Install what is missing, if that is possible here; say what is."""
    root = [] if os.geteuid() == 0 else ["sudo", "-n"] if shutil.which("sudo") else None
    if (names := missing()) and root is not None and shutil.which("apt-get"):
        command = f"apt-get update -q && apt-get install -q -y --no-install-recommends {' '.join(names)}"
        print(f"Missing for the tests of faults; trying: {command}", flush=True)
        try:
            argv = [*root, "sh", "-c", command]
            subprocess.run(argv, check=False, timeout=_INSTALL_SECONDS, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            pass
    if names := missing():
        print(f"Tests that need {' or '.join(names)} are skipped: install your system's packages of these names.")
    else:
        print(f"The tests of faults have {' and '.join(NEEDED)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
