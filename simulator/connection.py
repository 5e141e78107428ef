"""One client's connection: bytes in, requests answered, media out."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Protocol

from simulator import dialogue, microphone, rtsp_message, sdp
from simulator.authentication import Access, Verdict
from simulator.conduct import Conduct, Endless, Filter, NoAnswer, Reply, Wire
from simulator.dialogue import Action, State, StreamFacts
from simulator.feed import Feed
from simulator.outlet import Outlet
from simulator.rtsp_message import Interleaved, MalformedRequest, Request, Response, Status
from simulator.sound import Sound

_PRODUCT = ("Server", "Pollcast simulated camera")
_UNSENT_BYTES = 2 * 1024 * 1024
"""A client that lets more wait than this is dropped."""
_HELD_BACK_BYTES = 8 * 1024
"""Where bytes leave at a pace, pictures that come while more than this waits are not sent."""
_ENDLESS_SECONDS = 0.01
_ENDLESS_UNSENT_BYTES = 64 * 1024


class Stream(Protocol):
    """What a connection needs of one camera's stream. It stays the same object while the camera is restarted."""

    @property
    def facts(self) -> StreamFacts:
        """What the dialogue needs."""

    @property
    def feed(self) -> Feed:
        """Where its media comes from at present."""

    @property
    def conduct(self) -> Conduct:
        """How its camera behaves at present."""

    @property
    def sound(self) -> Sound | None:
        """What its microphone hears, None where there is none."""


class Connection(asyncio.Protocol):
    """The server's end of one connection; also the viewer of a feed."""

    def __init__(
        self, *, access: Access, streams: Callable[[str], Stream | None], on_end: Callable[[Connection], None]
    ) -> None:
        self.rtp_channel = 0
        self.rtcp_channel = 1
        self.stream: Stream | None = None
        """What is being watched or set up."""
        self._access = access
        self._streams = streams
        self._on_end = on_end
        self._nonce = secrets.token_hex(16)
        self._state = State()
        self._buffer = bytearray()
        self._feed: Feed | None = None
        self._microphone: asyncio.Task[None] | None = None
        self._filter: tuple[Conduct, Filter] | None = None
        self._endless: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._silence: asyncio.TimerHandle | None = None

    @property
    def playing(self) -> bool:
        """Whether media is being sent."""
        return self._feed is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("a connection that is not a stream")
        self._transport = transport
        self._outlet = Outlet(transport, self._pace)
        self._watch_silence()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._stop_media()
        self._outlet.close()
        for timer in (self._silence, self._endless):
            if timer is not None:
                timer.cancel()
        self._on_end(self)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._heard = self._loop.time()
        self._buffer += data
        try:
            while not self._transport.is_closing() and (item := rtsp_message.take(self._buffer)) is not None:
                if isinstance(item, Interleaved):
                    continue  # a receiver report: that the client lives is all we want to know
                self._answer(item)
        except MalformedRequest:
            self._buffer.clear()
            self._write(Response(status=Status.BAD_REQUEST, cseq=None))
            self._transport.close()

    def deliver(self, data: bytes) -> None:
        """Send media, or drop the client if it does not take what it got before."""
        if self._transport.is_closing() or self.stream is None:
            return
        if self._transport.get_write_buffer_size() > _UNSENT_BYTES:
            self._transport.abort()
            return
        conduct = self.stream.conduct
        if self._filter is None or self._filter[0] is not conduct:
            wire = Wire(ssrc=self.stream.facts.ssrc, rtp_channel=self.rtp_channel, rtcp_channel=self.rtcp_channel)
            self._filter = (conduct, conduct.towards(wire))
        if (data := self._filter[1](data)) and self._outlet.waiting <= _HELD_BACK_BYTES:
            self._outlet.send(data)

    def follow(self, feed: Feed) -> None:
        """Know that what is being watched comes from another feed now."""
        self._feed = feed

    def hang_up(self) -> None:
        """Close at once, leaving unsent what is unsent."""
        self._stop_media()
        self._transport.abort()

    def _answer(self, request: Request) -> None:
        stream = self._streams(dialogue.stream_path(request.path)) or self.stream
        usual = None if request.method == "OPTIONS" else self._challenge(request)
        step = None
        if usual is None:
            step = dialogue.answer(self._state, request, streams=self._facts, new_session=secrets.token_hex(8).upper())
            usual = step.response
        if stream is not None:
            reply = stream.conduct.answer(request, usual)
            if reply is not usual:
                self.stream = self.stream or stream
                self._answer_otherwise(reply, stream)
                return
        if step is None:
            self._write(usual)
            return
        self._take(step, stream, request)

    def _answer_otherwise(self, reply: Reply, stream: Stream) -> None:
        match reply:
            case Response():
                self._write(reply)
            case Endless():
                self._write(reply.response)
                self._transport.write(reply.start)
                self._go_on(reply.more, stream, stream.conduct)
            case None:
                self.hang_up()
            case NoAnswer():
                pass

    def _go_on(self, more: bytes, stream: Stream, conduct: Conduct) -> None:
        """Send `more` again and again, as fast as it is read, and hang up when the camera behaves in another way."""
        if stream.conduct is not conduct:
            self.hang_up()
            return
        if self._transport.get_write_buffer_size() < _ENDLESS_UNSENT_BYTES:
            self._transport.write(more)
        self._endless = self._loop.call_later(_ENDLESS_SECONDS, self._go_on, more, stream, conduct)

    def _take(self, step: dialogue.Step, stream: Stream | None, request: Request) -> None:
        self._state = step.state
        self.rtp_channel, self.rtcp_channel = step.state.channels
        self.stream = self._streams(step.state.stream) or stream
        response = step.response
        if step.action is Action.STOP:
            self._stop_media()
        if step.action is Action.PLAY and self.stream is not None:
            self._feed = self.stream.feed
            entry = self._feed.add(self)
            track = request.uri.partition("?")[0].rstrip("/").removesuffix(f"/{sdp.TRACK}") + f"/{sdp.TRACK}"
            sequence = "" if entry.sequence is None else f";seq={entry.sequence}"
            response = response.adding("RTP-Info", f"url={track}{sequence};rtptime={entry.timestamp}")
            self._listen(self.stream, step.state.sound_channels)
        self._write(response)

    def _listen(self, stream: Stream, channels: tuple[int, int] | None) -> None:
        if channels is not None and stream.sound is not None:
            sending = microphone.send(
                stream.sound, self.deliver, channels=channels, is_mute=lambda: stream.conduct.mutes
            )
            self._microphone = asyncio.create_task(sending)

    def _challenge(self, request: Request) -> Response | None:
        """Return the refusal of a request without the right credentials, None if it has them."""
        verdict = self._access.judge(request, self._nonce)
        if verdict is Verdict.ADMITTED:
            return None
        challenge = self._access.challenge(self._nonce, stale=verdict is Verdict.STALE)
        return Response(status=Status.UNAUTHORIZED, cseq=request.cseq, headers=(("WWW-Authenticate", challenge),))

    def _facts(self, path: str) -> StreamFacts | None:
        stream = self._streams(path)
        return None if stream is None else stream.facts

    def _write(self, response: Response) -> None:
        self._outlet.send(response.adding(*_PRODUCT).format())

    def _pace(self) -> float | None:
        return None if self.stream is None else self.stream.conduct.bytes_per_second

    def _stop_media(self) -> None:
        if self._feed is not None:
            self._feed.remove(self)
            self._feed = None
        if self._microphone is not None:
            self._microphone.cancel()
            self._microphone = None

    def _watch_silence(self) -> None:
        """Hang up on a client that sent nothing for a session's time, and look again when that could be."""
        if self.stream is not None and not self.stream.conduct.hears:
            self._heard = self._loop.time()
        left = self._heard + dialogue.SESSION_SECONDS - self._loop.time()
        if left <= 0:
            self.hang_up()
        else:
            self._silence = self._loop.call_later(left, self._watch_silence)
