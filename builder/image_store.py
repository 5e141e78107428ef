"""What was made from each picture, kept so that no build makes it again. Safe to delete at any moment.

::

    <folder>/<recipe>-<hash of its name and content>/
      files.json                 names, sizes and hashes of what lies beside it; written last
      hall-480-1a2b3c4d.webp …   what is served

The folder's name says what it was made from and how, so nothing in it is ever out of date. Crash points: a folder is
filled under another name and then renamed, so one that has its name is whole. What was damaged later does not fit its
hash, and is made again. Where nothing can be written, every build makes everything.

Reading content writes nothing here, for it may yet turn out to be wrong: what was made is held in memory until a build
asks for its bodies, which it does once all is right.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from builder.image_kinds import MAX_BYTES, Refused
from election import unreadable
from election.errors import Fault, InputError
from election.wording import say

FOLDER = Path(".cache") / "images"
"""Beside the content."""
_LIST = "files.json"
_MAKER = Path(__file__).with_name("images.py")


@dataclass(frozen=True, kw_only=True)
class ImageFile:
    """One file that is served."""

    name: str
    """Named by its content: `hall-480-1a2b3c4d.webp`."""
    width: int
    """Pixels."""
    height: int
    digest: str
    """SHA-256 of its body."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of content, and what is served in its place."""

    path: Path
    """Its file in content."""
    digest: str
    """SHA-256 of that file."""
    webp: tuple[ImageFile, ...]
    """By width."""
    plain: ImageFile
    """JPEG or PNG, for browsers without WebP."""

    @property
    def files(self) -> tuple[ImageFile, ...]:
        """Everything that is served."""
        return (*self.webp, self.plain)


class ImageStore:
    """Makes pictures, or finds what was made of them before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[Path, Mapping[ImageFile, bytes]] = {}
        """What is not kept yet, by the folder that it will be kept in."""

    def picture(self, path: Path) -> Picture:
        """Return the picture at `path`; raise `InputError` if it is not one that can be shown. Writes nothing."""
        body = _read(path)
        return _picture(path, body, self._files(self._place(path, body), path, body))

    def bodies(self, picture: Picture) -> Mapping[str, bytes]:
        """Return the bodies of `picture.files` by their names; raise `InputError` if its file is another one now."""
        body = _read(picture.path)
        files = self._files(self._place(picture.path, body), picture.path, body)
        if _picture(picture.path, body, files) != picture:
            raise InputError(_fault(picture.path, say("was changed while the site was being built; build again.")))
        return {file.name: body for file, body in files.items()}

    def keep(self) -> None:
        """Write what was made, so that nobody makes it again."""
        while self._made:
            _keep(*self._made.popitem())

    def _place(self, path: Path, body: bytes) -> Path:
        made_from = hashlib.sha256(f"{path.name}/{_digest(body)}".encode())
        return self._folder / f"{_recipe()}-{made_from.hexdigest()[:32]}"

    def _files(self, place: Path, path: Path, body: bytes) -> Mapping[ImageFile, bytes]:
        found = self._made.get(place) or _kept(place)
        if found is None:
            found = self._made[place] = _encoded(path, body)
        return found


def _picture(path: Path, body: bytes, files: Mapping[ImageFile, bytes]) -> Picture:
    *webp, plain = files
    return Picture(path=path, digest=_digest(body), webp=tuple(webp), plain=plain)


def _encoded(path: Path, body: bytes) -> Mapping[ImageFile, bytes]:
    from builder import images

    try:
        made = images.encode(path.name, body)
    except Refused as refused:
        raise InputError(_fault(path, refused.sentence)) from None
    found = {}
    for file in made:
        sha = _digest(file.body)
        name = f"{path.stem}-{file.width}-{sha[:8]}.{file.ending}"
        found[ImageFile(name=name, width=file.width, height=file.height, digest=sha)] = file.body
    return found


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@functools.cache
def _recipe() -> str:
    """Return another text whenever the same file might become other bytes: by our program or by the library's."""
    import importlib.metadata  # brings much with it, and most builds meet no new picture

    program = _MAKER.read_bytes()
    return hashlib.sha256(importlib.metadata.version("pillow").encode() + b"\n" + program).hexdigest()[:16]


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(_fault(path, say("cannot be read: {reason}.", reason=unreadable.reason(error)))) from None


def _kept(folder: Path) -> dict[ImageFile, bytes] | None:
    """Return what is kept in `folder`, in order; None if it is not there or not whole."""
    try:
        found = {}
        for row in json.loads((folder / _LIST).read_bytes()):
            file = ImageFile(**row)
            body = (folder / file.name).read_bytes()
            if _digest(body) != file.digest:
                return None
            found[file] = body
    except (OSError, ValueError, TypeError):
        return None
    return found or None


def _keep(folder: Path, files: Mapping[ImageFile, bytes]) -> None:
    with contextlib.suppress(OSError):
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
        try:
            for file, body in files.items():
                (part / file.name).write_bytes(body)
            (part / _LIST).write_text(json.dumps([asdict(file) for file in files]), encoding="utf-8")
            shutil.rmtree(folder, ignore_errors=True)  # there only if it is damaged, or another build was quicker
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _fault(path: Path, message: str) -> Fault:
    return Fault(file=path, line=0, field="", message=message)
