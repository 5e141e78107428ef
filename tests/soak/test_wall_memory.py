"""The scales of the wall in a real browser: a page that leaks is found out, one that gives back what it took is not."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.soak.bare_browser import BareBrowser, bare_browser
from tests.soak.wall import growing
from tests.soak.wall_memory import Footprint, Scales

pytestmark = pytest.mark.browser
SETTLE_SECONDS = 300
LOOKS = 30
MEDIA = "kept.push(new Uint8Array(4 * 2 ** 20).fill(1))"
LEAKS = {
    "whole": MEDIA,
    "heap": "kept.push(Array.from({ length: 10000 }, (_none, number) => ({ number })))",
    "nodes": "for (let count = 0; count < 20; count += 1) kept.push(document.createElement('p'))",
    "listeners": "for (let count = 0; count < 20; count += 1) window.addEventListener('resize', () => kept)",
}
OF_THE_PAGE = {"renderer", "heap", "nodes", "listeners"}


def settle(scales: Scales) -> None:
    """Wait for the browser to have started all it starts, some of which comes after the page."""
    end = time.monotonic() + SETTLE_SECONDS
    before = 0.0
    while abs((now := scales.weigh().whole) - before) > 1:
        assert time.monotonic() < end, "the browser takes more and more before anything happens in it"
        before = now
        time.sleep(3)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareBrowser]:
    """One browser with an empty page for all tests."""
    with bare_browser(tmp_path_factory.mktemp("browser"), "about:blank", width=400, height=400) as driven:
        settle(Scales(driven))
        yield driven


def looks(bare: BareBrowser, step: str) -> list[Footprint]:
    """Return the looks at an empty page that takes this step before each."""
    scales = Scales(bare)
    bare.evaluate("window.kept = []; undefined")
    seen = []
    for _look in range(LOOKS):
        bare.evaluate(f"{step}; undefined")
        seen.append(scales.weigh())
    return seen


@pytest.mark.parametrize("figure", LEAKS)
def test_a_page_that_leaks_is_found_out(bare: BareBrowser, figure: str) -> None:
    assert figure in growing(looks(bare, LEAKS[figure]))


def test_a_page_that_gives_back_what_it_took_is_flat_however_high_it_rises_in_between(bare: BareBrowser) -> None:
    seen = looks(bare, f"if (kept.length === 5) kept.length = 0; {MEDIA}")
    assert max(look.renderer for look in seen) > min(look.renderer for look in seen) + 12
    assert OF_THE_PAGE & growing(seen).keys() == set()


def test_what_nothing_holds_any_more_is_not_counted(bare: BareBrowser) -> None:
    seen = looks(bare, LEAKS["heap"].replace("kept.push", "void "))
    # The process may take more: the engine keeps a reserve for scripts that throw much away.
    assert (OF_THE_PAGE - {"renderer"}) & growing(seen).keys() == set()
