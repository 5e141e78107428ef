"""RTSP messages and credentials, by the examples of their standards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upload.rtsp_message import MAX_HEAD, Authenticator, Message, RtspError, take_message

DESCRIBE = b"DESCRIBE rtsp://camera/main RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\n\r\n"
ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\nv=0\r\n"


def test_a_message_is_taken_whole_and_the_rest_is_left() -> None:
    buffer = bytearray(ANSWER + b"$\x00")
    message = take_message(buffer)
    assert message is not None
    assert (message.status, message.cseq, message.body) == (200, 2, b"v=0\r\n")
    assert buffer == b"$\x00"


@given(st.integers(0, len(ANSWER) - 1))
def test_part_of_a_message_is_not_taken(length: int) -> None:
    buffer = bytearray(ANSWER[:length])
    assert take_message(buffer) is None
    assert buffer == ANSWER[:length]


def test_a_message_is_written_as_it_was_read() -> None:
    message = take_message(bytearray(DESCRIBE))
    assert message is not None
    assert message.format() == DESCRIBE


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "not RTSP/1.0"),
        (b"RTSP/1.0 200 OK\r\nCSeq 2\r\n\r\n", "header without a colon"),
        (b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n", "a body of -1 bytes"),
        (b"RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n", "a body of 99999999 bytes"),
        (b"RTSP/1.0 200 OK\r\nX: " + b"a" * MAX_HEAD, "do not end"),
    ],
)
def test_what_is_not_rtsp_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(RtspError, match=message):
        take_message(bytearray(raw))


@pytest.mark.parametrize("first_line", ["RTSP/1.0", "RTSP/1.0 abc", "RTSP/1.0 20"])
def test_a_response_without_a_status_is_refused(first_line: str) -> None:
    with pytest.raises(RtspError, match="without a status"):
        _ = Message(first_line=first_line, headers=(), body=b"").status


def challenge(*values: str) -> Message:
    headers = tuple(("WWW-Authenticate", value) for value in values)
    return Message(first_line="RTSP/1.0 401 Unauthorized", headers=headers, body=b"")


def test_digest_answers_the_example_of_rfc_2617() -> None:
    mufasa = Authenticator("Mufasa", "Circle Of Life")
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    assert mufasa.challenged(challenge(f'Digest realm="testrealm@host.com", nonce="{nonce}", opaque="5ccc"'))
    answer = mufasa.authorization("GET", "/dir/index.html")
    # The example of RFC 2617 3.5 without qop: MD5(HA1:nonce:HA2).
    assert answer is not None
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in answer
    assert 'opaque="5ccc"' in answer
    assert "Circle" not in answer


def test_digest_with_quality_of_protection_counts_its_answers() -> None:
    user = Authenticator("viewer", "pw")
    user.challenged(challenge('Digest realm="cam", nonce="n", qop="auth,auth-int"'))
    first, second = (user.authorization("SETUP", "rtsp://camera/main") or "" for _ in range(2))
    assert "qop=auth, nc=00000001" in first
    assert "nc=00000002" in second


def test_digest_is_preferred_to_basic() -> None:
    user = Authenticator("viewer", "pw")
    assert user.challenged(challenge('Basic realm="cam"', 'Digest realm="cam", nonce="n"'))
    assert (user.authorization("DESCRIBE", "u") or "").startswith("Digest ")


def test_basic_is_answered_where_there_is_nothing_else() -> None:
    user = Authenticator("viewer", "pw")
    assert user.challenged(challenge('Basic realm="cam"'))
    assert user.authorization("DESCRIBE", "u") == "Basic dmlld2VyOnB3"


def test_a_challenge_nobody_knows_is_not_answered() -> None:
    user = Authenticator("viewer", "pw")
    assert not user.challenged(challenge('Digest realm="cam", nonce="n", algorithm=SHA-512', "Bearer"))
    assert user.authorization("DESCRIBE", "u") is None


def test_an_authenticator_does_not_show_its_password() -> None:
    assert "hunter2" not in repr(Authenticator("viewer", "hunter2"))
