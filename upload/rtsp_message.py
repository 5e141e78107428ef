"""RTSP messages and the client's side of authentication, as a relay needs them (RFC 2326, RFC 2617). Pure."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

MAX_HEAD = 16 * 1024
"""Bytes of a message's first line and headers; more is refused."""
MAX_BODY = 64 * 1024
"""Bytes of a message's body, such as an SDP; more is refused."""

_CHALLENGE_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


class RtspError(ValueError):
    """Bytes that are not RTSP, or more of them than is sane."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A request or a response."""

    first_line: str
    headers: tuple[tuple[str, str], ...]
    """Names as they came, in order."""
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all(self, name: str) -> list[str]:
        """Return every header of that name, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def status(self) -> int:
        """A response's status code."""
        parts = self.first_line.split(" ", 2)
        if len(parts) < 2 or not re.fullmatch(r"\d{3}", parts[1]):
            raise RtspError("a response without a status code")
        return int(parts[1])

    @property
    def cseq(self) -> int:
        """The sequence number that ties a response to its request."""
        value = self.header("CSeq") or ""
        if not re.fullmatch(r"\s*\d{1,9}\s*", value):
            raise RtspError("a message without CSeq")
        return int(value)

    def format(self) -> bytes:
        """Return the message's bytes."""
        head = "".join(f"{key}: {value}\r\n" for key, value in self.headers)
        return f"{self.first_line}\r\n{head}\r\n".encode("utf-8", "surrogateescape") + self.body


def take_message(buffer: bytearray) -> Message | None:
    """Remove one whole message from the front of `buffer` and return it; None if more bytes are needed."""
    end = buffer.find(b"\r\n\r\n", 0, MAX_HEAD)
    if end < 0:
        if len(buffer) >= MAX_HEAD:
            raise RtspError("the headers of a message do not end")
        return None
    first_line, *lines = buffer[:end].decode("utf-8", "surrogateescape").split("\r\n")
    if "RTSP/1.0" not in first_line:
        raise RtspError("a message that is not RTSP/1.0")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise RtspError("a header without a colon")
        headers.append((name.strip(), value.strip()))
    message = Message(first_line=first_line, headers=tuple(headers), body=b"")
    length_text = message.header("Content-Length") or "0"
    if not re.fullmatch(r"\d{1,9}", length_text) or int(length_text) > MAX_BODY:
        raise RtspError(f"a body of {length_text[:20]} bytes")
    total = end + 4 + int(length_text)
    if len(buffer) < total:
        return None
    body = bytes(buffer[end + 4 : total])
    del buffer[:total]
    return Message(first_line=first_line, headers=message.headers, body=body)


@dataclass
class Authenticator:
    """Answers a camera's challenges for one user."""

    user: str
    password: str
    _challenge: Mapping[str, str] | None = None
    _basic: bool = False
    _count: int = 0

    def __repr__(self) -> str:
        return "Authenticator(***)"

    def challenged(self, response: Message) -> bool:
        """Take in a 401 response; return whether there is a scheme we can answer. Digest is preferred to Basic."""
        challenges = response.all("WWW-Authenticate")
        for challenge in challenges:
            scheme, _, rest = challenge.partition(" ")
            parameters = {name.lower(): quoted or plain for name, quoted, plain in _CHALLENGE_PARAMETER.findall(rest)}
            if scheme.lower() == "digest" and parameters.get("algorithm", "MD5").upper() in {"MD5", "SHA-256"}:
                self._challenge, self._basic = parameters, False
                return "nonce" in parameters
        self._basic = any(challenge.lower().startswith("basic") for challenge in challenges)
        return self._basic

    def authorization(self, method: str, uri: str) -> str | None:
        """Return the value of the Authorization header of a request, None before any challenge."""
        if self._basic:
            token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return f"Basic {token}"
        if self._challenge is None:
            return None
        return self._digest(self._challenge, method, uri)

    def _digest(self, challenge: Mapping[str, str], method: str, uri: str) -> str:
        """RFC 2617 3.2.2; SHA-256 as in RFC 7616."""
        algorithm = challenge.get("algorithm", "MD5").upper()
        realm, nonce = challenge.get("realm", ""), challenge["nonce"]

        def digest(text: str) -> str:
            function = hashlib.sha256 if algorithm == "SHA-256" else hashlib.md5
            return function(text.encode()).hexdigest()

        secret = digest(f"{self.user}:{realm}:{self.password}")
        request = digest(f"{method}:{uri}")
        fields = [f'username="{self.user}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{uri}"']
        if "auth" in [option.strip() for option in challenge.get("qop", "").split(",")]:
            self._count += 1
            count, own = f"{self._count:08x}", digest(f"{nonce}:{self._count}")[:16]
            answer = digest(f"{secret}:{nonce}:{count}:{own}:auth:{request}")
            fields += ["qop=auth", f"nc={count}", f'cnonce="{own}"']
        else:
            answer = digest(f"{secret}:{nonce}:{request}")
        fields.append(f'response="{answer}"')
        if "algorithm" in challenge:
            fields.append(f"algorithm={algorithm}")
        if "opaque" in challenge:
            fields.append(f'opaque="{challenge["opaque"]}"')
        return "Digest " + ", ".join(fields)
