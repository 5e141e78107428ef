"""The viewer's JavaScript: its pure modules under Node, its types, and what old browsers can read."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from machine import binaries

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "site" / "js").rglob("*.js"))
UNIT_TESTS = sorted((Path(__file__).parent / "node").glob("*.test.js"))


@pytest.mark.parametrize("tests", UNIT_TESTS, ids=lambda path: path.stem)
def test_the_unit_tests_under_node_pass(tests: Path) -> None:
    command = [str(binaries.node()), "--test", "--test-reporter=spec", str(tests)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"^ℹ pass [1-9]", result.stdout, re.MULTILINE), "no test ran"
    assert "ℹ skipped 0" in result.stdout


def test_the_types_are_right() -> None:
    command = [str(ROOT / "node_modules" / ".bin" / "tsc"), "--project", str(ROOT / "tsconfig.json")]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_uses_no_syntax_that_browsers_of_2018_cannot_read(module: Path) -> None:
    code = re.sub(r"//.*|/\*.*?\*/", "", module.read_text())
    assert not re.search(r"\?\.[^\d]|\?\?|\*\*=|&&=|\|\|=|catch\s*\{|^\s+(static\s|#)\w+", code, re.MULTILINE)


PURE = (
    *(
        "fold",
        "numbers",
        "search",
        "results",
        "rows",
        "spelling",
        "whereabouts",
        "text",
        "status",
        "coverage",
        "poller",
    ),
    *("player/machine", "player/config", "player/saver"),
    *("day/zone", "day/timeline", "day/playlist", "day/recording"),
    *("keep/boxes", "keep/tracks", "keep/head", "keep/movie", "keep/plan", "keep/wallclock", "keep/words"),
    *("wall/address", "wall/clock", "wall/plan", "wall/record"),
)


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_never_touches_the_page(name: str) -> None:
    code = (ROOT / "site" / "js" / f"{name}.js").read_text()
    code = re.sub(r"//.*|/\*[\s\S]*?\*/|^ \*.*", "", code, flags=re.MULTILINE)
    assert not re.search(r"\b(document|window|fetch|location|navigator|Date\.now|Math\.random|setTimeout)\b", code)
    for imported in re.findall(r'from "(.+?)"', code):
        assert os.path.normpath(Path(name).parent / imported).removesuffix(".js") in PURE
