"""Stream formats that encoders take, and those they do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from election.ids import Rendition
from simulator.description import MAIN, SUB, CameraDescription


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 641},
        {"height": 0},
        {"width": 100},
        {"fps": 0},
        {"fps": 61},
        {"kbit": 0},
        {"gop_seconds": 0.0},
        {"gop_seconds": 61.0},
    ],
)
def test_a_format_no_encoder_takes_is_refused_with_what_would_be_right(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="; write "):
        replace(MAIN, **wrong)


def test_a_camera_has_a_large_and_a_small_stream() -> None:
    camera = CameraDescription(name="cam-001")
    assert camera.format_of(Rendition.MAIN) == MAIN
    assert camera.format_of(Rendition.SUB) == SUB
    assert MAIN.gop_pictures == 30
