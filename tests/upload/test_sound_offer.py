"""What sound a camera offers, read from descriptions as cameras write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upload.hearing import Heard
from upload.rtsp_message import Message
from upload.sound_offer import SoundOffer, SoundTrack, first_channel, sound_offer

VIDEO = b"v=0\r\ns=x\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n"


@pytest.mark.parametrize(
    ("section", "encoding", "control"),
    [
        ("m=audio 0 RTP/AVP 0\r\na=control:trackID=2\r\n", "PCMU", "trackID=2"),
        ("m=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=control:track2\r\n", "PCMA", "track2"),
        (
            "m=audio 0 RTP/AVP 104\r\na=control:rtsp://10.0.0.5:554/live/trackID=4/\r\n"
            "a=rtpmap:104 mpeg4-generic/16000/1\r\n",
            "MPEG4-GENERIC",
            "trackID=4",
        ),
        ("m=audio 0 RTP/AVP 97 0\na=rtpmap:97 G726-32/8000\na=control:a\n", "G726-32", "a"),
        ("m=audio 0 RTP/AVP 97\r\na=rtpmap:98 other/8000\r\n", "UNKNOWN", ""),
    ],
)
def test_the_first_sound_is_found_with_its_encoding_and_address(section: str, encoding: str, control: str) -> None:
    metadata = b"m=application 0 RTP/AVP 107\r\na=control:trackID=3\r\n"
    offer = SoundOffer(encoding=encoding, control=control)
    assert sound_offer(VIDEO + section.encode()) == offer
    assert sound_offer(VIDEO + metadata + section.encode() + b"m=audio 0 RTP/AVP 3\r\n") == offer
    assert offer.is_at(f"rtsp://127.0.0.1:5/token/camera/{control}") is bool(control)
    assert not offer.is_at("rtsp://127.0.0.1:5/token/camera/trackID=1")


def test_a_stream_without_sound_offers_none() -> None:
    for description in (b"", VIDEO, b"m=", b"\xff\xfe", VIDEO + b"m=audio\r\n", VIDEO + b"a=m=audio 0 RTP/AVP 0\r\n"):
        assert sound_offer(description) is None


@given(st.binary(max_size=200))
def test_no_description_is_too_odd(description: bytes) -> None:
    sound_offer(VIDEO + description)
    sound_offer(description)


@pytest.mark.parametrize(
    ("transport", "channel"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=2-3;ssrc=AB", 2),
        ("RTP/AVP/TCP;Interleaved=0-1", 0),
        ("RTP/AVP;unicast;client_port=1-2", -1),
        ("", -1),
    ],
)
def test_the_channel_is_read_from_the_answer(transport: str, channel: int) -> None:
    assert first_channel(transport) == channel


def test_the_dialogue_says_where_the_sound_comes_and_from_when_on() -> None:
    heard = Heard()
    track = SoundTrack(heard)
    base = "rtsp://127.0.0.1:5/token/camera"

    def exchange(method: str, url: str, *, status: int = 200, transport: str = "", body: bytes = b"") -> None:
        headers = (("Transport", transport),) if transport else ()
        request = Message(first_line=f"{method} {url} RTSP/1.0", headers=(), body=b"")
        track.answered(request, Message(first_line=f"RTSP/1.0 {status} x", headers=headers, body=body), now=7.0)

    sound = VIDEO + b"m=audio 0 RTP/AVP 0\r\na=control:trackID=2\r\n"
    exchange("DESCRIBE", base, status=401, body=sound)
    assert heard.encoding is None
    exchange("DESCRIBE", base, body=sound)
    assert heard.encoding == "PCMU"
    exchange("SETUP", f"{base}/trackID=1", transport="RTP/AVP/TCP;interleaved=0-1")
    exchange("SETUP", f"{base}/trackID=2", status=461, transport="RTP/AVP/TCP;interleaved=4-5")
    assert track.channel == -1
    exchange("SETUP", f"{base}/trackID=2", transport="RTP/AVP/TCP;interleaved=2-3")
    assert (track.channel, heard.playing_since) == (2, None)
    exchange("PLAY", base)
    assert heard.playing_since == 7.0

    silent = Heard()
    track = SoundTrack(silent)
    exchange("DESCRIBE", base, body=VIDEO)
    exchange("SETUP", f"{base}/trackID=1", transport="RTP/AVP/TCP;interleaved=0-1")
    assert (track.channel, silent.encoding) == (-1, "")
