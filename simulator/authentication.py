"""Who may watch a camera: Basic and Digest, the server's side (RFC 2617). Pure: the nonce is given.

Digest is with MD5 and without qop, as many cameras have it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from enum import StrEnum

from election.secret import Secret
from simulator.rtsp_message import Request, path_of

_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))\s*(?:,|$)')


class Scheme(StrEnum):
    """How a camera asks for its password."""

    DIGEST = "digest"
    BASIC = "basic"
    NONE = "none"


class Verdict(StrEnum):
    """What became of a request's credentials."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    STALE = "stale"
    """Right in form, but for a nonce of another connection: the client may repeat without asking a person."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """The one user of a camera."""

    scheme: Scheme = Scheme.NONE
    user: str = ""
    password: Secret = field(default_factory=lambda: Secret(""))
    realm: str = "Simulated camera"

    def challenge(self, nonce: str, *, stale: bool = False) -> str:
        """Return the value of the WWW-Authenticate header."""
        if self.scheme is Scheme.BASIC:
            return f'Basic realm="{self.realm}"'
        return f'Digest realm="{self.realm}", nonce="{nonce}"' + (", stale=TRUE" if stale else "")

    def judge(self, request: Request, nonce: str) -> Verdict:
        """Decide on a request; `nonce` is the one this connection was challenged with."""
        if self.scheme is Scheme.NONE:
            return Verdict.ADMITTED
        scheme, _, rest = (request.header("Authorization") or "").partition(" ")
        if scheme.lower() != self.scheme:
            return Verdict.REFUSED
        if self.scheme is Scheme.BASIC:
            return Verdict.ADMITTED if self._basic_is_right(rest.strip()) else Verdict.REFUSED
        return self._judge_digest(request, rest, nonce)

    def _basic_is_right(self, token: str) -> bool:
        try:
            given = base64.b64decode(token, validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(given, f"{self.user}:{self.password.reveal()}".encode())

    def _judge_digest(self, request: Request, parameters: str, nonce: str) -> Verdict:
        """RFC 2617 3.2.2.1, the form without qop."""
        given = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(parameters)}
        if given.get("username") != self.user or given.get("realm") != self.realm:
            return Verdict.REFUSED
        if not _covers(given.get("uri", ""), request):
            return Verdict.REFUSED
        own = digest_answer(self, method=request.method, uri=given["uri"], nonce=given.get("nonce", ""))
        if not hmac.compare_digest(own.encode(), given.get("response", "").lower().encode()):
            return Verdict.REFUSED
        return Verdict.ADMITTED if given["nonce"] == nonce else Verdict.STALE


def digest_answer(access: Access, *, method: str, uri: str, nonce: str) -> str:
    """Return the `response` of a Digest: 32 hexadecimal digits."""
    secret = _md5(f"{access.user}:{access.realm}:{access.password.reveal()}")
    return _md5(f"{secret}:{nonce}:{_md5(f'{method}:{uri}')}")


def _covers(uri: str, request: Request) -> bool:
    """Say whether a digest for `uri` may stand for the request: its own address, or the one above (live555 does so)."""
    own, asked = path_of(uri), request.path
    return bool(own) and (own == asked or asked.startswith(own.rstrip("/") + "/"))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
