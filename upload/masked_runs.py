"""Which recordings in the spool are covered as their camera's mask wants it: noted in each, and what is not is removed.

A recording's mask is written down before its first picture. Pictures recorded without a mask, or under another one,
are never published once the camera has the mask: also those that wait for the store become a gap.
"""

from __future__ import annotations

from collections.abc import Iterable

from election.privacy_mask import PrivacyMask
from upload.masking import covering
from upload.spool import Run, forget_run

NOTE_NAME = "mask"


def note_mask(run: Run, mask: PrivacyMask | None) -> None:
    """Write down what is covered in a recording that has not yet begun."""
    if mask is not None:
        (run.folder / NOTE_NAME).write_text(covering(mask), encoding="ascii")


def remove_uncovered(runs: Iterable[Run], mask: PrivacyMask | None) -> int:
    """Remove the recordings that `mask` does not cover; return how many segments they held. Nobody records into them.

    Without a mask everything may be published. A note cut short is another mask's.
    """
    if mask is None:
        return 0
    removed = 0
    for run in runs:
        if _noted(run) != covering(mask):
            removed += len(run.segments())
            forget_run(run)
            if run.folder.exists():
                raise OSError(f"{run.folder} cannot be removed, and holds pictures without the camera's mask")
    return removed


def _noted(run: Run) -> str:
    try:
        return (run.folder / NOTE_NAME).read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return ""
