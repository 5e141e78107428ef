"""Which keys a model knows at a place in its data, and which of them somebody meant who misspelt one. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import get_args

from pydantic import BaseModel

_ALIKE = 0.65
"""How like two keys are, from 0 to 1, before one is offered for the other."""


def nearest(model: type[BaseModel], at: Sequence[str | int]) -> str:
    """Return the known key most like the unknown one at `at`, a path into data of `model`; '' where none is."""
    *above, key = at
    places: list[type[BaseModel]] = [model]
    for name in above:
        if isinstance(name, int):
            continue  # what stands in a list is of the models already found
        annotations = [place.model_fields[name].annotation for place in places if name in place.model_fields]
        places = [found for annotation in annotations for found in _models(annotation)]
    known = [field.alias or name for place in places for name, field in place.model_fields.items()]
    folded = {name.replace("_", "").lower(): name for name in known}
    found = difflib.get_close_matches(str(key).replace("_", "").replace("-", "").lower(), folded, n=1, cutoff=_ALIKE)
    return folded[found[0]] if found else ""


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
