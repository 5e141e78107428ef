"""Why a file could not be read: what the operating system says, in sentences that can be translated. Pure."""

from __future__ import annotations

import errno
import os

from election.wording import Sentence, say

_REASONS = {
    errno.EACCES: say("Permission denied"),
    errno.EIO: say("Input/output error"),
    errno.EISDIR: say("Is a directory"),
    errno.ELOOP: say("Too many levels of symbolic links"),
    errno.EMFILE: say("Too many open files"),
    errno.ENAMETOOLONG: say("File name too long"),
    errno.ENOENT: say("No such file or directory"),
    errno.ENOTDIR: say("Not a directory"),
    errno.ENXIO: say("No such device or address"),
    errno.EPERM: say("Operation not permitted"),
}
_ZERO = say("embedded null byte")


def reason(error: OSError | ValueError) -> Sentence:
    """Return why opening or reading a file failed; a `ValueError` is what Python says to a path with a zero in it."""
    if not isinstance(error, OSError):
        return _ZERO
    number = error.errno or 0
    return _REASONS.get(number) or Sentence(os.strerror(number))
