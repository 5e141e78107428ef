"""What a camera's microphone hears, encoded once: a tone, as RTP payloads that repeat (RFC 3551, RFC 3640)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext

TONE_HZ = 440
_SECONDS = 1
_AAC_FRAME = 1024
_AAC_RATE = 16_000
_RATE = 8000
_PACKET_SAMPLES = 320
"""40 ms."""


class SoundCodec(StrEnum):
    """How a camera's sound is coded."""

    AAC = "aac"
    PCMU = "pcmu"
    PCMA = "pcma"
    G726 = "g726"
    L16 = "l16"


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A sound that repeats for ever."""

    payload_type: int
    clock_rate: int
    """Ticks a second."""
    ticks: int
    """Of one packet."""
    payloads: tuple[bytes, ...]
    attributes: tuple[str, ...]
    """Lines of its description."""


@functools.cache
def tone(codec: SoundCodec) -> Sound:
    """Return a tone in a codec."""
    if codec is SoundCodec.AAC:
        return _aac()
    payload_type, encoder, name, bits = {
        SoundCodec.PCMU: (0, "pcm_mulaw", "PCMU", 8),
        SoundCodec.PCMA: (8, "pcm_alaw", "PCMA", 8),
        SoundCodec.G726: (98, "g726le", "G726-32", 4),
        SoundCodec.L16: (99, "pcm_s16be", "L16", 16),
    }[codec]
    _, units = _encoded(encoder, _RATE, _PACKET_SAMPLES, "s16", lambda wave: (wave * 32_000).astype(np.int16))
    whole, size = b"".join(units), _PACKET_SAMPLES * bits // 8
    return Sound(
        payload_type=payload_type,
        clock_rate=_RATE,
        ticks=_PACKET_SAMPLES,
        payloads=tuple(whole[at : at + size] for at in range(0, len(whole) - size + 1, size)),
        attributes=(f"a=rtpmap:{payload_type} {name}/{_RATE}/1",),
    )


def _aac() -> Sound:
    """Return AAC in the mode AAC-hbr: one access unit a packet, behind its header (RFC 3640 3.3.6)."""
    context, units = _encoded("aac", _AAC_RATE, _AAC_FRAME, "fltp", lambda wave: wave.astype(np.float32))
    configuration = (context.extradata or b"").hex().upper()
    return Sound(
        payload_type=97,
        clock_rate=_AAC_RATE,
        ticks=_AAC_FRAME,
        payloads=tuple((16).to_bytes(2, "big") + (len(unit) << 3).to_bytes(2, "big") + unit for unit in units),
        attributes=(
            f"a=rtpmap:97 MPEG4-GENERIC/{_AAC_RATE}/1",
            "a=fmtp:97 streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3"
            f";config={configuration}",
        ),
    )


Samples = np.ndarray[tuple[int, ...], np.dtype[np.floating]]


def _encoded(
    encoder: str,
    rate: int,
    samples: int,
    form: str,
    scaled: Callable[[Samples], np.ndarray],
) -> tuple[AudioCodecContext, list[bytes]]:
    """Return an encoder and a second of the tone from it, packet by packet."""
    context = av.CodecContext.create(encoder, "w")
    if not isinstance(context, AudioCodecContext):
        raise TypeError(f"{encoder} is not an encoder of sound")
    context.sample_rate, context.layout, context.format = rate, "mono", form
    if encoder.startswith("g726"):
        context.bit_rate = 32_000
    context.open()
    packets = []
    for number in range(_SECONDS * rate // samples + 1):
        times = (np.arange(samples) + number * samples) / rate
        frame = av.AudioFrame.from_ndarray(
            scaled(0.5 * np.sin(2 * np.pi * TONE_HZ * times)).reshape(1, -1), format=form, layout="mono"
        )
        frame.sample_rate, frame.pts = rate, number * samples
        packets += [bytes(packet) for packet in context.encode(frame)]
    return context, packets
