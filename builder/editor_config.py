"""The editor's interface, described for Sveltia CMS (`config.yml`): every kind of page, every field of its model. Pure.

Nothing is said twice: where pages of a kind lie stands in the docstring of its model, which fields they have in the
model itself (`builder.page_fields`). So what is added there appears in the interface.

How the interface's files meet ours: the fields of all languages stand in the page itself, one below another; only the
text has a file a language, which is what the interface calls the structure `multiple_files` with the first language
left out of the path. A translation, having no fields, is written without front matter.
"""

from __future__ import annotations

import ast
import datetime
import enum
import functools
import inspect
import itertools
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from builder import editor_words, page_fields
from builder.addresses import RESERVED
from builder.districts import district_names
from builder.field_values import MOST_VOTERS, MOST_WEIGHT
from builder.labels import LANGUAGE_NAMES
from builder.page_fields import MAX_LINE
from election.places import LANGUAGES

Node = dict[str, Any]
"""A mapping of the configuration."""

_WHERE = re.compile(r"`((?:[\w<>-]+/)*)([\w<>-]+)\.md`")
_WITHOUT_TEXT = frozenset({"regions", "constituencies"})
_WITH_TEXT = frozenset({"home", "news", "pages"})
"""Those that must have one, in the first language."""
_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
_CONSTITUENCY = r"(?:00[1-9]|0[1-9]\d|1[01]\d|12[0-5])"
_NAMES = {
    "constituencies": rf"^{_CONSTITUENCY}$",
    "stations": rf"^{_CONSTITUENCY}-(?!000)\d{{3}}$",
    "pages": f"^(?!(?:{'|'.join(sorted(RESERVED))})$)[a-z0-9]+(-[a-z0-9]+)*$",
    "": "^[a-z0-9]+(-[a-z0-9]+)*$",
}
"""What the names of new files look like, by their folder."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of page."""

    model: type[BaseModel]
    folder: str
    """Below the content's folder; '' where there is only one such page."""
    inner: str
    """The folders between that and the file: `<constituency>`, or '' ."""
    file: str
    """Its name without `.md`: `home`, or in angle brackets what it is."""

    @property
    def name(self) -> str:
        """`stations`, `home`."""
        return self.folder or self.file


def kinds() -> Iterator[Kind]:
    """Yield every kind of page, as the models' docstrings say where they lie."""
    for model in vars(page_fields).values():
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        where = _WHERE.match(inspect.getdoc(model) or "")
        if where is None:
            continue
        folder, _, inner = where[1].rstrip("/").partition("/")
        yield Kind(model=model, folder=folder, inner=inner, file=where[2])


def configuration(*, content: str, repository: str, preview: str, language: str) -> Node:
    """Return the configuration of the interface in `language`.

    `content` is the path of the content within the Git folder, `repository` that folder's name, `preview` the address
    of the site's preview.
    """
    return {
        "app_title": editor_words.of_admin(language),
        "backend": {"name": "gitea", "repo": f"local/{repository}", "auth_methods": ["token"]},
        "display_url": preview,
        "media_folder": f"{content}/images",
        "public_folder": "/images",
        "media_libraries": {"default": {"config": {"slugify_filename": True, "max_file_size": 16 * 1024 * 1024}}},
        "slug": {"encoding": "ascii", "clean_accents": True, "sanitize_replacement": "-"},
        "output": {"omit_empty_optional_fields": True, "yaml": {"quote": "double"}},
        "i18n": {
            "structure": "multiple_files",
            "locales": list(LANGUAGES),
            "default_locale": LANGUAGES[0],
            "initial_locales": [LANGUAGES[0]],
            "omit_default_locale_from_file_path": True,
        },
        "collections": [_collection(kind, content, language) for kind in _ordered()],
    }


def _ordered() -> list[Kind]:
    first = ("stations", "news", "pages", "regions", "constituencies", "archive", "home")
    return sorted(kinds(), key=lambda kind: first.index(kind.name) if kind.name in first else len(first))


def _collection(kind: Kind, content: str, language: str) -> Node:
    fields = list(_fields(kind.model, language))
    if kind.name not in _WITHOUT_TEXT:
        fields.append(_text(language, required=kind.name in _WITH_TEXT))
    shared: Node = {"label": editor_words.of_kind(kind.name, language).label, "i18n": kind.name not in _WITHOUT_TEXT}
    if not kind.folder:
        path = f"{content}/{kind.file}"
        file = {**shared, "name": kind.name, "file": f"{path}.md", "fields": fields}
        if shared["i18n"]:
            file["file"] = f"{path}.{{{{locale}}}}.md"
        return {**shared, "name": f"{kind.name}-page", "files": [file]}
    title = "title" if "title" in kind.model.model_fields else "name"
    made: Node = {
        **shared,
        "name": kind.name,
        "folder": f"{content}/{kind.folder}",
        "identifier_field": f"{title}.{LANGUAGES[0]}",
        "summary": f"{{{{slug}}}} · {{{{{title}.{LANGUAGES[0]}}}}}",
        "sortable_fields": ["slug"],
        "create": True,
        "slug": {
            "editable": ["create"],
            "hint": editor_words.of_file_name(kind.name, language),
            "pattern": [_NAMES.get(kind.name, _NAMES[""]), editor_words.of_file_name(kind.name, language)],
        },
        "extension": "md",
        "format": "yaml-frontmatter",
        "fields": fields,
    }
    if not kind.file.startswith("<"):  # archive/<slug>/election.md
        made["path"] = f"{{{{slug}}}}/{kind.file}"
    elif kind.inner:
        made["nested"] = {"depth": kind.inner.count("/") + 2, "subfolders": False}
        made["meta"] = {"path": {}}
    return made


def _fields(model: type[BaseModel], language: str) -> Iterator[Node]:
    hints = _docstrings(model)
    for attribute, info in model.model_fields.items():
        name = info.alias or attribute
        said = editor_words.of_field(name, hints.get(attribute, ""), language)
        shared: Node = {"name": name, "label": said.label, "required": info.is_required()}
        if said.hint:
            shared["hint"] = said.hint
        if model is page_fields.Words:
            shared |= {"label": LANGUAGE_NAMES[name]}
        yield shared | _widget(model, attribute, info, language)


def _widget(model: type[BaseModel], attribute: str, info: FieldInfo, language: str) -> Node:
    """Return how a field is edited: by what it refers to where the model alone does not say it, else by its type."""
    if (model, attribute) == (page_fields.ConstituencyFields, "region"):
        names = f"name.{LANGUAGES[0]}"
        return {
            "widget": "relation",
            "collection": "regions",
            "value_field": "{{slug}}",
            "display_fields": [names],
            "search_fields": [names],
        }
    if (model, attribute) == (page_fields.RegionFields, "districts"):
        return {"widget": "select", "multiple": True, "options": sorted(district_names())}
    limits = {"min": 1, "max": _MOST[attribute]} if attribute in _MOST else {}
    return _widget_of_type(info.annotation, language) | limits


def _widget_of_type(annotation: Any, language: str) -> Node:
    bare = _bare(annotation)
    if get_origin(bare) is tuple:
        (item, *_) = get_args(bare)
        options = _options(_bare(item))
        if options:
            return {"widget": "select", "multiple": True, "options": options}
        inner = _widget_of_type(item, language)
        return {"widget": "list", "field": {"name": "item", "label": "·", **inner}}
    if options := _options(bare):
        return {"widget": "select", "options": options}
    if not isinstance(bare, type):
        raise TypeError(f"the editor's interface knows no way to edit {annotation}")
    if issubclass(bare, BaseModel):
        return {"widget": "object", "fields": list(_fields(bare, language))}
    for kind, widget in _WIDGETS.items():
        if issubclass(bare, kind):
            return dict(widget)
    raise TypeError(f"the editor's interface knows no way to edit {annotation}")


_MOST = {"registered_voters": MOST_VOTERS, "weight": MOST_WEIGHT}
_WIDGETS: dict[type, Node] = {
    bool: {"widget": "boolean"},
    int: {"widget": "number", "value_type": "int"},
    float: {"widget": "number", "value_type": "float", "step": 0.00001},
    datetime.date: {"widget": "datetime", "type": "date", "format": "YYYY-MM-DD"},
    datetime.time: {"widget": "string", "pattern": [_TIME, "08:00"]},
    str: {"widget": "string", "maxlength": MAX_LINE},
}
"""By type, the narrower before the wider: every truth value is a number too."""


def _bare(annotation: Any) -> Any:
    """Return a type without what only validates it, and without None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        (bare,) = (part for part in get_args(annotation) if part is not type(None))
        return _bare(bare)
    return annotation


def _options(bare: Any) -> list[str]:
    """Return the only values that a field may have; none where it may have any."""
    if get_origin(bare) is Literal:
        return [str(value) for value in get_args(bare)]
    if isinstance(bare, type) and issubclass(bare, enum.Enum):
        return [str(member.value) for member in bare]
    return []


def _text(language: str, *, required: bool) -> Node:
    said = editor_words.of_field("body", "", language)
    return {
        "name": "body",
        "label": said.label,
        "hint": said.hint,
        "widget": "markdown",
        "modes": ["raw", "rich_text"],
        "required": [LANGUAGES[0]] if required else False,
        "i18n": True,
    }


@functools.cache
def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Return what stands below each field of a model and of those it extends."""
    found: dict[str, str] = {}
    for part in reversed(model.__mro__):
        if part is BaseModel or not issubclass(part, BaseModel):
            continue
        (definition,) = ast.parse(inspect.getsource(part)).body
        statements = definition.body if isinstance(definition, ast.ClassDef) else []
        for field, after in itertools.pairwise(statements):
            match field, after:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                    found[name] = inspect.cleandoc(said)
    return found
