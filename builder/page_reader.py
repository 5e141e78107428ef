"""Reads one page in all its languages: fields by a model, texts, and everything wrong with either."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from builder import image_folder, links, markup, suspicions
from builder.content_folder import Listing, PageFiles, list_folder
from builder.figures import DECORATION
from builder.front_matter import parse, read_text
from builder.image_folder import ADDRESS
from builder.image_kinds import ENDINGS
from builder.page_fields import MAX_LINE, Words
from builder.station_folder import Link, StationFolder
from election.errors import Fault, InputError
from election.places import LANGUAGES, Text
from election.toml_file import faults_of
from election.wording import say

Fields = TypeVar("Fields", bound=BaseModel)
_FIRST, *_OTHERS = LANGUAGES


class TextRule(Enum):
    """Whether a kind of page has a text below its fields."""

    NONE = auto()
    OPTIONAL = auto()
    REQUIRED = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[Fields]):
    """A page without faults."""

    name: str
    fields: Fields
    text: Text
    """Markdown by language; empty where there is none."""
    path: Path
    lines: dict[str, int]
    """The lines of the fields: `name`, `name.az`, `districts.0`."""


@dataclass(frozen=True, kw_only=True)
class ReadPage:
    """A page without faults, and what was found in it."""

    page: Page[Any]
    warnings: tuple[Fault, ...]
    links: tuple[Link, ...]
    images: tuple[Link, ...]


class PageMemory(Protocol):
    """Remembers pages from one build to the next."""

    def __call__(self, files: PageFiles, read: Callable[[], ReadPage | None], /) -> ReadPage | None:
        """Return what `read` returns, or what it returned when the files were as they are; None is not remembered."""


class PageReader:
    """Reads pages and gathers what is wrong or missing in them."""

    def __init__(self, on_page: Callable[[int], None] = lambda _: None, memory: PageMemory | None = None) -> None:
        self._on_page = on_page
        self._memory = memory
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.links: list[Link] = []
        """Where a text leads to a page of this site: file, line and address."""
        self.images: list[Link] = []
        """Where a text shows an image of this site: file, line and address."""
        self.pages_read = 0

    def read(self, files: PageFiles, model: type[Fields], rule: TextRule) -> Page[Fields] | None:
        """Return the page, or None if it has faults, which are then in `faults`."""
        self.pages_read += 1
        self._on_page(self.pages_read)
        if self._memory is None:
            return self._read(files, model, rule)
        alone = PageReader()

        def read() -> ReadPage | None:
            page = alone._read(files, model, rule)
            if page is None:
                return None
            return ReadPage(
                page=page, warnings=tuple(alone.warnings), links=tuple(alone.links), images=tuple(alone.images)
            )

        found = self._memory(files, read)
        self.faults += alone.faults
        self.warnings += found.warnings if found else alone.warnings
        self.links += found.links if found else alone.links
        self.images += found.images if found else alone.images
        return found.page if found else None

    def _read(self, files: PageFiles, model: type[Fields], rule: TextRule) -> Page[Fields] | None:
        known = len(self.faults)
        try:
            written = read_text(files.path)
            if self._holds_secrets(files.path, written):
                return None
            document = parse(written, files.path)
        except InputError as error:
            self.faults += error.faults
            return None
        self._check_letters(files.path, written)
        fields: Fields | None = None
        try:
            fields = model.model_validate(document.fields)
        except ValidationError as error:
            self.faults += faults_of(error, files.path, document.lines, model)
        text = {_FIRST: document.body} if document.body else {}
        if document.body and rule is TextRule.NONE:
            self._fault(files.path, document.body_line, say("this kind of page shows none; remove it."))
        if not document.body and rule is TextRule.REQUIRED:
            self._fault(files.path, 0, say("is missing; write it below the fields."))
        self._check_addresses(files.path, document.body, document.body_line)
        for language, path in files.translations.items():
            if not document.body or rule is TextRule.NONE:
                self._fault(path, 0, say("translates what {name} does not say; remove it.", name=files.path.name))
            elif translated := self._translation(path):
                text[language] = translated
        if fields is None or len(self.faults) > known:
            return None
        lines = {".".join(map(str, at)): line for at, line in document.lines.items()}
        self._warn(files, fields, text, lines)
        return Page(name=files.name, fields=fields, text=Text(by_language=text), path=files.path, lines=lines)

    def listing(self, folder: Path) -> Listing:
        """Return the pages in `folder`; what else is there is a fault."""
        found = list_folder(folder)
        self.faults += found.faults
        for name in found.folders:
            self.wrong(folder / name, say("a folder does not belong here."))
        return found

    def add(self, folder: StationFolder) -> None:
        """Add what another reader found in a folder of its own."""
        self.faults += folder.faults
        self.warnings += folder.warnings
        self.links += folder.links
        self.images += folder.images
        self.pages_read += folder.pages_read
        self._on_page(self.pages_read)

    def wrong(self, path: Path, message: str, *, line: int = 0, field: str = "") -> None:
        """Remember a fault."""
        self.faults.append(Fault(file=path, line=line, field=field, message=message))

    def _translation(self, path: Path) -> str:
        try:
            written = read_text(path)
        except InputError as error:
            self.faults += error.faults
            return ""
        if self._holds_secrets(path, written):
            return ""
        self._check_letters(path, written)
        text = written.strip()
        if text.startswith("---"):
            self._fault(path, 1, say("a translation has no fields; those of all languages stand in the page itself."))
        elif not text:
            self._fault(path, 0, say("is empty; write the translation or remove the file."))
        self._check_addresses(path, text, _line_at(len(written) - len(written.lstrip()), written))
        return text

    def _holds_secrets(self, path: Path, written: str) -> bool:
        """Whether something looks secret. Then nothing else is said of the page: it could repeat what is."""
        found = {(_line_at(place, written), message) for place, message in suspicions.secrets(written)}
        for line, message in sorted(found):
            self.wrong(path, message, line=line)
        return bool(found)

    def _check_letters(self, path: Path, written: str) -> None:
        for place, message in suspicions.mixed_words(written):
            self.wrong(path, message, line=_line_at(place, written))

    def _check_addresses(self, path: Path, text: str, first_line: int) -> None:
        try:
            rendered = markup.render(text)
        except markup.TooDeep:
            self._fault(path, first_line, say("its lists or quotations stand within each other too deep."))
            return
        mentions = _Mentions(text, first_line)
        for address in rendered.foreign_images:
            line = mentions.next_line_of(address)
            if image_folder.is_here(address):
                self.images.append((path, line, address))
                continue
            message = say("an image comes from this site, such as /images/hall.jpg, not {address!r}.", address=address)
            self._fault(path, line, message)
        for image in rendered.images:
            line = mentions.next_line_of(image.address)
            if not image.address.startswith(ADDRESS):
                message = say(
                    "write the image's whole path, such as {right}, not {address!r}.",
                    right=f"{ADDRESS}hall.jpg",
                    address=image.address,
                )
                self._fault(path, line, message)
            elif fault := _fault_of_alternative(image):
                self._fault(path, line, fault)
            else:
                self.images.append((path, line, image.address))
        for address in rendered.links:
            if not links.is_within_site(address):
                continue
            line = mentions.next_line_of(address)
            if address.startswith("/"):
                self.links.append((path, line, address))
            else:
                self._fault(
                    path, line, say("write the whole path, such as /az/news/, not {address!r}.", address=address)
                )

    def _warn(self, files: PageFiles, fields: BaseModel, text: dict[str, str], lines: dict[str, int]) -> None:
        for name, value in fields:
            if isinstance(value, Words) and (missing := [code for code in _OTHERS if getattr(value, code) is None]):
                message = _untranslated(missing)
                self.warnings.append(Fault(file=files.path, line=lines.get(name, 0), field=name, message=message))
        if text and (missing := [code for code in _OTHERS if code not in text]):
            message = _untranslated(missing)
            self.warnings.append(Fault(file=files.path, line=0, field="text", message=message))

    def _fault(self, path: Path, line: int, message: str) -> None:
        self.wrong(path, message, line=line, field="text")


def _untranslated(missing: list[str]) -> str:
    return say("is not translated ({languages}); the Azerbaijani is shown.", languages=", ".join(missing))


def _fault_of_alternative(image: markup.ShownImage) -> str:
    """Return what is wrong with an image's alternative text, '' if nothing is."""
    said = image.alternative
    if not said:
        return say(
            "the image {address} has no alternative text; say what it shows, as ![The hall]({address}), "
            "or that it is mere decoration, as ![{decoration}]({address}).",
            address=image.address,
            decoration=DECORATION,
        )
    if len(said) > MAX_LINE:
        return say(
            "the alternative text of {address} is {length} characters long; {most} are allowed.",
            address=image.address,
            length=len(said),
            most=MAX_LINE,
        )
    if said.lower().endswith(tuple(ENDINGS)):
        return say(
            "the alternative text of {address} is the name of a file; say what the image shows.", address=image.address
        )
    return ""


def _line_at(place: int, text: str) -> int:
    return text.count("\n", 0, place) + 1


class _Mentions:
    """The lines on which a text mentions addresses."""

    def __init__(self, text: str, first_line: int) -> None:
        """`text` begins on `first_line`."""
        self._text = html.unescape(text)
        self._first_line = first_line
        self._found: dict[str, int] = {}
        """By address, where it was found last."""

    def next_line_of(self, address: str) -> int:
        """Return the line of the next mention of `address`, of the last one if there are no more, or the first line."""
        behind = self._found.get(address, -1) + 1
        whole = re.compile(rf"(?<![\w/]){re.escape(address)}(?![\w/#?])")
        if found := whole.search(self._text, behind):
            self._found[address] = found.start()
        place = self._found.get(address, self._text.find(address))
        return self._first_line + self._text.count("\n", 0, max(0, place))
