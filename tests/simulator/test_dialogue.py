"""The state machine of RTSP, request by request, without a connection."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.dialogue import METHODS, Action, Phase, State, Step, StreamFacts, answer, interleaved_channels
from simulator.rtsp_message import Request, Status

BASE = "rtsp://127.0.0.1:8554/cam-001/main"
TRACK = f"{BASE}/trackID=0"
TCP = ("Transport", "RTP/AVP/TCP;unicast;interleaved=2-3")
STREAMS = {
    "/cam-001/main": StreamFacts(description=b"v=0\r\n", ssrc=0xAB),
    "/cam-001/sub": StreamFacts(description=b"v=0\r\n", ssrc=0xCD),
}
READY = State(phase=Phase.READY, session="S1", stream="/cam-001/main", channels=(2, 3))
PLAYING = State(phase=Phase.PLAYING, session="S1", stream="/cam-001/main", channels=(2, 3))
SESSION = ("Session", "S1")


def ask(
    method: str,
    *headers: tuple[str, str],
    uri: str = BASE,
    state: State | None = None,
    version: str = "RTSP/1.0",
    body: bytes = b"",
) -> Step:
    request = Request(method=method, uri=uri, version=version, cseq=4, headers=headers, body=body)
    return answer(state or State(), request, streams=STREAMS.get, new_session="NEW")


def test_options_names_every_method() -> None:
    step = ask("OPTIONS", uri="*")
    assert step.response.status == Status.OK
    assert step.response.headers == (("Public", ", ".join(METHODS)),)


def test_describe_gives_the_address_the_tracks_are_relative_to() -> None:
    step = ask("DESCRIBE", uri=f"{BASE}?user=x")
    assert step.response.headers == (("Content-Base", f"{BASE}/"), ("Content-Type", "application/sdp"))
    assert step.response.body == b"v=0\r\n"
    assert step.state == State()


def test_a_session_is_set_up_played_paused_played_and_torn_down() -> None:
    setup = ask("SETUP", TCP, uri=TRACK)
    assert setup.response.headers == (
        ("Transport", "RTP/AVP/TCP;unicast;interleaved=2-3;ssrc=000000AB"),
        ("Session", "NEW;timeout=60"),
    )
    assert setup.state == State(phase=Phase.READY, session="NEW", stream="/cam-001/main", channels=(2, 3))
    mine = ("Session", "NEW")
    state = setup.state
    for method, phase, action in [
        ("PLAY", Phase.PLAYING, Action.PLAY),
        ("PLAY", Phase.PLAYING, Action.NOTHING),
        ("PAUSE", Phase.READY, Action.STOP),
        ("PLAY", Phase.PLAYING, Action.PLAY),
        ("TEARDOWN", Phase.INIT, Action.STOP),
    ]:
        step = ask(method, mine, state=state)
        assert (step.response.status, step.state.phase, step.action) == (Status.OK, phase, action)
        assert ("Session", "NEW") in step.response.headers
        state = step.state
    assert state == State()


def test_a_tracks_address_serves_for_its_stream() -> None:
    assert ask("PLAY", SESSION, uri=TRACK, state=READY).action is Action.PLAY
    assert ask("DESCRIBE", uri=TRACK).response.status == Status.OK


@pytest.mark.parametrize(
    ("step", "status"),
    [
        (ask("DESCRIBE", uri="rtsp://h/cam-002/main"), Status.NOT_FOUND),
        (ask("DESCRIBE", uri="rtsp://h/"), Status.NOT_FOUND),
        (ask("SETUP", TCP, uri="rtsp://h/cam-001/main/trackID=1"), Status.NOT_FOUND),
        (ask("SETUP", TCP), Status.AGGREGATE_OPERATION_NOT_ALLOWED),
        (ask("SETUP", TCP, uri="rtsp://h/cam-001/sub/trackID=0", state=READY), Status.AGGREGATE_OPERATION_NOT_ALLOWED),
        (ask("SETUP", uri=TRACK), Status.UNSUPPORTED_TRANSPORT),
        (ask("SETUP", ("Transport", "RTP/AVP;unicast;client_port=5000-5001"), uri=TRACK), Status.UNSUPPORTED_TRANSPORT),
        (ask("SETUP", TCP, uri=TRACK, state=PLAYING), Status.METHOD_NOT_VALID_IN_THIS_STATE),
        (ask("SETUP", TCP, ("Session", "S2"), uri=TRACK, state=READY), Status.SESSION_NOT_FOUND),
        (ask("PLAY"), Status.METHOD_NOT_VALID_IN_THIS_STATE),
        (ask("PLAY", SESSION), Status.SESSION_NOT_FOUND),
        (ask("PLAY", state=READY), Status.SESSION_NOT_FOUND),
        (ask("PLAY", ("Session", "S2"), state=READY), Status.SESSION_NOT_FOUND),
        (ask("PLAY", SESSION, uri="rtsp://h/cam-001/sub", state=READY), Status.NOT_FOUND),
        (ask("PAUSE"), Status.METHOD_NOT_VALID_IN_THIS_STATE),
        (ask("TEARDOWN"), Status.METHOD_NOT_VALID_IN_THIS_STATE),
        (ask("GET_PARAMETER", body=b"packets_received"), Status.PARAMETER_NOT_UNDERSTOOD),
        (ask("GET_PARAMETER", ("Session", "S2"), state=READY), Status.SESSION_NOT_FOUND),
        (ask("SET_PARAMETER", body=b"barparam: barstuff"), Status.PARAMETER_NOT_UNDERSTOOD),
        (ask("ANNOUNCE"), Status.METHOD_NOT_ALLOWED),
        (ask("RECORD"), Status.METHOD_NOT_ALLOWED),
        (ask("FETCH"), Status.NOT_IMPLEMENTED),
        (ask("describe"), Status.NOT_IMPLEMENTED),
        (ask("OPTIONS", version="RTSP/2.0"), Status.RTSP_VERSION_NOT_SUPPORTED),
        (ask("PLAY", ("Require", "funky-feature"), state=READY), Status.OPTION_NOT_SUPPORTED),
    ],
)  # fmt: skip - a table
def test_what_cannot_be_done_is_refused_with_its_own_status(step: Step, status: Status) -> None:
    assert step.response.status == status
    assert step.response.cseq == 4
    assert step.action is Action.NOTHING


def test_a_refusal_leaves_the_session_as_it_was() -> None:
    assert ask("SETUP", TCP, uri=TRACK, state=PLAYING).state == PLAYING
    assert ask("PLAY", ("Session", "S2"), state=READY).state == READY


def test_a_parameter_request_without_parameters_keeps_a_session_alive() -> None:
    for method in ("GET_PARAMETER", "SET_PARAMETER"):
        step = ask(method, ("Session", "S1;timeout=60"), state=PLAYING)
        assert step.response.status == Status.OK
        assert step.response.headers == (SESSION,)
        assert step.state == PLAYING
        assert ask(method, uri="*").response.status == Status.OK


@pytest.mark.parametrize(
    ("transport", "channels"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=0-1", (0, 1)),
        ("RTP/AVP/TCP", (0, 1)),
        ("rtp/avp/tcp;interleaved=254-255", (254, 255)),
        ("RTP/AVP;unicast;client_port=1-2, RTP/AVP/TCP;interleaved=4-5", (4, 5)),
        ('RTP/AVP/TCP;interleaved=4-5;mode="PLAY"', (4, 5)),
        ('RTP/AVP/TCP;interleaved=4-5;mode="RECORD"', None),
        ("RTP/AVP/TCP;multicast;interleaved=4-5", None),
        ("RTP/AVP/TCP;interleaved=4-4", None),
        ("RTP/AVP/TCP;interleaved=4-256", None),
        ("RTP/AVP/TCP;interleaved=4", None),
        ("RTP/SAVP/TCP;interleaved=0-1", None),
        ("", None),
    ],
)
def test_only_media_over_the_same_connection_is_accepted(transport: str, channels: tuple[int, int] | None) -> None:
    assert interleaved_channels(transport) == channels


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*METHODS, "RECORD", "FETCH"]),
            st.sampled_from([BASE, TRACK, "rtsp://h/other", "*"]),
            st.sets(st.sampled_from([TCP, SESSION, ("Session", "NEW")])),
        ),
        max_size=12,
    )
)
def test_media_flows_exactly_while_a_session_plays(asked: list[tuple[str, str, set[tuple[str, str]]]]) -> None:
    state, flowing = State(), False
    for method, uri, headers in asked:
        step = ask(method, *sorted(headers), uri=uri, state=state)
        assert step.action is Action.NOTHING or step.response.status == Status.OK
        if step.action is not Action.NOTHING:
            flowing = step.action is Action.PLAY
        state = step.state
        assert flowing == (state.phase is Phase.PLAYING)
        assert (state.phase is Phase.INIT) == (state.session == "")
