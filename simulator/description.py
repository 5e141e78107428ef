"""What a simulated camera is: its name, its picture, its two streams. No behaviour."""

from __future__ import annotations

from dataclasses import dataclass

from election.ids import Rendition
from simulator.sound import SoundCodec


@dataclass(frozen=True, kw_only=True)
class StreamFormat:
    """How a stream is encoded. Always H.264 without B-frames, as cameras do."""

    width: int
    height: int
    """Even numbers of pixels."""
    fps: int
    kbit: int
    """Mean bit rate in kbit/s."""
    gop_seconds: float
    """Seconds from one key picture to the next."""

    def __post_init__(self) -> None:
        """Refuse what no encoder takes."""
        if self.width < 160 or self.height < 90 or self.width % 2 or self.height % 2:
            raise ValueError(f"a picture of {self.width}x{self.height}; write even numbers, at least 160x90")
        if not 1 <= self.fps <= 60:
            raise ValueError(f"{self.fps} pictures a second; write 1 to 60")
        if self.kbit < 20:
            raise ValueError(f"{self.kbit} kbit/s; write at least 20")
        if not 1 <= self.gop_pictures <= 60 * self.fps:
            raise ValueError(f"a key picture every {self.gop_seconds:g} s; write one picture's time to 60 s")

    @property
    def gop_pictures(self) -> int:
        """Pictures from one key picture to the next."""
        return round(self.gop_seconds * self.fps)


MAIN = StreamFormat(width=1280, height=720, fps=15, kbit=1000, gop_seconds=2.0)
SUB = StreamFormat(width=640, height=360, fps=15, kbit=250, gop_seconds=2.0)


@dataclass(frozen=True, kw_only=True)
class CameraDescription:
    """One camera: streams at `/NAME/main` and `/NAME/sub`."""

    name: str
    room: int = 0
    """Which of the drawn rooms it looks at; taken modulo their number."""
    phase: int = 0
    """How many key pictures ahead of the others it is, so that cameras of one room do not move alike."""
    clock: bool = False
    """Whether it is encoded live with the time of day in the picture."""
    main: StreamFormat = MAIN
    sub: StreamFormat = SUB
    audio: SoundCodec | None = None
    """How its sound is coded; None for a camera without a microphone."""

    def format_of(self, rendition: Rendition) -> StreamFormat:
        """Return the format of one of the two streams."""
        return self.main if rendition is Rendition.MAIN else self.sub
