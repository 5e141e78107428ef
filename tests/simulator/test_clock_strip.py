"""The time in a picture: what is drawn is read back, and nothing else is read as a time."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import clock_strip

MOMENT = 1_795_507_376_529


def picture(width: int, height: int) -> clock_strip.Luma:
    return np.random.default_rng(1).integers(16, 235, (height, width), dtype=np.uint8)


@given(st.integers(0, 2**48 - 1))
def test_a_moment_is_read_from_its_cells(moment: int) -> None:
    assert clock_strip.moment_of(clock_strip.cells_of(moment)) == moment


@given(st.integers(0, 2**48 - 1), st.integers(0, 63))
def test_one_wrong_cell_is_noticed(moment: int, wrong: int) -> None:
    cells = list(clock_strip.cells_of(moment))
    cells[wrong] ^= 1
    assert clock_strip.moment_of(tuple(cells)) is None


def test_cells_stand_as_the_module_says() -> None:
    cells = clock_strip.cells_of(1)
    assert cells == (1, 0, 1, 0, *[0] * 47, 1, *(0, 0, 0, 0, 0, 1, 1, 1), 0, 1, 0, 1)


@pytest.mark.parametrize("moment", [-1, 2**48])
def test_a_moment_that_does_not_fit_is_refused(moment: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        clock_strip.cells_of(moment)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (640, 360), (480, 270), (322, 180)])
def test_a_drawn_strip_is_read_back_also_scaled_blurred_and_noisy(width: int, height: int) -> None:
    luma = picture(width, height)
    above = luma[: height - clock_strip.strip_height(height)].copy()
    clock_strip.draw(luma, MOMENT)
    assert (luma[: above.shape[0]] == above).all()
    assert clock_strip.read(luma) == MOMENT
    scaled = cv2.resize(luma, (width * 3 // 4, height * 3 // 4), interpolation=cv2.INTER_LINEAR)
    noisy = np.clip(scaled + np.random.default_rng(2).normal(0, 12, scaled.shape), 0, 255).astype(np.uint8)
    assert clock_strip.read(noisy) == MOMENT


def test_a_picture_without_a_strip_has_no_moment() -> None:
    assert clock_strip.read(picture(1280, 720)) is None
    assert clock_strip.read(np.zeros((720, 1280), dtype=np.uint8)) is None
    assert clock_strip.read(picture(64, 20)) is None
