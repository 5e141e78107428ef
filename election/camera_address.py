"""Which addresses are cameras: everything else a media program could open is refused, with a sentence.

Private addresses are where cameras are. What is refused: files and whatever else a media program can open, this
machine's other services, the services that give machines of a cloud their credentials, ports of other services, and
secrets in an address that would show in the list of processes. Names are judged as they are written; where a name leads
to is for the network's own rules (docs/operators.md).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from election.wording import say

RELAYED = frozenset({"rtsp", "rtsps"})
"""Reached through the relay, which adds user and password and shows no address to anyone."""
SCHEMES = (*sorted(RELAYED), "srt", "rtmp", "http", "https")
LONGEST = 2048
_EXAMPLE = "rtsp://host:port/path"
_NO_NUMBERS = say("names a host by numbers that are no address; write four numbers from 0 to 255")
_FORBIDDEN = set("\\|\"'<>^`{}")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)
_IPV4 = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}")
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|\d+)", re.IGNORECASE)
_METADATA_NAMES = {
    *("metadata", "metadata.google.internal", "metadata.goog", "metadata.azure.com", "metadata.azure.internal"),
    *("metadata.packet.net", "metadata.platformequinix.com", "metadata.tencentyun.com", "instance-data"),
    *("instance-data.ec2.internal", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "rancher-metadata"),
}
_METADATA = {
    ipaddress.ip_address(text)
    for text in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254", "fd00:42::42")
}
_IN_IPV6 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))
"""IPv6 addresses whose last four bytes are an IPv4 address (RFC 6052, RFC 4291 2.5.5.1)."""
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
"""Addresses of hosts on the network one is in, whichever it is (RFC 1122 3.2.1.3)."""
_OTHER_SERVICES = {
    *(1, 7, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 67, 68, 69, 77, 79, 87, 88, 95, 101, 102, 103),
    *(104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 138, 139, 143, 161, 162, 179, 389, 427, 445, 465, 512),
    *(513, 514, 515, 526, 530, 531, 532, 540, 548, 563, 587, 593, 601, 623, 631, 636, 873, 989, 990, 993, 995, 1433),
    *(1521, 1723, 2049, 2375, 2376, 2379, 2380, 3260, 3306, 3389, 3659, 4045, 4369, 5432, 5672, 5900, 5984, 5985, 5986),
    *(6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 9042, 9092, 9200, 9300, 10250, 11211, 15672, 27017),
}
_SECRET_NAMES = re.compile(
    r"(?:^|[_-])(?:pass|passw|passwd|password|passphrase|pwd|pw|secret|token|auth|key|apikey|signature|sig|credential)s?$",
    re.IGNORECASE,
)
_SRT_PARAMETERS = {
    "mode": re.compile(r"caller|listener"),
    "latency": re.compile(r"\d{1,8}"),
    "streamid": re.compile(r"[\w./-]{1,200}", re.ASCII),
}
_SRT_EXAMPLES = {"mode": "caller", "latency": "200", "streamid": "hall/main"}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def camera_address(url: str) -> str:
    """Return `url` if a camera may be reached there, else raise `ValueError` with a sentence."""
    _require_printable(url)
    _require_scheme(url)
    _require_plain_text(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(say("is not an address; write {example}", example=_EXAMPLE)) from None
    if "@" in parts.netloc:
        raise ValueError(say("holds a user or password; write them as user and password = {{ env = … }}"))
    if "#" in url:
        raise ValueError(say("holds a #; write %23 if it belongs to the path"))
    listens = parts.scheme == "srt" and dict(parse_qsl(parts.query)).get("mode") == "listener"
    _require_host(parts, listens=listens)
    _require_port(parts, port)
    if parts.scheme not in RELAYED:
        _require_no_secret(parts)
    if parts.scheme == "srt":
        _require_srt(parts, port)
    return url


def _require_printable(url: str) -> None:
    if len(url) > LONGEST:
        raise ValueError(say("is longer than {most} characters; shorten it", most=LONGEST))
    if any(character.isspace() or ord(character) < 32 or ord(character) == 127 for character in url):
        raise ValueError(say("holds a space or control character; write a space as %20"))


def _require_scheme(url: str) -> None:
    if not url.startswith(tuple(f"{scheme}://" for scheme in SCHEMES)):
        found = re.match(r"[a-z][a-z0-9+.-]*(?=:)", url, re.IGNORECASE)
        kind = found[0][:40] if found else say("an address without a scheme")
        known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise ValueError(say("only {known} addresses are cameras, not {kind}", known=known, kind=kind))


def _require_plain_text(url: str) -> None:
    if not url.isascii():
        raise ValueError(
            say("holds a letter that addresses cannot have; write it as %… in the path, as xn--… in the host")
        )
    if found := sorted(_FORBIDDEN & set(url)):
        raise ValueError(
            say("holds the character {character}; write it as {code}", character=found[0], code=f"%{ord(found[0]):02X}")
        )
    if any(ord(character) < 32 or ord(character) == 127 for character in unquote(url)):
        raise ValueError(say("holds an encoded control character; remove it"))
    if re.search(r"%(?![0-9a-f]{2})", url, re.IGNORECASE):
        raise ValueError(say("holds a % that is not followed by two hexadecimal digits; write %25"))


def _require_host(parts: SplitResult, *, listens: bool) -> None:
    host = parts.hostname
    if not host:
        raise ValueError(say("names no host; write {example}", example=_EXAMPLE))
    if parts.netloc.startswith("["):
        _require_address(_ipv6(host), parts.scheme, listens=listens)
        return
    name = host.removesuffix(".")
    labels = name.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        # Programs read 127.1, 0x7f000001 and 0177.0.0.1 as addresses, each in its own way.
        if not _IPV4.fullmatch(host):
            raise ValueError(_NO_NUMBERS)
        try:
            address = ipaddress.IPv4Address(host)
        except ValueError:
            raise ValueError(_NO_NUMBERS) from None
        _require_address(address, parts.scheme, listens=listens)
        return
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(say("names a host that cannot be; write {example}", example=_EXAMPLE))
    if name in _METADATA_NAMES or name.startswith("metadata.") or name.endswith((".metadata", ".svc.cluster.local")):
        raise ValueError(
            say(
                "names {host}, which gives machines their credentials and is no camera; write the camera's own address",
                host=name,
            )
        )
    if name in {"localhost", "ip6-localhost", "ip6-loopback"} or name.endswith((".localhost", ".localdomain")):
        _require_address(ipaddress.IPv4Address("127.0.0.1"), parts.scheme, listens=listens)


def _ipv6(host: str) -> ipaddress.IPv6Address:
    if "%" in host:
        raise ValueError(say("names a network interface; write the address alone"))
    try:
        return ipaddress.IPv6Address(host)
    except ValueError:
        raise ValueError(say("is not an address; write {example}", example=_EXAMPLE)) from None


def _require_address(address: Address, scheme: str, *, listens: bool) -> None:
    address = _embedded(address)
    if listens and (address.is_unspecified or address.is_loopback):
        return  # where to listen, not where to connect to
    if address.is_link_local or address in _METADATA:
        raise ValueError(
            say(
                "names {host}, where clouds keep their machines' credentials; write the camera's own address",
                host=address,
            )
        )
    if (
        address.is_unspecified
        or address.is_multicast
        or (address.version == 4 and (address.is_reserved or address in _THIS_NETWORK))
    ):
        raise ValueError(
            say("names {host}, which is no single machine's address; write the camera's own", host=address)
        )
    if address.is_loopback and scheme not in RELAYED:
        raise ValueError(say("names this machine itself, where other services listen; only rtsp:// may"))


def _embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, else the address."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if any(address in network for network in _IN_IPV6) and int(address) > 1:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _require_port(parts: SplitResult, port: int | None) -> None:
    if port == 0 or (port is None and parts.netloc.endswith(":")):
        raise ValueError(say("names no port; write a number from 1 to 65535 after the colon, or leave the colon out"))
    if port in _OTHER_SERVICES:
        raise ValueError(
            say(
                "names port {port}, where another kind of service listens; cameras use 554, 322, 1935, 80, 443",
                port=port,
            )
        )


def _require_no_secret(parts: SplitResult) -> None:
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        if _SECRET_NAMES.search(name):
            raise ValueError(
                say(
                    "holds {name}, which would show in the list of processes; "
                    "only rtsp:// and rtsps:// may hold secrets",
                    name=name,
                )
            )


def _require_srt(parts: SplitResult, port: int | None) -> None:
    if port is None:
        raise ValueError(say("names no port; write srt://host:port"))
    if parts.path not in {"", "/"}:
        raise ValueError(say("holds a path, which SRT does not have; write ?streamid=…"))
    given: Mapping[str, str] = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name, value in given.items():
        if name not in _SRT_PARAMETERS:
            raise ValueError(say("holds the parameter {name}; mode, latency and streamid are known", name=name))
        if not _SRT_PARAMETERS[name].fullmatch(value):
            raise ValueError(
                say(
                    "holds {name}={value}; write for example {name}={right}",
                    name=name,
                    value=value[:40],
                    right=_SRT_EXAMPLES[name],
                )
            )
