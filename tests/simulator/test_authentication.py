"""Basic and Digest as clients send them, and everything that must not be admitted."""

from __future__ import annotations

import base64
import urllib.request

import pytest

from election.secret import Secret
from simulator.authentication import Access, Scheme, Verdict, digest_answer
from simulator.rtsp_message import Request

URI = "rtsp://127.0.0.1:8554/cam-001/main"
DIGEST = Access(scheme=Scheme.DIGEST, user="observer", password=Secret("p:ä ss"), realm="room")
BASIC = Access(scheme=Scheme.BASIC, user="observer", password=Secret("p:ä ss"))


def asking(authorization: str | None, *, method: str = "DESCRIBE", uri: str = URI) -> Request:
    headers = () if authorization is None else (("authorization", authorization),)
    return Request(method=method, uri=uri, version="RTSP/1.0", cseq=1, headers=headers)


def digest(*, nonce: str = "n1", uri: str = URI, method: str = "DESCRIBE", **changed: str) -> str:
    fields = {"username": "observer", "realm": "room", "nonce": nonce, "uri": uri}
    fields["response"] = digest_answer(DIGEST, method=method, uri=uri, nonce=nonce)
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in (fields | changed).items())


def test_the_answer_is_that_of_the_standards_example() -> None:
    # RFC 2069 2.4 with its erratum.
    access = Access(scheme=Scheme.DIGEST, user="Mufasa", password=Secret("CircleOfLife"), realm="testrealm@host.com")
    answer = digest_answer(access, method="GET", uri="/dir/index.html", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093")
    assert answer == "1949323746fe6a43ef61f9606e7febea"


def test_another_implementation_answers_our_challenge() -> None:
    access = Access(scheme=Scheme.DIGEST, user="observer", password=Secret("secret"))
    passwords = urllib.request.HTTPPasswordMgr()
    passwords.add_password(access.realm, "http://h/", "observer", "secret")
    handler = urllib.request.AbstractDigestAuthHandler(passwords)
    request = urllib.request.Request("http://h/", method="DESCRIBE")
    request.selector = URI
    scheme, _, parameters = access.challenge("abc").partition(" ")
    fields = urllib.request.parse_keqv_list(urllib.request.parse_http_list(parameters))
    assert scheme == "Digest"
    answer = handler.get_authorization(request, fields)
    assert access.judge(asking(f"Digest {answer}"), "abc") is Verdict.ADMITTED


def test_without_a_password_everyone_is_admitted() -> None:
    assert Access().judge(asking(None), "n1") is Verdict.ADMITTED


def test_the_right_digest_is_admitted_with_or_without_quotes_and_for_a_track() -> None:
    assert DIGEST.judge(asking(digest()), "n1") is Verdict.ADMITTED
    track = f"{URI}/trackID=0"
    assert DIGEST.judge(asking(digest(uri=track, method="SETUP"), method="SETUP", uri=track), "n1") is Verdict.ADMITTED
    # live555 signs the stream's address for its tracks too
    assert DIGEST.judge(asking(digest(method="SETUP"), method="SETUP", uri=track), "n1") is Verdict.ADMITTED


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Digest",
        "Digest nonsense",
        "Basic " + base64.b64encode("observer:p:ä ss".encode()).decode(),
        digest(response="0" * 32),
        digest(username="other"),
        digest(realm="other"),
        digest(method="PLAY"),
        digest(uri="rtsp://127.0.0.1:8554/cam-002/main"),
        digest(uri="rtsp://127.0.0.1:8554/cam-001/ma"),
    ],
)
def test_a_wrong_digest_is_refused(authorization: str | None) -> None:
    assert DIGEST.judge(asking(authorization), "n1") is Verdict.REFUSED


def test_a_digest_for_another_connections_nonce_is_stale_only_if_it_is_right() -> None:
    assert DIGEST.judge(asking(digest(nonce="n0")), "n1") is Verdict.STALE
    assert DIGEST.judge(asking(digest(nonce="n0", response="0" * 32)), "n1") is Verdict.REFUSED
    assert DIGEST.challenge("n1", stale=True) == 'Digest realm="room", nonce="n1", stale=TRUE'


def test_basic_compares_user_and_password() -> None:
    def token(text: str) -> str:
        return "Basic " + base64.b64encode(text.encode()).decode()

    assert BASIC.judge(asking(token("observer:p:ä ss")), "n1") is Verdict.ADMITTED
    for wrong in (token("observer:other"), token("p:ä ss"), "Basic ???", "Basic", digest()):
        assert BASIC.judge(asking(wrong), "n1") is Verdict.REFUSED
    assert BASIC.challenge("n1") == 'Basic realm="Simulated camera"'


def test_a_password_does_not_show_itself() -> None:
    assert "ss" not in repr(DIGEST).replace("password", "").replace("Access", "")
