"""A password never shows itself, and is masked in whatever form it may appear."""

from __future__ import annotations

import copy
import json
import pickle
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from election.secret import Secret


def test_only_revealing_gives_a_secret_away() -> None:
    secret = Secret("hunter2")
    shown = [str(secret), repr(secret), f"{secret}", f"{secret!r:>5}", "%s" % secret, repr([secret]), f"{secret:}"]  # noqa: UP031 - every way there is
    assert not any("hunter2" in text for text in shown)
    assert secret.reveal() == "hunter2"
    assert not hasattr(secret, "__dict__")


def test_secrets_compare_by_value_and_go_into_sets() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert copy.copy(Secret("a")) == Secret("a")


def test_a_secret_is_not_written_by_accident() -> None:
    with pytest.raises(TypeError):
        json.dumps(Secret("hunter2"))
    assert isinstance(pickle.loads(pickle.dumps(Secret("x"))), Secret)  # noqa: S301 - our own bytes


@given(value=st.text(min_size=1, max_size=20), around=st.text(max_size=20))
def test_a_secret_is_masked_plain_and_encoded_wherever_it_stands(value: str, around: str) -> None:
    assume("*" not in value)
    assume(all(not 0xD800 <= ord(character) <= 0xDFFF for character in value))
    secret = Secret(value)
    text = f"{around}{value}|{quote(value, safe='')}|{quote(value)}{around}"
    assume(value not in around)
    masked = secret.masked_in(text)
    assert value not in masked.replace("***", "")


def test_an_empty_secret_masks_nothing() -> None:
    assert Secret("").masked_in("text") == "text"


def test_a_longer_form_is_masked_whole() -> None:
    assert Secret("a b").masked_in("rtsp://u:a%20b@host a b") == "rtsp://u:***@host ***"
    assert Secret("100%").masked_in("100%25 and 100%") == "*** and ***"
