"""Whatever is wrong in a file of settings, `pollcast check` tells it in each language of the site, and wholly in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from builder.fault_texts import DOMAIN
from builder.translations import LOCALE
from election.wording import Language
from tests.election import test_bad_configuration, test_camera_address, test_privacy_mask
from tests.election.test_bad_configuration import CAMERA, store
from tests.refusals import run
from tests.upload import test_orders, test_store_url

WORDS_OF_A_SENTENCE = 3
FILES: dict[str, list[dict[str, str | bytes]]] = {
    "pollcast.toml": [{"pollcast.toml": text} for _, text, _ in test_bad_configuration.CONFIGURATION],
    "stores": [{"pollcast.toml": text} for _, text, _ in test_bad_configuration.STORES],
    "addresses of stores": [{"pollcast.toml": store(json.dumps(url))} for url, _ in test_store_url.WRONG],
    "cameras.toml": [{"cameras.toml": text} for _, text, _ in test_bad_configuration.CAMERAS],
    "cameras without pages": [{"cameras.toml": text} for _, text, _ in test_bad_configuration.WITHOUT_PAGES],
    "addresses of cameras": [
        {
            "cameras.toml": "".join(
                f'[[camera]]\nstation = "001-{number:03d}"\nmain = {json.dumps(url)}\n'
                for number, (url, _) in enumerate(test_camera_address.REFUSED, start=1)
            )
        }
    ],
    "masks": [
        {"cameras.toml": f'{CAMERA}mask = "mask.toml"\n', "mask.toml": text} for text, _ in test_privacy_mask.WRONG
    ],
    "orders.toml": [{"orders.toml": text} for text, _ in test_orders.WRONG],
}
"""Files that are wrong, by what they are; each set is written into a folder in which all else is right."""


def english() -> list[str]:
    """Return the sentences and the longer parts of them that hold no values, as they are in English."""
    with (LOCALE / Language.RU / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        known = [str(message.id) for message in read_po(source) if message.id]
    return [text for text in known if "{" not in text and len(text.split()) >= WORDS_OF_A_SENTENCE]


def messages(folder: Path, language: Language) -> list[str]:
    """Return what `check` says is wrong in `folder`."""
    ended = run(folder, "check", "--language", language, "--json")
    assert (ended.code, ended.err) == (2, "")
    return [row["message"] for row in json.loads(ended.out) if row["severity"] == "error"]


@pytest.mark.parametrize("kind", FILES)
def test_every_fault_of_settings_is_told_in_each_language(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    untranslated = english()
    for number, files in enumerate(FILES[kind]):
        folder = tmp_path / str(number)
        folder.mkdir()
        test_bad_configuration.prepare(folder, monkeypatch)
        for name, text in files.items():
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        told = {language: messages(folder, language) for language in Language}
        assert len(told[Language.EN]) > 0
        for sentences in zip(*told.values(), strict=True):
            assert len(set(sentences)) == len(Language), sentences
        for language in (Language.AZ, Language.RU):
            for sentence in told[language]:
                assert [text for text in untranslated if text.rstrip(".") in sentence] == [], sentence
