"""A simulated camera's sound: what independent clients hear, and what is answered to them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import av
import numpy as np
import pytest

from election.ids import Rendition
from simulator.description import CameraDescription
from simulator.dialogue import State, StreamFacts, answer
from simulator.rtsp_message import Request, Status
from simulator.server import serving
from simulator.sound import TONE_HZ, SoundCodec, tone
from tests.upload.packaging import LARGE, SMALL, run

pytestmark = pytest.mark.server


@pytest.mark.parametrize(
    ("codec", "size", "ticks"),
    [(SoundCodec.PCMU, 320, 320), (SoundCodec.PCMA, 320, 320), (SoundCodec.G726, 160, 320), (SoundCodec.L16, 640, 320)],
)
def test_a_packet_holds_as_many_bytes_as_its_time_needs(codec: SoundCodec, size: int, ticks: int) -> None:
    sound = tone(codec)
    assert {len(payload) for payload in sound.payloads} == {size}
    assert sound.ticks == ticks
    assert len(sound.payloads) * ticks >= sound.clock_rate


def test_every_codec_is_heard_as_the_tone_beside_the_pictures(tmp_path: Path) -> None:
    def listen(url: str) -> tuple[float, int]:
        options = {"rtsp_transport": "tcp", "analyzeduration": "2000000"}
        with av.open(url, options=options, timeout=120) as container:
            heard: list[np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = []
            pictures, rate = 0, container.streams.audio[0].codec_context.sample_rate
            for packet in container.demux():
                for frame in packet.decode():
                    if isinstance(frame, av.AudioFrame):
                        heard.append(frame.to_ndarray().reshape(-1).astype(float))
                    else:
                        pictures += 1
                if sum(map(len, heard)) > 1.5 * rate and pictures > 10:
                    break
        samples = np.concatenate(heard)[rate // 4 :]
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
        return float(spectrum.argmax() * rate / samples.size), pictures

    async def work() -> None:
        described = [CameraDescription(name=str(codec), main=LARGE, sub=SMALL, audio=codec) for codec in SoundCodec]
        async with serving(described, cache=tmp_path, clip_seconds=2.0) as server:
            urls = [server.url(str(codec), Rendition.SUB) for codec in SoundCodec]
            for frequency, pictures in await asyncio.gather(*(asyncio.to_thread(listen, url) for url in urls)):
                assert abs(frequency - TONE_HZ) < 10
                assert pictures > 10

    run(work())


def test_sound_is_set_up_beside_the_pictures_and_only_where_there_is_some() -> None:
    base = "rtsp://127.0.0.1:8554/cam/main"

    def set_up(state: State, track: str, channels: str, *, has_sound: bool) -> tuple[State, Status]:
        headers = (("Transport", f"RTP/AVP/TCP;unicast;interleaved={channels}"),)
        request = Request(method="SETUP", uri=f"{base}/{track}", version="RTSP/1.0", cseq=1, headers=headers)
        facts = StreamFacts(description=b"", ssrc=1, has_sound=has_sound)
        step = answer(state, request, streams={"/cam/main": facts}.get, new_session="S")
        return step.state, step.response.status

    state, status = set_up(State(), "trackID=0", "0-1", has_sound=True)
    assert (status, state.channels, state.sound_channels) == (Status.OK, (0, 1), None)
    assert set_up(state, "trackID=1", "2-3", has_sound=False) == (state, Status.NOT_FOUND)
    state, status = set_up(state, "trackID=1", "2-3", has_sound=True)
    assert (status, state.channels, state.sound_channels) == (Status.OK, (0, 1), (2, 3))
