"""What is packed costs nothing until somebody looks at it, and is the same afterwards."""

from __future__ import annotations

import pickle

import pytest

from builder import packed
from builder.packed import Packed


def test_a_packed_value_is_unpacked_once_and_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Packed.of({"034-012": ["Məktəb"]})
    first = kept.value
    assert first == {"034-012": ["Məktəb"]}
    monkeypatch.setattr(pickle, "loads", lambda *_: pytest.fail("it was unpacked again"))
    assert kept.value is first


def test_two_are_equal_if_their_bytes_are() -> None:
    assert Packed.of((1, "a")) == Packed.of((1, "a"))
    assert Packed.of((1, "a")) != Packed.of((1, "b"))
    assert Packed.of((1, "a")) != (1, "a")


def test_what_packed_values_hold_stands_beside_the_pickle_and_is_not_copied() -> None:
    heavy = "x" * 100_000
    parts = packed.pack({"a": Packed.of(heavy), "b": [Packed.of(2)]})
    assert len(parts) == 3
    assert len(parts[0]) < 1000
    views = [memoryview(bytes(part)) for part in parts]
    found = packed.unpack(views)
    assert found == {"a": Packed.of(heavy), "b": [Packed.of(2)]}
    again = packed.pack(found)
    assert [bytes(part) for part in again] == [bytes(part) for part in parts]
    assert any(isinstance(again[1], memoryview) and again[1].obj is each for each in views)


def test_it_passes_between_processes_as_any_value_does() -> None:
    kept = Packed.of([1, 2])
    assert kept.value == [1, 2]
    body = pickle.dumps(kept, pickle.HIGHEST_PROTOCOL)
    assert pickle.loads(body) == kept  # noqa: S301 - packed in the line above
