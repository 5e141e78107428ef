"""The order of words: by each language's own alphabet."""

import random

import pytest

from builder.alphabet import ALPHABETS, sort_key


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        ("az", "Abşeron Bakı Cəlilabad Çinar Daşkəsən Elvan Əlvan Füzuli Gəncə Ğ Hacıqabul"),
        ("az", "Xaçmaz Xızı Ilıca İmişli Jalə Kürdəmir Qazax Qəbələ Quba Lerik"),
        ("az", "Oğuz Ördəkli Saatlı Şabran Şəki Tovuz Ucar Ülkər Vadi Yardımlı Zaqatala"),
        ("az", "1 ağ ağac Ялта"),
        ("en", "Hill Kent Queen Xanthi Zebra Éclair"),
        ("ru", "Дальний Елань Ёлка Жёлтый Яма"),
    ],
)
def test_words_stand_as_in_a_dictionary(language: str, ordered: str) -> None:
    shuffled = ordered.split()
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=lambda word: sort_key(word, language)) == ordered.split()


def test_a_name_stands_before_the_longer_names_that_begin_with_it() -> None:
    assert sort_key("Ağ", "az") < sort_key("Ağ ev", "az") < sort_key("Ağac", "az")


def test_capitals_sort_with_their_small_letters() -> None:
    assert sort_key("IŞIQ", "az") == sort_key("ışıq", "az")
    assert sort_key("İŞ", "az") == sort_key("iş", "az")
    assert sort_key("I", "en") == sort_key("i", "en")


def test_the_alphabets_are_complete() -> None:
    assert {language: len(set(letters)) for language, letters in ALPHABETS.items()} == {"az": 33, "en": 26, "ru": 33}
