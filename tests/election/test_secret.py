"""A password never shows itself, and is masked in whatever form it may appear."""

from __future__ import annotations

import base64
import copy
import html
import json
import pickle
import re
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

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


FORMS: list[Callable[[str], str]] = [
    str,
    quote,
    lambda value: quote(value, safe=""),
    quote_plus,
    lambda value: re.sub("%..", lambda found: found[0].lower(), quote(value, safe="")),
    lambda value: "".join(f"%{byte:02X}" for byte in value.encode()),
    lambda value: value.replace("@", "%40").replace("%", "%25", 1),
    json.dumps,
    lambda value: json.dumps(json.dumps(value)),
    lambda value: json.dumps(value, ensure_ascii=False),
    repr,
    ascii,
    lambda value: repr(value.encode()),
    html.escape,
    lambda value: value.encode("ascii", "xmlcharrefreplace").decode(),
    lambda value: value.encode().decode("latin-1"),
    lambda value: repr(value.encode().decode("latin-1")),
    lambda value: base64.b64encode(value.encode()).decode(),
    lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
]
VALUES = [
    "hunter2",
    "p@ss:wörd",
    "a b c d+e",
    "qu\"ot'es\\",
    "50%25 off",
    "пароль-ə",
    "<&> &amp;",
    "😀 smile",
    "C:\\new\ttab",
]


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("form", range(len(FORMS)))
def test_a_secret_is_masked_in_every_form_programs_give_it(value: str, form: int) -> None:
    shown = FORMS[form](value)
    masked = Secret(value).masked_in(f"before {shown} after")
    assert "***" in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")
    assert not set(masked.removeprefix("before ").removesuffix(" after").replace("***", "")) - set("\"b'\\")


@given(value=st.text(min_size=4, max_size=20), form=st.sampled_from(FORMS))
def test_no_value_of_four_or_more_characters_is_left_in_any_form(value: str, form: Callable[[str], str]) -> None:
    assume("*" not in value)
    assume(all(not 0xD800 <= ord(character) <= 0xDFFF for character in value))
    shown = form(value)
    masked = Secret(value).masked_in(f"< {shown} >")
    assert shown not in masked
    assert value not in masked


@given(user=st.text(max_size=9, alphabet="abcxyz09"), value=st.sampled_from(VALUES))
def test_the_whole_of_a_basic_authorization_is_masked(user: str, value: str) -> None:
    word = base64.b64encode(f"{user}:{value}".encode()).decode()
    assert Secret(value).masked_in(f"Authorization: Basic {word}") == "Authorization: Basic ***"


@given(text=st.text(alphabet="abc %\\&+-_=é1", max_size=60))
def test_a_text_without_the_secret_stays_as_it_is(text: str) -> None:
    assert Secret("Z9!kq").masked_in(text) == text


def test_an_empty_secret_masks_nothing() -> None:
    assert Secret("").masked_in("text") == "text"


def test_a_longer_form_is_masked_whole() -> None:
    assert Secret("a b c").masked_in("rtsp://u:a%20b%20c@host a b c") == "rtsp://u:***@host ***"
    assert Secret("100%").masked_in("100%25 and 100%") == "*** and ***"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("rtsp://user:a@host/main", "rtsp://user:***@host/main"),
        ("password=a", "password=***"),
        ('{"password":"a"}', '{"password":"***"}'),
        ("a camera was away", "a camera was away"),
    ],
)
def test_a_very_short_password_is_masked_only_where_passwords_stand(text: str, masked: str) -> None:
    assert Secret("a").masked_in(text) == masked


def test_masking_a_thousand_passwords_in_a_long_line_takes_little_time() -> None:
    hidden = [Secret(f"pass-{number:04d}") for number in range(1000)]
    line = "recording ended " * 20
    began = time.process_time()
    for secret in hidden:
        line = secret.masked_in(line)
    assert time.process_time() - began < 0.5
