"""Runs a program that dies with the process that started it: `python -I -S tether.py <parent pid> <program> <args…>`.

Linux tells a child of its parent's death by a signal it has asked for; the request survives `exec`, so this script
asks and then becomes the program. Started by `machine.process`; what `machine.workers` forks asks the same.
"""

import os
import sys

PR_SET_PDEATHSIG = 1
SIGKILL = 9


def die_with_parent(parent: int) -> None:
    """Ask to be killed when the process `parent`, which has just started this one, dies."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        # The parent died before we asked: nobody would ever stop us.
        os._exit(1)


def main() -> None:
    """Ask to be killed when the parent dies, then become the program."""
    program = sys.argv[2]
    die_with_parent(int(sys.argv[1]))
    os.execv(program, sys.argv[2:])  # noqa: S606 - becoming the program is this script's job


if __name__ == "__main__":
    main()
