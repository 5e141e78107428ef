"""Runs a program that dies with the process that started it: `python -I -S tether.py <parent pid> <program> <args…>`.

Linux tells a child of its parent's death by a signal it has asked for; the request survives `exec`, so this script
asks and then becomes the program. Started by `machine.process`, never imported.
"""

import os
import sys

PR_SET_PDEATHSIG = 1
SIGKILL = 9


def main() -> None:
    """Ask to be killed when the parent dies, then become the program."""
    parent, program = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        # The parent died before we asked: nobody would ever stop us.
        sys.exit(1)
    os.execv(program, sys.argv[2:])  # noqa: S606 - becoming the program is this script's job


if __name__ == "__main__":
    main()
