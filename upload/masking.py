"""What ffmpeg is told of a privacy mask, and what it says when the pictures are no longer those it was told of. Pure.

The mask is burnt in by the same program that decodes the camera's pictures, before it writes the first byte: nothing
uncovered ever lies in the spool. Sizes are worked out by ffmpeg from the pictures themselves.
"""

from __future__ import annotations

from election.privacy_mask import PARTS, Box, PrivacyMask
from upload.source_input import Option

INPUT_OPTIONS: dict[str, Option] = {"threads": 1, "drop_changed:v": 1}
"""Pictures whose size changes are dropped: they would be scaled to the size before, and the recording is ended."""
CHANGED = "Avoiding reinit"
"""What ffmpeg says when it drops one."""
COLOUR = "black"
_QUALITY = 25
"""libx264's constant rate factor."""
_MOST_KBIT = 4000
_LONGEST_GOP = 600


def encoding_options(mask: PrivacyMask, *, segment_seconds: int) -> dict[str, Option]:
    """Return ffmpeg's output options for a masked stream: H.264, each picture at its own time.

    A key picture comes whenever a segment is due. It is counted from the last one, not from the beginning: after a
    jump of the camera's clock every picture would be late.
    """
    return {
        "c:v": "libx264",
        "preset": "veryfast",
        "tune": "zerolatency",
        "threads": 2,
        "pix_fmt": "yuv420p",
        "crf": _QUALITY,
        "maxrate": f"{_MOST_KBIT}k",
        "bufsize": f"{2 * _MOST_KBIT}k",
        "g": _LONGEST_GOP,
        "force_key_frames": f"expr:isnan(prev_forced_t)+gte(t,prev_forced_t+{segment_seconds})",
        "fps_mode": "passthrough",
        "enc_time_base": "1:90000",
        "vf": covering(mask),
    }


def covering(mask: PrivacyMask) -> str:
    """Return ffmpeg's filter that covers a mask; also what tells two masks apart."""
    return ",".join(_covering(box) for box in mask.boxes)


def _covering(box: Box) -> str:
    """Return the filter for one box: from an even pixel to an even pixel, as colours are kept for two by two."""
    left, top = (f"2*floor({side}*{edge / PARTS:.5f}/2)" for side, edge in (("iw", box.left), ("ih", box.top)))
    right, bottom = (f"2*ceil({side}*{edge / PARTS:.5f}/2)" for side, edge in (("iw", box.right), ("ih", box.bottom)))
    return f"drawbox=x={left}:y={top}:w={right}-x:h={bottom}-y:color={COLOUR}:t=fill"
