"""The smallest form of the benchmark: whether its figures can be true, not whether they are good."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import psutil
from rich.console import Console
from rich.progress import Progress

from bench import keep, recorded_hour
from bench.keeping_browser import Take, Way, take
from bench.progress import Steps
from tests.site.sample_pages import write_site


# Without the mark of browser tests: it runs before them, for they keep an event loop in this thread.
def test_a_minute_is_kept_each_way_and_nothing_is_left_running() -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with Progress(disable=True) as progress:
        steps = Steps(progress, title="keep", total=keep.takes_of([1], rounds=1))
        (result,) = asyncio.run(keep.measure_keeping([1], steps=steps, kbit=400, rounds=1))
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before
    assert 2_500_000 < result.size < 3_500_000
    for way in Way:
        (taken,) = result.takes[way]
        assert taken.seconds > 0
        assert 1e7 < taken.page_before <= taken.page <= taken.all < 1e10, way
    assert result.ratio(Way.PLAIN) == 1
    assert "kept on disk" in printed(result)


def test_what_the_page_refuses_is_no_figure(tmp_path: Path) -> None:
    (tmp_path / "video").mkdir()
    hour = asyncio.run(recorded_hour.record(tmp_path / "video", kbit=2000, minutes=60))
    with recorded_hour.serving(write_site(tmp_path / "site"), hour) as address:
        assert take(Way.MEMORY, address, hour) is None
    plain = Take(seconds=1, page_before=1, page=1, all=1)
    takes = {Way.PLAIN: [plain], Way.DISK: [plain], Way.MEMORY: []}
    assert "refused" in printed(keep.KeepResult(size=hour.size, minutes=60, takes=takes))


def printed(result: keep.KeepResult) -> str:
    text = io.StringIO()
    Console(file=text, width=120).print(keep.keep_table([result]))
    return text.getvalue()
