from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest

from bench import __main__ as command_line
from bench.delay import Delays
from bench.packager import Cost, PackagerResult
from bench.processes import children_of, proportional_bytes, read_cpu
from bench.rig import Load
from election.errors import MachineError, UsageError


def test_a_percentile_is_the_delay_that_so_many_segments_do_not_exceed() -> None:
    delays = Delays(milliseconds=tuple(float(number) for number in range(1, 201)), missed=0)
    assert [delays.percentile(percent) for percent in (0.1, 50, 99, 100)] == [1, 100, 198, 200]
    assert Delays(milliseconds=(7.0,), missed=0).percentile(50) == 7


def test_a_ratio_is_everything_of_the_packager_beside_the_mean_of_the_bare_ffmpegs() -> None:
    def cost(cpu: float) -> Cost:
        return Cost(cpu=cpu, memory=1)

    result = PackagerResult(
        load=Load(),
        bare=(cost(0.08), cost(0.12)),
        packager=cost(0.05),
        recorders=cost(0.06),
        store=cost(9.0),
        delays=Delays(milliseconds=(), missed=0),
    )
    assert result.ratio == pytest.approx(1.1)


def work_on(pid: int, seconds: float) -> None:
    """Wait until a process has worked so much more."""
    began = sum(psutil.Process(pid).cpu_times()[:2])
    end = time.monotonic() + 120
    while sum(psutil.Process(pid).cpu_times()[:2]) - began < seconds:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_share_of_a_processor_is_measured_for_each_process() -> None:
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    resting = "import time; print('up', flush=True); time.sleep(600)"
    idle = subprocess.Popen([sys.executable, "-c", resting], stdout=subprocess.PIPE)
    try:
        assert idle.stdout is not None
        assert idle.stdout.readline() == b"up\n"
        before = read_cpu([busy.pid, idle.pid])
        work_on(busy.pid, 0.3)
        shares = read_cpu([busy.pid, idle.pid]).share_since(before)
        assert shares[busy.pid] > 10 * shares[idle.pid] >= 0
        assert shares[busy.pid] < 1.1
        assert 1e6 < proportional_bytes(idle.pid) < 1e8
        assert {busy.pid, idle.pid} <= set(children_of(os.getpid()))
    finally:
        for child in (busy, idle):
            child.kill()
            child.communicate()
    for read in (proportional_bytes, children_of, lambda pid: read_cpu([pid])):
        with pytest.raises(MachineError, match=f"Process {busy.pid} ended"):
            read(busy.pid)


@pytest.mark.parametrize("renditions", [0, 1, 3, -2])
def test_renditions_come_in_pairs(renditions: int) -> None:
    with pytest.raises(UsageError, match=r"--renditions: .*even number"):
        command_line.bench(renditions=renditions)


@pytest.mark.parametrize("minutes", ["", "an hour", "5,", "0", "5,61"])
def test_a_wrong_length_is_said_before_anything_is_measured(minutes: str) -> None:
    with pytest.raises(UsageError, match="--minutes: write numbers such as 5,20,60, at most 60"):
        command_line.bench(minutes=minutes)
