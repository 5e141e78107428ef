"""Whether a page is shown on the day of a build, and whether its days are in order."""

from __future__ import annotations

from datetime import date

import pytest

from builder.publication import Days, Issue, Mark, disorder, shown

DAY, NEXT, LATER = date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("days", "public", "editors"),
    [
        (Days(), Mark.NONE, Mark.NONE),
        (Days(date=LATER), Mark.NONE, Mark.NONE),
        (Days(draft=True), None, Mark.DRAFT),
        (Days(draft=True, publish=LATER), None, Mark.DRAFT),
        (Days(publish=DAY), Mark.NONE, Mark.NONE),
        (Days(publish=NEXT), Mark.NONE, Mark.NONE),
        (Days(publish=LATER), None, Mark.COMING),
        (Days(expiry=LATER), Mark.NONE, Mark.NONE),
        (Days(expiry=NEXT), None, None),
        (Days(expiry=DAY), None, None),
        (Days(publish=DAY, expiry=NEXT, draft=True), None, None),
    ],
)
def test_what_is_shown_on_a_day(days: Days, public: Mark | None, editors: Mark | None) -> None:
    assert shown(days, Issue(today=NEXT)) is public
    assert shown(days, Issue(today=NEXT, drafts=True)) is editors


def test_without_a_day_only_drafts_are_held_back() -> None:
    assert shown(Days(publish=LATER, expiry=DAY), Issue()) is Mark.NONE
    assert shown(Days(draft=True), Issue()) is None


@pytest.mark.parametrize(
    ("days", "fields"),
    [
        (Days(date=DAY, lastmod=DAY, publish=DAY, expiry=NEXT), []),
        (Days(publish=NEXT, date=LATER), []),
        (Days(publish=DAY, expiry=DAY), ["expiryDate"]),
        (Days(publish=NEXT, expiry=DAY), ["expiryDate"]),
        (Days(date=NEXT, expiry=NEXT), ["expiryDate"]),
        (Days(date=LATER, publish=DAY, expiry=NEXT), []),
        (Days(date=NEXT, lastmod=DAY), ["lastmod"]),
        (Days(date=LATER, lastmod=NEXT, expiry=DAY), ["expiryDate", "lastmod"]),
    ],
)
def test_days_that_are_out_of_order(days: Days, fields: list[str]) -> None:
    assert [field for field, _ in disorder(days)] == fields
