"""A moment as a strip of black and white cells along a picture's lower edge, which a program reads back. Pure.

The strip spans the whole width in 64 equal cells: 1010, 48 bits of milliseconds since 1970 with the highest first,
8 bits of check sum, 0101. White is 1. It survives encoding, scaling and a screenshot of the playing picture.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

CELLS = 64
HEIGHT_SHARE = 1 / 24
"""The strip's height in heights of the picture."""

_START = (1, 0, 1, 0)
_END = (0, 1, 0, 1)
_BITS = 48
_WHITE, _BLACK = 235, 16

Luma = npt.NDArray[np.uint8]


def cells_of(milliseconds: int) -> tuple[int, ...]:
    """Return the strip's cells, 0 or 1 each, for a moment in milliseconds since 1970."""
    if not 0 <= milliseconds < 1 << _BITS:
        raise ValueError(f"{milliseconds} ms do not fit into the strip")
    return (*_START, *_bits(milliseconds, _BITS), *_bits(_check_sum(milliseconds), 8), *_END)


def moment_of(cells: tuple[int, ...]) -> int | None:
    """Return the moment in a strip's cells, None if they are none."""
    if len(cells) != CELLS or cells[:4] != _START or cells[-4:] != _END:
        return None
    moment, check_sum = _number(cells[4 : 4 + _BITS]), _number(cells[4 + _BITS : -4])
    return moment if check_sum == _check_sum(moment) else None


def draw(luma: Luma, milliseconds: int) -> None:
    """Draw the strip into a picture's brightness (height x width)."""
    height, width = luma.shape
    row = np.where(np.array(cells_of(milliseconds), dtype=bool), _WHITE, _BLACK).astype(np.uint8)
    luma[height - strip_height(height) :] = row[np.arange(width) * CELLS // width]


def read(luma: Luma) -> int | None:
    """Return the moment in milliseconds since 1970 that a picture's strip shows, None if there is none to read."""
    height, width = luma.shape
    if width < 2 * CELLS or height < 2 / HEIGHT_SHARE:
        return None
    strip = strip_height(height)
    top = height - strip + strip // 3
    rows = luma[top : max(top + 1, height - strip // 3)].mean(axis=0)
    middles = (np.arange(CELLS) + 0.5) * width / CELLS
    reach = width / CELLS / 4
    levels = [rows[int(middle - reach) : int(middle + reach) + 1].mean() for middle in middles]
    bright, dark = min(levels[0], levels[2]), max(levels[1], levels[3])
    if bright - dark < 60:
        return None
    return moment_of(tuple(int(level > (bright + dark) / 2) for level in levels))


def strip_height(height: int) -> int:
    """Return the strip's height in pixels in a picture of a given height."""
    return max(4, round(height * HEIGHT_SHARE))


def _bits(number: int, count: int) -> tuple[int, ...]:
    return tuple(number >> place & 1 for place in reversed(range(count)))


def _number(bits: tuple[int, ...]) -> int:
    number = 0
    for bit in bits:
        number = number << 1 | bit
    return number


def _check_sum(number: int) -> int:
    """CRC-8 with the polynomial x^8 + x^2 + x + 1."""
    remainder = 0
    for byte in number.to_bytes(6, "big"):
        remainder ^= byte
        for _ in range(8):
            remainder = (remainder << 1 ^ (0x07 if remainder & 0x80 else 0)) & 0xFF
    return remainder
