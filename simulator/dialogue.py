"""What a camera answers to each request: the state machine of RFC 2326 (appendix A.2). Pure.

One connection has at most one session, and a session one stream's tracks, sent over the same connection.
Authentication comes before, and what an answer causes is for the caller to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from simulator import sdp
from simulator.rtsp_message import Request, Response, Status

SESSION_SECONDS = 60
"""A client silent for longer is gone."""
METHODS = ("OPTIONS", "DESCRIBE", "SETUP", "PLAY", "PAUSE", "GET_PARAMETER", "SET_PARAMETER", "TEARDOWN")
_OTHER_METHODS = ("ANNOUNCE", "RECORD", "REDIRECT")
_INTERLEAVED = re.compile(r"(\d{1,3})-(\d{1,3})", re.ASCII)


class Phase(StrEnum):
    """The states of a session."""

    INIT = "init"
    READY = "ready"
    PLAYING = "playing"


class Action(StrEnum):
    """What the caller has to do besides answering."""

    NOTHING = "nothing"
    PLAY = "play"
    """Send media, after the answer; add RTP-Info to it."""
    STOP = "stop"
    """Send no more media."""


@dataclass(frozen=True, kw_only=True)
class State:
    """Where a connection stands."""

    phase: Phase = Phase.INIT
    session: str = ""
    stream: str = ""
    """Path of the stream that was set up."""
    channels: tuple[int, int] = (0, 1)
    """Of RTP and RTCP of the pictures."""
    sound_channels: tuple[int, int] | None = None
    """The same of the sound, None where it was not set up."""


@dataclass(frozen=True, kw_only=True)
class StreamFacts:
    """What must be known of a stream to answer."""

    description: bytes
    """SDP."""
    ssrc: int
    has_sound: bool = False


@dataclass(frozen=True, kw_only=True)
class Step:
    """An answer, the state after it, and what to do."""

    state: State
    response: Response
    action: Action = Action.NOTHING


Lookup = Callable[[str], StreamFacts | None]
"""From a stream's path to its facts, None if there is no such stream."""


def answer(state: State, request: Request, *, streams: Lookup, new_session: str) -> Step:
    """Return the answer to a request; `new_session` names the session if this request opens one."""
    if request.version != "RTSP/1.0":
        return _refuse(state, request, Status.RTSP_VERSION_NOT_SUPPORTED)
    if (required := request.header("Require")) is not None:
        return _refuse(state, request, Status.OPTION_NOT_SUPPORTED, ("Unsupported", required))
    if request.method in _OTHER_METHODS:
        return _refuse(state, request, Status.METHOD_NOT_ALLOWED, ("Allow", ", ".join(METHODS)))
    if request.method not in METHODS:
        return _refuse(state, request, Status.NOT_IMPLEMENTED, ("Public", ", ".join(METHODS)))
    if request.method == "OPTIONS":
        return Step(state=state, response=_ok(request, ("Public", ", ".join(METHODS))))
    if (session := request.header("Session")) is not None and session.partition(";")[0].strip() != state.session:
        return _refuse(state, request, Status.SESSION_NOT_FOUND)
    if request.method in {"GET_PARAMETER", "SET_PARAMETER"}:
        return _parameter(state, request)
    facts = streams(stream_path(request.path))
    if facts is None:
        return _refuse(state, request, Status.NOT_FOUND)
    if request.method == "DESCRIBE":
        base = request.uri.partition("?")[0].rstrip("/") + "/"
        headers = (("Content-Base", base), ("Content-Type", "application/sdp"))
        return Step(state=state, response=replace(_ok(request, *headers), body=facts.description))
    if request.method == "SETUP":
        return _setup(state, request, facts, new_session)
    return _session_request(state, request)


def stream_path(path: str) -> str:
    """Return the path of the stream a track belongs to, or the path itself."""
    return path.removesuffix(f"/{sdp.TRACK}").removesuffix(f"/{sdp.SOUND_TRACK}")


def _setup(state: State, request: Request, facts: StreamFacts, new_session: str) -> Step:
    stream = stream_path(request.path)
    if state.phase is Phase.PLAYING:
        return _refuse(state, request, Status.METHOD_NOT_VALID_IN_THIS_STATE)
    if stream == request.path or state.stream not in ("", stream):
        return _refuse(state, request, Status.AGGREGATE_OPERATION_NOT_ALLOWED)
    channels = interleaved_channels(request.header("Transport") or "")
    if channels is None:
        return _refuse(state, request, Status.UNSUPPORTED_TRANSPORT)
    after = replace(state, phase=Phase.READY, session=state.session or new_session, stream=stream)
    transport = f"RTP/AVP/TCP;unicast;interleaved={channels[0]}-{channels[1]}"
    if request.path.endswith(f"/{sdp.SOUND_TRACK}"):
        if not facts.has_sound:
            return _refuse(state, request, Status.NOT_FOUND)
        after = replace(after, sound_channels=channels)
    else:
        after = replace(after, channels=channels)
        transport += f";ssrc={facts.ssrc:08X}"
    response = _ok(request, ("Transport", transport), ("Session", f"{after.session};timeout={SESSION_SECONDS}"))
    return Step(state=after, response=response)


def _session_request(state: State, request: Request) -> Step:
    """PLAY, PAUSE and TEARDOWN."""
    if state.phase is Phase.INIT:
        return _refuse(state, request, Status.METHOD_NOT_VALID_IN_THIS_STATE)
    if request.header("Session") is None:
        return _refuse(state, request, Status.SESSION_NOT_FOUND)
    if stream_path(request.path) != state.stream:
        return _refuse(state, request, Status.NOT_FOUND)
    session = ("Session", state.session)
    if request.method == "TEARDOWN":
        return Step(state=State(), response=_ok(request, session), action=Action.STOP)
    if request.method == "PAUSE":
        return Step(state=replace(state, phase=Phase.READY), response=_ok(request, session), action=Action.STOP)
    response = _ok(request, session, ("Range", "npt=now-"))
    action = Action.NOTHING if state.phase is Phase.PLAYING else Action.PLAY
    return Step(state=replace(state, phase=Phase.PLAYING), response=response, action=action)


def _parameter(state: State, request: Request) -> Step:
    """Without a body it only shows that the client lives; there are no parameters to read or set."""
    if request.body:
        return _refuse(state, request, Status.PARAMETER_NOT_UNDERSTOOD)
    return Step(state=state, response=_ok(request, *([("Session", state.session)] if state.session else [])))


def interleaved_channels(transport: str) -> tuple[int, int] | None:
    """Return the channels of the first acceptable offer in a Transport header (RFC 2326 12.39), None if there is none.

    An offer of TCP without channels gets 0 and 1.
    """
    for offer in transport.split(","):
        protocol, *parameters = (part.strip() for part in offer.split(";"))
        settings = {name.lower(): value for name, _, value in (part.partition("=") for part in parameters)}
        if protocol.upper() != "RTP/AVP/TCP" or "multicast" in settings:
            continue
        if settings.get("mode", "play").strip('"').lower() != "play":
            continue
        if "interleaved" not in settings:
            return (0, 1)
        match = _INTERLEAVED.fullmatch(settings["interleaved"])
        if match is not None:
            first, second = int(match[1]), int(match[2])
            if max(first, second) <= 255 and first != second:
                return (first, second)
    return None


def _ok(request: Request, *headers: tuple[str, str]) -> Response:
    return Response(status=Status.OK, cseq=request.cseq, headers=headers)


def _refuse(state: State, request: Request, status: Status, *headers: tuple[str, str]) -> Step:
    return Step(state=state, response=Response(status=status, cseq=request.cseq, headers=headers))
