"""RTSP requests read, responses written, and malformed bytes refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.rtsp_message import (
    MAX_BODY,
    MAX_HEAD,
    Interleaved,
    MalformedRequest,
    Request,
    Response,
    Status,
    path_of,
    take,
)

DESCRIBE = (
    b"DESCRIBE rtsp://127.0.0.1:8554/034-012/main?x=1 RTSP/1.0\r\n"
    b"CSeq: 2\r\nAccept: application/sdp\r\nUser-Agent:   a b \r\n\r\n"
)


def test_a_request_is_read_and_the_rest_is_left() -> None:
    buffer = bytearray(DESCRIBE + b"OPT")
    request = take(buffer)
    assert request == Request(
        method="DESCRIBE",
        uri="rtsp://127.0.0.1:8554/034-012/main?x=1",
        version="RTSP/1.0",
        cseq=2,
        headers=(("CSeq", "2"), ("Accept", "application/sdp"), ("User-Agent", "a b")),
    )
    assert request.path == "/034-012/main"
    assert buffer == b"OPT"


def test_a_body_belongs_to_its_request() -> None:
    buffer = bytearray(b"SET_PARAMETER * RTSP/1.0\r\nCSeq: 3\r\ncontent-length: 4\r\n\r\nabcd")
    request = take(buffer)
    assert isinstance(request, Request)
    assert request.body == b"abcd"
    assert not buffer


def test_packets_and_empty_lines_may_stand_between_requests() -> None:
    buffer = bytearray(b"$\x01\x00\x03abc\r\n\r\n" + DESCRIBE)
    assert take(buffer) == Interleaved(channel=1, payload=b"abc")
    assert isinstance(take(buffer), Request)


@given(st.integers(0, len(DESCRIBE)))
def test_a_request_may_come_in_pieces(cut: int) -> None:
    buffer = bytearray(DESCRIBE[:cut])
    assert cut == len(DESCRIBE) or take(buffer) is None
    buffer += DESCRIBE[cut:]
    assert isinstance(take(buffer), Request)


@pytest.mark.parametrize(
    "head",
    [
        b"DESCRIBE rtsp://h/a\r\nCSeq: 1",
        b"GET / HTTP/1.1\r\nCSeq: 1",
        b"DESCRIBE  rtsp://h/a RTSP/1.0\r\nCSeq: 1",
        b"DESCRIBE http://h/a RTSP/1.0\r\nCSeq: 1",
        b"DESCRIBE rtsp:///a RTSP/1.0\r\nCSeq: 1",
        b"DE(SCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 1",
        b"DESCRIBE rtsp://h/a RTSP/1.0",
        b"DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: one",
        b"DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: -1",
        b"DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nno colon",
        b"DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\n: nameless",
        b"DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nX: \xff",
        b"DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nContent-Length: -1",
        b"DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nContent-Length: %d" % (MAX_BODY + 1),
        b"\x16\x03\x01\x02\x00",
    ],
)
def test_what_is_no_request_is_refused(head: bytes) -> None:
    with pytest.raises(MalformedRequest):
        take(bytearray(head + b"\r\n\r\n"))


def test_headers_that_do_not_end_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(MalformedRequest):
        take(bytearray(b"A" * MAX_HEAD))
    assert take(bytearray(b"A" * (MAX_HEAD - 1))) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_nothing_else_happens(data: bytes) -> None:
    buffer = bytearray(data)
    try:
        while take(buffer) is not None:
            pass
    except MalformedRequest:
        pass


def test_a_response_is_written_in_full() -> None:
    response = Response(status=Status.OK, cseq=7, headers=(("Session", "AB"),), body=b"v=0\r\n").adding("X", "y")
    assert response.format() == b"RTSP/1.0 200 OK\r\nCSeq: 7\r\nSession: AB\r\nX: y\r\nContent-Length: 5\r\n\r\nv=0\r\n"


def test_a_response_without_a_request_has_no_number() -> None:
    assert Response(status=Status.BAD_REQUEST, cseq=None).format() == b"RTSP/1.0 400 Bad request\r\n\r\n"


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("rtsp://h", "/"),
        ("RTSP://h:554/a%20b/", "/a b"),
        ("rtsp://u:p@h/a/trackID=0", "/a/trackID=0"),
        ("*", "*"),
        ("/a", ""),
        ("rtsp://h /a", ""),
    ],
)
def test_an_address_has_a_path_or_none(uri: str, path: str) -> None:
    assert path_of(uri) == path
