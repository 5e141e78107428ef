"""Initialisation segments as they are published: named as browsers want it, and true to what the camera sends. Pure."""

from __future__ import annotations

from upload.boxes import MediaError, changed, only
from upload.coding import describing
from upload.fmp4 import CODECS, CONFIGURATIONS, ENTRY_FIELDS, read_init
from upload.parameter_sets import Codec, PictureFormat

_TO_ENTRIES = (((b"moov",), 0), ((b"trak",), 0), ((b"mdia",), 0), ((b"minf",), 0), ((b"stbl",), 0), ((b"stsd",), 8))


def as_hvc1(body: bytes) -> bytes:
    """Return an initialisation segment in which H.265 goes by the name `hvc1`, under which alone all browsers play it.

    A recorder's program keeps the parameter sets in the stream under the name `hev1` only; without them nobody
    would notice that they change. Decoders take those in the stream and those in front of it, which are the same.
    """
    if b"hev1" not in body:
        return body
    return changed(body, (*_TO_ENTRIES, ((b"hev1",), 0)), lambda _, content: (b"hvc1", content))


def described_by(body: bytes, sets: frozenset[bytes]) -> bytes:
    """Return an initialisation segment that says `sets`; raise `MediaError` if they cannot be read.

    For cameras that announce other parameter sets than they send.
    """
    codec = read_init(body).codec
    entries = tuple(name for name, each in CODECS.items() if each is codec)
    forms: list[PictureFormat] = []

    def configuration(kind: bytes, content: bytes) -> tuple[bytes, bytes]:
        new, form = _describing(sets, content, codec)
        forms.append(form)
        return kind, new

    body = changed(body, (*_TO_ENTRIES, (entries, ENTRY_FIELDS), ((CONFIGURATIONS[codec],), 0)), configuration)
    size = forms[0].width.to_bytes(2, "big") + forms[0].height.to_bytes(2, "big")
    body = changed(body, (*_TO_ENTRIES, (entries, 0)), lambda kind, content: (kind, content[:24] + size + content[28:]))
    return changed(body, (((b"moov",), 0), ((b"trak",), 0)), lambda kind, content: (kind, _sized(content, forms[0])))


def _describing(sets: frozenset[bytes], old: bytes, codec: Codec) -> tuple[bytes, PictureFormat]:
    try:
        return describing(sets, old, codec)
    except (ValueError, StopIteration) as error:
        raise MediaError(f"parameter sets that cannot be read: {error}") from None


def _sized(trak: bytes, form: PictureFormat) -> bytes:
    """Set a video track's size in its header, whose last two fields it is (14496-12 8.3.2)."""
    if only(trak, b"mdia", b"hdlr")[8:12] != b"vide":
        return trak
    size = (form.width << 16).to_bytes(4, "big") + (form.height << 16).to_bytes(4, "big")
    return changed(trak, (((b"tkhd",), 0),), lambda kind, content: (kind, content[:-8] + size))
