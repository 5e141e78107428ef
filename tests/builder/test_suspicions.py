"""What must not stand in content, whatever the field; and no message repeats what looks secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.suspicions import mixed_words, secrets
from tests.builder.test_station_fields import HEAD
from tests.refusals import refused_content

CAMERA = "looks like the address of a camera; it belongs in cameras.toml, which is not published."
PASSWORD = "looks like a password; remove it here, and change it, for others may have seen it."

SECRET = [
    ("rtsp://cam-12.example.org/main", CAMERA),
    ("Bax: RTSP://cam.example.org", CAMERA),
    ("rtsps://cam.example.org:322/main", CAMERA),
    ("rtmp://media.example.org/live/12", CAMERA),
    ("srt://media.example.org:9000", CAMERA),
    ("udp://239.1.1.1:5000", CAMERA),
    ("rtp://media.example.org", CAMERA),
    ("onvif://media.example.org", CAMERA),
    ("http://10.0.0.5/snapshot.jpg", CAMERA),
    ("10.1.2.3", CAMERA),
    ("192.168.1.64", CAMERA),
    ("kamera 192.168.1.64:8000.", CAMERA),
    ("172.16.0.1", CAMERA),
    ("172.31.255.254", CAMERA),
    ("127.0.0.1", CAMERA),
    ("169.254.7.7", CAMERA),
    ("203.0.113.9:554", CAMERA),
    ("http://203.0.113.9:8080/video", CAMERA),
    ("https://admin:qwerty@example.org/", PASSWORD),
    ("http://admin@example.org/", PASSWORD),
    ("ftp://user:pw@files.example.org", PASSWORD),
    ("password: hunter2", PASSWORD),
    ("Password=hunter2", PASSWORD),
    ("user=admin&pwd=12345", PASSWORD),
    ("passwd = x", PASSWORD),
    ("parol: nəsimi1", PASSWORD),
    ("Şifrə: 12345", PASSWORD),
    ("пароль: кот", PASSWORD),
    ("api_key=abcdef", PASSWORD),
    ("token: abcdef", PASSWORD),
    ("Kameranın parolu: nəsimi1", PASSWORD),
    ("şifrəsi: 1234", PASSWORD),
    ("s\u0327ifrəsi: 1234", PASSWORD),
    ("без пароля: кот", PASSWORD),
    ("secret: a1b2", PASSWORD),
    ("secret=abc", PASSWORD),
    ('"secret": "x"', PASSWORD),
]

HARMLESS = [
    "1 nömrəli məktəb, 2-ci mərtəbə",
    "səs 10.5.2026 tarixində",
    "Saat 08:00–19:00, tel. (012) 493-09-57",
    "versiya 1.2.3.4",
    "8.8.8.8",
    "172.15.0.1 və 172.32.0.1",
    "https://www.example.org/page?x=1",
    "mailto:info@example.org",
    "Yazın: info@example.org",
    "İstifadəçinin parolu soruşulmur.",
    "Пароль не нужен, и токены тоже.",
    "The password is never asked for.",
    "Secretary: Aliyeva",
    "The vote is secret: nobody sees it.",
]


@pytest.mark.parametrize(("text", "message"), SECRET)
def test_what_looks_secret_is_refused_wherever_it_stands_and_never_repeated(
    content: Path, tmp_path: Path, text: str, message: str
) -> None:
    page = content / "stations" / "034" / "034-099.md"
    page.write_text(f"{HEAD}accessibility:\n  - '{text}'\n---\nQeyd\n\n{text}\n")
    said = refused_content(tmp_path)
    place = "content/stations/034/034-099.md"
    assert set(said) >= {f"{place}:5: {message}", f"{place}:9: {message}"}
    assert {line.partition(": ")[2] for line in said} <= {CAMERA, PASSWORD}
    assert text not in "\n".join(said)


@pytest.mark.parametrize(("text", "message"), SECRET)
def test_a_secret_in_a_translation_is_refused_too(content: Path, tmp_path: Path, text: str, message: str) -> None:
    translation = content / "stations" / "034" / "034-012.ru.md"
    translation.write_text(f"Текст\n{text}\n")
    said = refused_content(tmp_path)
    assert f"content/stations/034/034-012.ru.md:2: {message}" in said
    assert text not in "\n".join(said)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_resembles_a_secret_is_not_refused(text: str) -> None:
    assert list(secrets(text)) == []


MIXED = [
    ("Bаkı", "Bаkı has Cyrillic letters in it (а); type it anew."),
    ("mərkəzi mеktəb", "mеktəb has Cyrillic letters in it (е); type it anew."),
    ("Şəкi", "Şəкi has Cyrillic letters in it (к); type it anew."),
    ("Нaсими", "Нaсими has Latin letters in it (a); type it anew."),
    ("школa", "школa has Latin letters in it (a); type it anew."),
    ("шkoла", "шkoла has Latin letters in it (k o); type it anew."),
    ("Xəтai", "Xəтai has Cyrillic letters in it (т); type it anew."),
    ("əз", "əз has Cyrillic letters in it (з); type it anew."),
]


@pytest.mark.parametrize(("text", "said"), MIXED)
def test_a_word_of_two_alphabets_is_named_with_its_foreign_letters(
    content: Path, tmp_path: Path, text: str, said: str
) -> None:
    assert [message for _, message in mixed_words(f"x {text} y")] == [said]
    page = content / "stations" / "034" / "034-099.md"
    page.write_text(f"---\nname:\n  az: '{text}'\naddress: {{ az: Küçə }}\n---\n")
    assert refused_content(tmp_path) == [f"content/stations/034/034-099.md:3: {said}"]


ONE_ALPHABET = ["Nəsimi Насими", "3D-модель", "COVID-19 и USB", "№ 5 məktəb", "İstanbul/Стамбул", "Wi-Fi"]


@pytest.mark.parametrize("text", ONE_ALPHABET)
def test_words_of_one_alphabet_beside_each_other_are_right(text: str) -> None:
    assert list(mixed_words(text)) == []


WORDS = ("password", "passwd", "pwd", "passphrase", "secret", "token", "api_key", "apikey", "parol", "şifrə", "пароль")


@pytest.mark.parametrize("word", WORDS)
def test_a_word_for_a_password_is_found_with_any_letter_that_counts_as_the_same(word: str) -> None:
    found = re.compile(word, re.IGNORECASE)
    for place, letter in enumerate(word):
        same = re.compile(letter, re.IGNORECASE)
        for other in filter(same.fullmatch, map(chr, range(0x2200))):
            written = word[:place] + other + word[place + 1 :]
            assert found.fullmatch(written)
            assert list(secrets(f"{written} = x"))


LETTERS = st.text(st.sampled_from("aəİıаязД 1-_.\n"), max_size=12)


@given(text=LETTERS)
def test_letters_of_two_alphabets_are_found_wherever_they_touch(text: str) -> None:
    touching = re.search("[aəİı][аязД]|[аязД][aəİı]", text)
    assert bool(list(mixed_words(text))) == bool(touching)


@given(text=st.text(st.sampled_from("0123456789.: ab"), max_size=24))
def test_an_address_is_found_wherever_it_stands(text: str) -> None:
    for address in ("10.1.2.3", "203.0.113.9:554"):
        assert list(secrets(f"{text}|{address}|{text}"))
