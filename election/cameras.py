"""`cameras.toml`: where each station's camera is reached. Private; passwords only by reference."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from election import toml_file, unreadable
from election.camera_address import RELAYED, camera_address
from election.errors import Fault, InputError
from election.ids import Rendition, StationId, parse_station_id
from election.privacy_mask import PrivacyMask, read_mask
from election.secret import Secret
from election.wording import ended, say

FILE_NAME = "cameras.toml"
_REFERENCE = say('write either {{ env = "NAME" }} or {{ file = "path" }}')


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PasswordReference(_Table):
    """Where a password is found: an environment variable or a file that holds nothing else."""

    env: str | None = Field(default=None, min_length=1)
    file: str | None = Field(default=None, min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _is_a_reference(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise ValueError(say("is never written here itself; {example}", example=_REFERENCE))  # noqa: TRY004 - a fault of the file
        return value

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError(_REFERENCE)
        return self

    def resolve(self, environment: Mapping[str, str], folder: Path) -> Secret:
        """Return the password; raise `ValueError` with a sentence when it is not there.

        A relative `file` is taken from `folder`, the folder of `cameras.toml`.
        """
        if self.env is not None:
            value = environment.get(self.env)
            if not value:
                if value is None:
                    raise ValueError(
                        say("the environment variable {name} is not set; set it to the password", name=self.env)
                    )
                raise ValueError(say("the environment variable {name} is empty; set it to the password", name=self.env))
            return Secret(value)
        path = folder / (self.file or "")
        try:
            found = path.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise ValueError(
                say("the secret file {path} cannot be read: {reason}", path=path, reason=unreadable.reason(error))
            ) from None
        except UnicodeDecodeError:
            raise ValueError(
                say("the secret file {path} is not UTF-8; save it again and choose the encoding UTF-8", path=path)
            ) from None
        except ValueError as error:  # a path with a zero in it
            raise ValueError(say("the secret file cannot be read: {reason}", reason=unreadable.reason(error))) from None
        if not found:
            raise ValueError(say("the secret file {path} is empty; write the password into it", path=path))
        if "\n" in found:
            raise ValueError(say("the secret file {path} has several lines; it holds the password alone", path=path))
        return Secret(found)


class CameraTable(_Table):
    """One camera: `[[camera]]`."""

    station: str
    main: str
    sub: str | None = None
    user: str | None = Field(default=None, min_length=1)
    password: PasswordReference | None = None
    ca: str | None = Field(default=None, min_length=1)
    """File with the certificates (PEM) of whoever signed an `rtsps://` camera's own; without it none is checked."""
    mask: str | None = Field(default=None, min_length=1)
    """File that says what of the picture is covered (`election.privacy_mask`); without it the camera does not start."""

    @field_validator("station")
    @classmethod
    def _is_a_station(cls, text: str) -> str:
        return parse_station_id(text)

    @field_validator("main", "sub")
    @classmethod
    def _is_a_camera_address(cls, url: str | None) -> str | None:
        return None if url is None else camera_address(url)

    @field_validator("user")
    @classmethod
    def _holds_no_password(cls, user: str | None) -> str | None:
        if user is not None and ":" in user:  # RFC 7617 2: what follows it would be the password
            raise ValueError(say("holds a colon, which no user has; write a password as password = {{ env = … }}"))
        return user

    @model_validator(mode="after")
    def _password_has_a_user(self) -> Self:
        if self.password is not None and self.user is None:
            raise ValueError(say("a password needs a user beside it; add user"))
        schemes = {urlsplit(url).scheme for url in (self.main, self.sub) if url is not None}
        if self.user is not None and not schemes <= RELAYED:
            raise ValueError(say("user and password are given to rtsp:// and rtsps:// cameras only; remove them"))
        if self.ca is not None and "rtsps" not in schemes:
            raise ValueError(say("ca is for rtsps:// cameras; remove it"))
        return self


class CamerasFile(_Table):
    """The whole of `cameras.toml`."""

    camera: list[CameraTable] = Field(min_length=1)


class Source(_Table):
    """One stream of one camera, ready to be opened."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    station: StationId
    rendition: Rendition
    url: str
    """Such as `rtsp://host:port/path`, without user and password."""
    user: str | None
    password: Secret | None
    ca: Path | None = None
    """Who may have signed the camera's certificate; None trusts any, as most cameras sign their own."""
    mask: PrivacyMask | None = None
    """What is covered in every picture; None publishes the pictures as they are."""


def read_cameras(path: Path, environment: Mapping[str, str] = os.environ) -> tuple[Source, ...]:
    """Read `cameras.toml`; return its streams in the order of the station ids, main before sub.

    Raises `InputError` with every fault, also for passwords that cannot be found, for stations named twice, and for
    masks that are missing or wrong.
    """
    cameras, lines = _read_tables(path)
    faults: list[Fault] = []
    sources: list[Source] = []
    seen: dict[str, int] = {}
    for index, camera in enumerate(cameras):
        if camera.station in seen:
            message = say(
                "{station} stands already at camera {number}; remove one of them.",
                station=camera.station,
                number=seen[camera.station] + 1,
            )
            line = lines.get(("camera", index, "station"), 0)
            faults.append(Fault(file=path, line=line, field=f"camera[{index + 1}].station", message=message))
        seen.setdefault(camera.station, index)
        password = None
        if camera.password is not None:
            try:
                password = camera.password.resolve(environment, path.parent)
            except ValueError as error:
                line = lines.get(("camera", index, "password"), 0)
                field = f"camera[{index + 1}].password"
                faults.append(Fault(file=path, line=line, field=field, message=ended(error)))
        ca = None if camera.ca is None else path.parent / camera.ca
        if ca is not None and not _holds_certificates(ca):
            line = lines.get(("camera", index, "ca"), 0)
            message = say("{file} holds no certificates in PEM; name a file that does, or leave ca out.", file=ca)
            faults.append(Fault(file=path, line=line, field=f"camera[{index + 1}].ca", message=message))
        mask = None
        if camera.mask is not None:
            try:
                mask = read_mask(path.parent / camera.mask)
            except InputError as error:
                line = lines.get(("camera", index, "mask"), 0)
                faults += (_mask_fault(fault, path, line, f"camera[{index + 1}].mask") for fault in error.faults)
        for rendition, url in ((Rendition.MAIN, camera.main), (Rendition.SUB, camera.sub)):
            if url is not None:
                sources.append(
                    Source(
                        station=StationId(camera.station),
                        rendition=rendition,
                        url=url,
                        user=camera.user,
                        password=password,
                        ca=ca,
                        mask=mask,
                    )
                )
    if faults:
        raise InputError(*faults)
    return tuple(sorted(sources, key=lambda source: (source.station, source.rendition)))


def read_lines(path: Path) -> Mapping[StationId, int]:
    """Read on which line of `cameras.toml` each station's camera stands. Raises `InputError`."""
    cameras, lines = _read_tables(path)
    return {
        StationId(camera.station): lines.get(("camera", index, "station"), 0) for index, camera in enumerate(cameras)
    }


def read_stations(path: Path) -> frozenset[StationId]:
    """Read which stations have a camera in `cameras.toml`; their passwords need not be at hand. Raises `InputError`."""
    return frozenset(StationId(camera.station) for camera in _read_tables(path)[0])


def _read_tables(path: Path) -> tuple[list[CameraTable], Mapping[toml_file.Location, int]]:
    table, lines = toml_file.read_table(path)
    try:
        return CamerasFile.model_validate(table).camera, lines
    except ValidationError as error:
        raise InputError(*toml_file.faults_of(error, path, lines, CamerasFile)) from None


def _holds_certificates(file: Path) -> bool:
    try:
        return "-----BEGIN CERTIFICATE-----" in file.read_text(encoding="ascii", errors="replace")
    except (OSError, ValueError):  # the latter for a path with a zero in it
        return False


def _mask_fault(fault: Fault, path: Path, line: int, field: str) -> Fault:
    """Return a fault of a mask file; of one that cannot be read at all where `cameras.toml` names it."""
    if fault.line or fault.field:
        return fault
    message = say(
        "the mask {file}: {fault} Without it the camera does not start.", file=fault.file, fault=fault.message
    )
    return Fault(file=path, line=line, field=field, message=message)
