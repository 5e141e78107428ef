"""The way to the cameras: a relay on loopback that recorders connect to instead of the camera.

A recorder's program is given `rtsp://127.0.0.1:<port>/<token>/camera`, which stands for the camera's address: many
cameras want a password in its path, and what is given to a program anyone on the machine may read. The relay connects
to the camera's own address and port, whatever the camera answers: redirects are refused, addresses in headers and in
the SDP are rewritten to `/<token>/at/<path>`, and user and password are added here. After PLAY the media flows through
untouched, about half a second of it at a time so that a thousand cameras cost little.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from election.cameras import Source
from upload.hearing import Heard
from upload.recorder import Stopped, StopReason
from upload.rtsp_message import Authenticator, Message, RtspError, take_message
from upload.sound_offer import SoundTrack

CONNECT_SECONDS = 10.0
DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322}
HIGHEST_WAKE_BYTES = 256 * 1024
WAKES_A_SECOND = 2
_INTERLEAVED = 0x24
"""`$`, the first byte of an interleaved frame (RFC 2326 10.12)."""
_URL = re.compile(rb"rtsps?://[^\s\"';,]+", re.IGNORECASE)
_CAMERA, _AT = "/camera", "/at"
"""What stands for the camera's whole address, and for any path on the camera."""
_ADDRESS_HEADERS = {"content-base", "content-location", "rtp-info"}


@dataclass
class Passage:
    """One way to one camera; give `url` to the recorder's program, close it when the recording is over."""

    source: Source
    url: str
    failure: Stopped | None = None
    """Why the camera could not be reached or was left, where the relay knows."""
    token: str = ""
    bytes_received: int = 0
    heard: Heard = field(default_factory=Heard)
    sessions: set[_RecorderSide] = field(default_factory=set)


class Relay:
    """Serves all recorders of one packager."""

    def __init__(self) -> None:
        self._passages: dict[str, Passage] = {}
        self._sides: set[_RecorderSide] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port of loopback."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _RecorderSide(self._passages, self._sides), "127.0.0.1", 0)

    async def close(self) -> None:
        """Close every connection."""
        self._passages.clear()
        for side in list(self._sides):
            side.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def enter(self, source: Source) -> Passage:
        """Open a way to a camera; its token is known to nobody else."""
        if self._server is None:
            raise RuntimeError("the relay has not been started")
        port = self._server.sockets[0].getsockname()[1]
        token = secrets.token_urlsafe(12)
        passage = Passage(source=source, url=f"rtsp://127.0.0.1:{port}/{token}{_CAMERA}", token=token)
        self._passages[token] = passage
        return passage

    def leave(self, passage: Passage) -> None:
        """Close a way and the connections that use it."""
        self._passages.pop(passage.token, None)
        for side in list(passage.sessions):
            side.close()


class _RecorderSide(asyncio.Protocol):
    """The connection of a recorder's program: requests are rewritten and passed on to the camera."""

    transport: asyncio.Transport

    def __init__(self, passages: dict[str, Passage], sides: set[_RecorderSide]) -> None:
        self._passages = passages
        self._sides = sides
        self._buffer = bytearray()
        self._pending: list[Message | bytes] = []
        self._connecting: asyncio.Task[None] | None = None
        self.passage: Passage | None = None
        self.camera: _CameraSide | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - TCP servers make no other
        self.transport = transport
        self._sides.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._sides.discard(self)
        if self._connecting is not None:
            self._connecting.cancel()
        if self.camera is not None:
            self.camera.leave()
        if self.passage is not None:
            self.passage.sessions.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            while self._buffer:
                if self._buffer[0] == _INTERLEAVED:
                    size = 4 + int.from_bytes(self._buffer[2:4], "big")
                    if len(self._buffer) < max(4, size):
                        return
                    self._pass_on(bytes(self._buffer[:size]))
                    del self._buffer[:size]
                    continue
                message = take_message(self._buffer)
                if message is None:
                    return
                _require_request(message)
                if self.passage is None and not self._find_passage(message):
                    return
                self._pass_on(message)
        except RtspError:
            self.close()

    def pause_writing(self) -> None:
        if self.camera is not None:
            self.camera.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.camera is not None:
            self.camera.transport.resume_reading()

    def close(self) -> None:
        """Drop the recorder's program."""
        self.transport.abort()

    def _find_passage(self, message: Message) -> bool:
        token = urlsplit(message.first_line.split(" ")[1]).path.lstrip("/").split("/")[0]
        passage = self._passages.get(token)
        if passage is None:
            self.close()
            return False
        self.passage = passage
        passage.sessions.add(self)
        self._connecting = asyncio.create_task(self._connect(passage))
        return True

    async def _connect(self, passage: Passage) -> None:
        parts = urlsplit(passage.source.url)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, camera = await loop.create_connection(
                    lambda: _CameraSide(self, passage),
                    parts.hostname or "",
                    parts.port or DEFAULT_PORTS[parts.scheme],
                    ssl=_tls(passage.source) if parts.scheme == "rtsps" else None,
                )
        except ssl.SSLCertVerificationError as error:
            detail = f"The camera's certificate is not signed by whom ca names: {error.verify_message}."
            passage.failure = Stopped(reason=StopReason.UNAUTHORIZED, detail=detail)
            self.close()
            return
        except (OSError, TimeoutError) as error:
            reason = "did not answer" if isinstance(error, TimeoutError) else f"refused: {error.strerror or error}"
            passage.failure = Stopped(reason=StopReason.REFUSED, detail=f"The camera's address {reason}.")
            self.close()
            return
        self.camera = camera
        for item in self._pending:
            self._pass_on(item)
        self._pending.clear()

    def _pass_on(self, item: Message | bytes) -> None:
        if self.camera is None:
            self._pending.append(item)
        elif isinstance(item, bytes):
            self.camera.transport.write(item)
        else:
            self.camera.request(item)


@dataclass(kw_only=True)
class _Request:
    """A request under way to the camera."""

    recorder_cseq: int
    method: str
    message: Message
    answered_challenge: bool


class _CameraSide(asyncio.Protocol):
    """The connection to a camera: responses are rewritten and passed back, media goes through as it is."""

    transport: asyncio.Transport

    def __init__(self, recorder: _RecorderSide, passage: Passage) -> None:
        self._recorder = recorder
        self._passage = passage
        source = passage.source
        self._authenticator = (
            Authenticator(source.user, source.password.reveal() if source.password else "") if source.user else None
        )
        self._relay_prefix = passage.url.removesuffix(_CAMERA)
        self._camera_url, self._camera_prefix = source.url, "{0.scheme}://{0.netloc}".format(urlsplit(source.url))
        self._under_way: dict[int, _Request] = {}
        self._next_cseq = 1
        self._text = bytearray()
        self._frame_rest = 0
        self._sound = SoundTrack(passage.heard)
        self._wake_bytes = 1
        self._counted_from = 0.0
        self._counted_bytes = 0
        self._recorder_has_gone = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - TCP connections are no other
        self.transport = transport

    def leave(self) -> None:
        """The recorder has gone: drop the camera, which is not to blame."""
        self._recorder_has_gone = True
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._passage.failure is None and not self._recorder_has_gone:
            self._passage.failure = Stopped(reason=StopReason.ENDED, detail="The camera closed the connection.")
        # What was received is flushed to the recorder first, so that it can finish its last segment.
        self._recorder.transport.close()

    def request(self, message: Message, *, answered_challenge: bool = False) -> None:
        """Send a recorder's request to the camera, with our sequence number and credentials."""
        method, url, *version = message.first_line.split(" ")
        uri = self._to_camera(url)
        headers = [(name, value) for name, value in message.headers if name.lower() not in {"cseq", "authorization"}]
        cseq, self._next_cseq = self._next_cseq, self._next_cseq + 1
        headers.insert(0, ("CSeq", str(cseq)))
        if self._authenticator is not None:
            authorization = self._authenticator.authorization(method, uri)
            if authorization is not None:
                headers.append(("Authorization", authorization))
        self._under_way[cseq] = _Request(
            recorder_cseq=message.cseq, method=method, message=message, answered_challenge=answered_challenge
        )
        outgoing = Message(first_line=" ".join([method, uri, *version]), headers=tuple(headers), body=message.body)
        self.transport.write(outgoing.format())

    def data_received(self, data: bytes) -> None:
        self._passage.bytes_received += len(data)
        self._passage.heard.received = asyncio.get_running_loop().time()
        try:
            if self._text:
                data = bytes(self._text) + data
                self._text.clear()
            self._walk(data)
        except RtspError as error:
            self._fail(StopReason.FAILED, f"The camera does not speak RTSP: {error}.")
        self._tune(len(data))

    def _walk(self, data: bytes) -> None:
        """Step over interleaved frames; take out the responses between them."""
        position, size = self._frame_rest, len(data)
        while position < size:
            if data[position] == _INTERLEAVED:
                if position + 4 > size:
                    break
                if data[position + 1] == self._sound.channel:
                    self._passage.heard.hear(asyncio.get_running_loop().time())
                position += 4 + (data[position + 2] << 8 | data[position + 3])
                continue
            rest = bytearray(data[position:])
            message = take_message(rest)
            if message is None:
                break
            self._media(data[:position])
            self._response(message)
            data = bytes(rest)
            position, size = 0, len(data)
        self._frame_rest = max(0, position - size)
        self._media(data[:position])
        self._text += data[position:]

    def _media(self, data: bytes) -> None:
        if data:
            self._recorder.transport.write(data)

    def _response(self, message: Message) -> None:
        if not message.first_line.startswith("RTSP/"):
            return  # a camera's own request, such as OPTIONS to see whether we live: ignoring it is allowed
        request = self._under_way.pop(message.cseq, None)
        if request is None:
            return
        status = message.status
        may_answer = status == 401 and not request.answered_challenge and self._authenticator is not None
        if may_answer and self._authenticator and self._authenticator.challenged(message):
            self.request(request.message, answered_challenge=True)
            return
        if status in {401, 403}:
            wrong = "wrong" if self._authenticator else "needed, and none is configured"
            self._fail(StopReason.UNAUTHORIZED, f"The camera says user or password is {wrong} ({status}).")
        elif 300 <= status < 400:
            self._fail(StopReason.REDIRECTED, f"The camera points to another address ({status}); not followed.")
        elif status in {404, 454} and request.method == "DESCRIBE":
            self._fail(StopReason.NOT_FOUND, f"The camera knows no such stream ({status}).")
        else:
            self._sound.answered(request.message, message, now=asyncio.get_running_loop().time())
            self._recorder.transport.write(self._to_recorder(message, request.recorder_cseq).format())

    def _to_camera(self, url: str) -> str:
        """Return the camera's address for one of ours, such as `…/camera/trackID=1`; others, such as `*`, unchanged."""
        if not url.startswith(self._relay_prefix):
            return url
        rest = url.removeprefix(self._relay_prefix)
        if rest.startswith(_CAMERA):
            return self._camera_url + rest.removeprefix(_CAMERA)
        return self._camera_prefix + rest.removeprefix(_AT)

    def _to_recorder(self, message: Message, cseq: int) -> Message:
        """Make every address in a response lead through the relay."""

        def through_relay(match: re.Match[bytes]) -> bytes:
            path = re.sub(rb"^rtsps?://[^/]*", b"", match[0], flags=re.IGNORECASE)
            return self._relay_prefix.encode() + _AT.encode() + path

        headers = []
        for name, value in message.headers:
            if name.lower() == "content-length":
                continue
            if name.lower() == "cseq":
                value = str(cseq)
            elif name.lower() in _ADDRESS_HEADERS:
                value = _URL.sub(through_relay, value.encode("utf-8", "surrogateescape")).decode(
                    "utf-8", "surrogateescape"
                )
            headers.append((name, value))
        body = _URL.sub(through_relay, message.body)
        if body:
            headers.append(("Content-Length", str(len(body))))
        return Message(first_line=message.first_line, headers=tuple(headers), body=body)

    def _fail(self, reason: StopReason, detail: str) -> None:
        self._passage.failure = Stopped(reason=reason, detail=detail)
        self._recorder.close()

    def _tune(self, received: int) -> None:
        """Wake for half a second of media at a time: fewer, larger reads cost less (SO_RCVLOWAT)."""
        now = asyncio.get_running_loop().time()
        self._counted_bytes += received
        elapsed = now - self._counted_from
        if elapsed < 2.0:
            return
        rate = self._counted_bytes / elapsed if self._counted_from else 0
        self._counted_from, self._counted_bytes = now, 0
        wake = max(1, min(HIGHEST_WAKE_BYTES, int(rate / WAKES_A_SECOND)))
        if not 0.7 < wake / self._wake_bytes < 1.4:
            self._wake_bytes = wake
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, wake)


def _require_request(message: Message) -> None:
    """Raise `RtspError` unless `message` is a request that can be passed on."""
    if len(message.first_line.split(" ")) != 3:
        raise RtspError("a request without method, address and version")
    _ = message.cseq


def _tls(source: Source) -> ssl.SSLContext:
    """Return how to speak TLS with a camera.

    Most cameras have signed their own certificate, for no name in particular: without `ca` none is checked, and TLS
    keeps out listeners but nobody who stands between. With it the certificate must be signed by one of those; its name
    is not compared, because a camera is reached by an address that its certificate seldom knows.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    if source.ca is None:
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(cafile=source.ca)
    return context
