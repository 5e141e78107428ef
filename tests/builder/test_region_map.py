"""The map: districts by their right names, shared borders, outlines of several together, labels inside."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from builder import region_map, topology
from builder.districts import Districts, read_districts
from builder.topology import Line
from election.errors import MachineError
from election.places import Region, Text
from tests.refusals import run
from tests.sample_election import CONFIGURATION

# Two squares side by side, the left one with a hole in it that is a shape of its own; one unit a degree.
SQUARES: dict[str, Any] = {
    "type": "Topology",
    "transform": {"scale": [1, 1], "translate": [0, -20]},
    "arcs": [
        [[20, 0], [0, 40]],
        [[20, 40], [-20, 0], [0, -40], [20, 0]],
        [[20, 0], [20, 0], [0, 40], [-20, 0]],
        [[8, 18], [0, 4], [4, 0], [0, -4], [-4, 0]],
    ],
    "objects": {
        "all": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "L", "properties": {"name": "left"}, "arcs": [[0, 1], [3]]},
                {"type": "MultiPolygon", "id": "R", "properties": {"name": "right"}, "arcs": [[[~0, 2]]]},
                {"type": "Polygon", "id": "H", "properties": {"name": "hole"}, "arcs": [[~3]]},
            ],
        }
    },
}


def area(ring: Line) -> float:
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring)) / 2)


@pytest.fixture
def squares() -> topology.Topology:
    return topology.read(SQUARES, width=40, tolerance=1)


def test_neighbours_together_lose_the_line_between_them_and_keep_a_hole(squares: topology.Topology) -> None:
    left, right, hole = squares.shapes
    assert (squares.width, squares.height) == (40, 40)
    assert sorted(area(ring) for ring in squares.outline([left])) == [16, 800]
    assert sorted(area(ring) for ring in squares.outline([left, right])) == [16, 1600]
    assert [area(ring) for ring in squares.outline([left, right, hole])] == [1600]
    assert squares.outline([]) == []


def test_north_is_above_and_every_ring_is_closed(squares: topology.Topology) -> None:
    hole = squares.outline([squares.shapes[2]])[0]
    assert hole[0] == hole[-1]
    assert set(hole) == {(8, 18), (8, 22), (12, 18), (12, 22)}
    (outer,) = squares.outline(squares.shapes)
    assert min(y for _x, y in outer) == 0


def test_points_that_hardly_matter_are_left_out_of_a_line() -> None:
    bent = {**SQUARES, "arcs": [[[20, 0], [1, 20], [-1, 20]], *SQUARES["arcs"][1:]]}
    left_area = [
        max(map(area, drawn.outline(drawn.shapes[:1])))
        for tolerance in (1, 30)
        for drawn in [topology.read(bent, width=40, tolerance=tolerance)]
    ]
    assert left_area == [820, 800]


def test_every_district_has_its_own_right_name() -> None:
    shapes = read_districts().shapes
    assert len(shapes) == len(read_districts().drawing.shapes) == 78
    assert {"Xankəndi", "Göygöl", "Şabran", "Laçın", "Lənkəran", "Lənkəran şəhəri"} <= set(shapes)
    assert {"Şuşa", "Şuşa şəhəri", "Şəki", "Şəki şəhəri", "Yevlax", "Yevlax şəhəri"} <= set(shapes)
    assert not {"Stepanakert", "Xanlar", "Dəvəçi", "Lankaran", "Shirvan", "Kangarli"} & set(shapes)


@pytest.mark.parametrize(("city", "district"), [("Şuşa", "Şuşa"), ("Şəki", "Şəki"), ("Lənkəran", "Lənkəran")])
def test_a_city_is_smaller_than_the_district_of_its_name(city: str, district: str) -> None:
    districts = read_districts()
    sizes = [
        max(map(area, districts.drawing.outline([districts.shapes[name]]))) for name in (f"{city} şəhəri", district)
    ]
    assert sizes[0] < sizes[1] / 2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Seki", "Şəki"),
        ("Xankendi", "Xankəndi"),
        ("Stepanakert", "Xankəndi"),
        ("Dəvəçi rayonu", "Şabran"),
        ("Bakı şəhəri", "Bakı"),
        ("Sumqayit", "Sumqayıt"),
        ("Zzyzx", ""),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(written: str, meant: str) -> None:
    assert read_districts().nearest(written) == meant


def test_the_whole_land_is_one_outline_without_borders_inside() -> None:
    districts = read_districts()
    rings = districts.drawing.outline(districts.shapes.values())
    # The land, Nakhchivan, exclaves, islands.
    assert 2 <= len(rings) < 12
    alone = sum(area(ring) for shape in districts.shapes.values() for ring in districts.drawing.outline([shape])[:1])
    assert sum(map(area, rings)) <= alone * 1.2


def region(slug: str, *districts: str) -> Region:
    return Region(slug=slug, name=Text(by_language={"az": slug}), districts=districts)


def test_a_region_is_drawn_as_its_districts_together_with_its_label_inside() -> None:
    districts = read_districts()
    drawing = region_map.draw([region("a", "Şəki", "Şəki şəhəri"), region("b")], districts)
    assert list(drawing.outlines) == ["a"]
    outline = drawing.outlines["a"]
    assert (outline.path[0], outline.path[-1]) == ("m", "z")
    x, y = outline.label
    (ring, *_islands) = districts.drawing.outline([districts.shapes["Şəki"]])
    assert min(px for px, _py in ring) < x < max(px for px, _py in ring)
    assert min(py for _px, py in ring) < y < max(py for _px, py in ring)


def test_a_path_is_written_as_steps_from_point_to_point(squares: topology.Topology) -> None:
    districts = Districts(drawing=squares, shapes={shape.name: shape for shape in squares.shapes})
    path = region_map.draw([region("a", "hole")], districts).outlines["a"].path
    assert path == "m8 22 4 0 0-4-4 0z"


def test_a_label_stands_beside_a_hole_not_in_it(squares: topology.Topology) -> None:
    districts = Districts(drawing=squares, shapes={shape.name: shape for shape in squares.shapes})
    x, y = region_map.draw([region("a", "left")], districts).outlines["a"].label
    assert not (8 <= x <= 12 and 18 <= y <= 22)
    assert 0 < x < 20


def test_a_package_that_is_not_installed_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"^The map of districts is missing: .*Run: make setup$"):
        read_districts(tmp_path / "nowhere.json")


def test_a_check_tells_in_each_language_that_the_package_is_not_installed(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = content / "nowhere.json"
    monkeypatch.setattr("builder.places_reader.district_names", lambda: read_districts(missing))
    told = {
        "en": f"The map of districts is missing: {missing}. Run: make setup",
        "az": f"Rayonların xəritəsi yoxdur: {missing}. İşə salın: make setup",
        "ru": f"Карта районов не установлена: {missing}. Запустите: make setup",
    }
    for language, said in told.items():
        ended = run(content.parent, "check", "--config", str(CONFIGURATION), "--language", language)
        assert (ended.code, ended.err) == (1, f"{said}\n")


def test_the_editors_guide_lists_every_district() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "editors.md").read_text(encoding="utf-8")
    listed = guide.split("The\ndistricts are:\n\n")[1].split(".\n")[0].replace("\n", " ").split(", ")
    assert sorted(listed) == sorted(read_districts().shapes)
