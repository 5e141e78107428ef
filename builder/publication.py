"""Whether a page is shown on the day of a build, and whether the days it names are in order. Pure.

Much as Hugo has it: a draft is shown to nobody; a page appears on its `publishDate` and is gone from its `expiryDate`
on. Its `date` is what readers see and hides nothing. Who builds with drafts sees all but what has expired, and a mark
on what others do not see yet.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from election.wording import Sentence, say


class Mark(StrEnum):
    """Why a page is shown only to those who build with drafts."""

    NONE = ""
    DRAFT = "draft"
    COMING = "coming"
    """Its day has not come."""


@dataclass(frozen=True, kw_only=True)
class Issue:
    """The build that pages are read for."""

    today: datetime.date | None = None
    """The day of the build, by the election's clock; None leaves days out of account."""
    drafts: bool = False
    """Whether drafts and what is yet to come are shown too, with a mark."""
    hours: tuple[datetime.time, datetime.time] | None = None
    """The election's hours of voting; None where they are not known."""
    only_checked: bool = False
    """Whether nothing is built: then drafts are looked at, and held to what the public build demands."""


@dataclass(frozen=True, kw_only=True)
class Days:
    """The days that a page names, and whether it is a draft."""

    date: datetime.date | None = None
    lastmod: datetime.date | None = None
    publish: datetime.date | None = None
    expiry: datetime.date | None = None
    draft: bool = False


def shown(days: Days, issue: Issue) -> Mark | None:
    """Return None where a page is not shown in this issue, else the mark that it bears there."""
    if issue.today is not None and days.expiry is not None and days.expiry <= issue.today:
        return None
    mark = Mark.NONE
    if days.draft:
        mark = Mark.DRAFT
    elif issue.today is not None and days.publish is not None and days.publish > issue.today:
        mark = Mark.COMING
    return mark if mark is Mark.NONE or issue.drafts else None


def dead_link(address: str, here: Days, there: Days, issue: Issue) -> Sentence | None:
    """Return what is wrong with a link to `address` from a page with the days `here`; `there` are those of its target.

    A link must lead somewhere on every day from today on on which it is shown: then a day that passes breaks nothing.
    """
    today = issue.today
    if here.draft or (today is not None and here.expiry is not None and here.expiry <= today):
        return None
    if there.draft:
        return say("leads to {address}, which is a draft; publish that page, or remove the link.", address=address)
    begins = max((day for day in (here.publish, today) if day is not None), default=None)
    if begins is not None and there.publish is not None and there.publish > begins:
        return say(
            "leads to {address}, which appears only on {day}; remove the link until then.",
            address=address,
            day=there.publish,
        )
    if there.expiry is not None and (here.expiry is None or here.expiry > there.expiry):
        return say(
            "leads to {address}, which is gone from {day} on; remove the link, or let this page go then too.",
            address=address,
            day=there.expiry,
        )
    return None


def disorder(days: Days) -> Iterator[tuple[str, Sentence]]:
    """Yield what is wrong with the order of days: the name of the later field, and a sentence."""
    if days.publish is not None and days.expiry is not None and days.expiry <= days.publish:
        yield "expiryDate", say("the page would be gone before it appears; write a day after its publishDate.")
    elif days.publish is None and days.date is not None and days.expiry is not None and days.expiry <= days.date:
        yield "expiryDate", say("the page would be gone before it appears; write a day after its date.")
    if days.date is not None and days.lastmod is not None and days.lastmod < days.date:
        yield "lastmod", say("the page cannot have been changed before its date.")
