"""Faults and warnings as programs read them: JSON, and the annotations of GitHub's workflows. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from election.errors import Fault


def as_json(faults: Sequence[Fault], warnings: Sequence[Fault]) -> str:
    """Return one JSON array; `severity` is `error` or `warning`."""
    rows = [
        {
            "file": str(fault.file),
            "line": fault.line,
            "field": fault.field,
            "message": str(fault.message),
            "severity": severity,
        }
        for severity, found in (("error", faults), ("warning", warnings))
        for fault in found
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def as_annotations(faults: Sequence[Fault], warnings: Sequence[Fault]) -> str:
    """Return a workflow command a line, such as `::error file=content/home.md,line=3,title=name::name: is empty.`."""
    return "\n".join(
        _annotation(severity, fault)
        for severity, found in (("error", faults), ("warning", warnings))
        for fault in found
    )


def _annotation(severity: str, fault: Fault) -> str:
    where = {"file": str(fault.file), "line": str(fault.line or 1), "title": fault.field}
    properties = ",".join(f"{name}={_property(value)}" for name, value in where.items() if value)
    return f"::{severity} {properties}::{_data(f'{fault.field}: {fault.message}' if fault.field else fault.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
