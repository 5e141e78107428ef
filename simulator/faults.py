"""The faults by their names, and when which camera has which: `NAME=FAULT[@SECONDS][+SECONDS]`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from election.errors import UsageError
from simulator import dialogue_faults, stream_faults
from simulator.conduct import Conduct, Honest

if TYPE_CHECKING:
    from simulator.server import CameraServer

NOWHERE = "rtsp://192.0.2.1/elsewhere"
"""Where clients are redirected to unless told otherwise: an address nobody has (RFC 5737)."""
_PLAN = re.compile(
    r"(?P<camera>[^=]+)=(?P<fault>[a-z0-9-]+)(?:@(?P<after>\d{1,6}(?:\.\d+)?))?(?:\+(?P<lasting>\d{1,6}(?:\.\d+)?))?",
    re.ASCII,
)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way in which cameras fail."""

    summary: str
    conduct: Callable[[], Conduct]
    """Makes the conduct, for one camera."""


def known_faults(*, redirect_to: str = NOWHERE) -> Mapping[str, Fault]:
    """Return every fault by its name; `redirect_to` is where `redirect` sends clients."""
    ten_hours = stream_faults.CLOCK_JUMP_SECONDS
    named: dict[str, tuple[str, Callable[[], Conduct]]] = {
        "stop-sending": ("no more media, the connection stays open", stream_faults.StopSending),
        "bye": ("RTCP BYE, then silence", stream_faults.Bye),
        "refuse": ("503 to every request", dialogue_faults.Refuse),
        "wrong-password": ("401 to every password", dialogue_faults.WrongPassword),
        "timestamps-zero": ("timestamps start again at zero", stream_faults.TimestampsZero),
        "timestamps-forward": ("the clock jumps 10 h ahead", lambda: stream_faults.TimestampsShifted(ten_hours)),
        "timestamps-back": ("the clock jumps 10 h back", lambda: stream_faults.TimestampsShifted(-ten_hours)),
        "timestamps-wrap": ("32-bit timestamps wrap soon after a client begins", stream_faults.TimestampsWrap),
        "sps-change": ("another picture size", stream_faults.SpsChange),
        "sps-flapping": ("another picture size every second", stream_faults.SpsFlapping),
        "gop-10": ("a key picture every 10 s", lambda: stream_faults.LongGop(10)),
        "gop-60": ("a key picture every 60 s", lambda: stream_faults.LongGop(60)),
        "corrupt": ("damaged pictures", stream_faults.Corrupt),
        "mute": ("no sound, though it is announced", stream_faults.Mute),
        "trickle": ("500 bytes a second", stream_faults.Trickle),
        "redirect": ("302 to another address", lambda: dialogue_faults.Redirect(redirect_to)),
        "self-redirect": ("302 to the same address", dialogue_faults.SelfRedirect),
        "endless-sdp": ("a description without end", dialogue_faults.EndlessSdp),
        "half-open": ("connections are accepted and nothing is answered", dialogue_faults.HalfOpen),
    }
    return {name: Fault(summary=summary, conduct=conduct) for name, (summary, conduct) in named.items()}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One camera's fault and its time."""

    camera: str
    fault: str
    after: float = 0.0
    """Seconds from the start of the cameras to its beginning."""
    lasting: float | None = None
    """Seconds from its beginning to its end; None for ever."""


def parse_plan(text: str, *, cameras: Iterable[str]) -> Plan:
    """Return the plan in `NAME=FAULT[@SECONDS][+SECONDS]`; `UsageError` if it is none or names what there is not."""
    match = _PLAN.fullmatch(text)
    if match is None:
        raise UsageError(f"--fault: write it as NAME=FAULT, NAME=FAULT@10, NAME=FAULT@10+30, not {text}.")
    if match["fault"] not in known_faults():
        raise UsageError(f"--fault: there is no fault {match['fault']}; there are {', '.join(known_faults())}.")
    if match["camera"] not in cameras:
        raise UsageError(f"--fault: there is no camera {match['camera']}.")
    lasting = None if match["lasting"] is None else float(match["lasting"])
    return Plan(camera=match["camera"], fault=match["fault"], after=float(match["after"] or 0), lasting=lasting)


async def carry_out(
    plans: Iterable[Plan], server: CameraServer, *, redirect_to: str = NOWHERE, tell: Callable[[str], None]
) -> None:
    """Let each plan's camera have its fault in its time; `tell` hears of each beginning and end in a few words.

    A camera has one fault at a time: the one that began last.
    """
    faults = known_faults(redirect_to=redirect_to)

    async def one(plan: Plan) -> None:
        if plan.after:  # or else before anyone can connect
            await asyncio.sleep(plan.after)
        conduct = faults[plan.fault].conduct()
        server.behave(plan.camera, conduct)
        tell(f"{plan.camera}: {plan.fault}")
        if plan.lasting is None:
            return
        await asyncio.sleep(plan.lasting)
        if server.conduct(plan.camera) is conduct:
            server.behave(plan.camera, Honest())
            tell(f"{plan.camera}: as it should be")

    async with asyncio.TaskGroup() as group:
        for plan in plans:
            group.create_task(one(plan))
