"""A value that is kept as bytes until somebody looks at it: so what is only handed on costs almost nothing."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Packed(Generic[Value]):
    """A value, packed. Two are equal if their bytes are.

    When it is pickled itself its bytes stand beside the pickle, out of band (PEP 574): they are copied nowhere.
    """

    __slots__ = ("_bytes", "_unpacked")

    def __init__(self, packed: bytes | memoryview) -> None:
        """Take what `of` packed."""
        self._bytes = packed
        self._unpacked: list[Value] = []

    @classmethod
    def of(cls, value: Value) -> Packed[Value]:
        """Pack a value."""
        return cls(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))

    @property
    def value(self) -> Value:
        """The value, unpacked when it is asked for the first time."""
        if not self._unpacked:
            self._unpacked.append(pickle.loads(self._bytes))  # noqa: S301 - `of` packed it
        return self._unpacked[0]

    def __eq__(self, other: object) -> bool:
        """Whether the other one's bytes are the same."""
        return isinstance(other, Packed) and self._bytes == other._bytes

    __hash__ = None  # type: ignore[assignment] # a value may have none

    def __reduce_ex__(self, _protocol: object) -> tuple[Callable[..., Packed[Value]], tuple[pickle.PickleBuffer]]:
        """Leave out what was unpacked."""
        return Packed, (pickle.PickleBuffer(self._bytes),)


def pack(value: object) -> list[bytes | memoryview]:
    """Return a value as bytes, and after it those of each `Packed` in it."""
    beside: list[pickle.PickleBuffer] = []
    head = pickle.dumps(value, pickle.HIGHEST_PROTOCOL, buffer_callback=beside.append)
    return [head, *(each.raw() for each in beside)]


def unpack(parts: list[memoryview]) -> object:
    """Return what `pack` packed: what is `Packed` in it keeps these bytes."""
    return pickle.loads(parts[0], buffers=parts[1:])  # noqa: S301 - the same program packed it
