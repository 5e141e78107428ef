"""Every reason that the timeline can give has its words on the pages, in each language."""

from __future__ import annotations

import json
import re

import pytest

from builder import translations
from builder.templates import environment
from election.places import LANGUAGES
from election.timeline import GapReason


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_each_reason_and_no_others(language: str) -> None:
    made = environment(translations.load(language)).from_string(
        '{% from "components/gap_reasons.html" import gap_reasons %}{{ gap_reasons() }}'
    )
    found = re.search(r"<script[^>]*>(.*)</script>", made.render(), re.DOTALL)
    assert found is not None
    words = json.loads(found[1])
    assert set(words) == {f"reason_{reason}" for reason in GapReason}
    assert len(set(words.values())) == len(words)
