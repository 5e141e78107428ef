"""What a model found wrong with a value of a TOML file, said in one sentence that names what would be right. Pure.

A value is repeated only where it is no list, no table and no secret, and only its beginning.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from election.wording import Sentence, ended, say

_SHOWN = 60
"""Characters of a text that are repeated."""
_HIDDEN = "***"


def sentence(item: Mapping[str, Any], *, secret: bool) -> Sentence:
    """Return the sentence for one of pydantic's errors; the value of a `secret` field is not repeated."""
    found, limits = item["input"], item.get("ctx", {})
    value = _HIDDEN if secret else _shown(found)
    match item["type"]:
        case "value_error":
            return ended(limits["error"])
        case "string_type":
            return say("is a text in quotes, not {value}.", value=value)
        case "int_type" | "int_from_float" | "int_parsing_size":
            return say("is a whole number, not {value}.", value=value)
        case "float_type" | "finite_number":
            return say("is a number, not {value}.", value=value)
        case "bool_type":
            return say("is true or false, without quotes, not {value}.", value=value)
        case "date_type":
            return say("is a day, without quotes, such as 2026-11-29, not {value}.", value=value)
        case "time_type":
            return say("is a time of day, without quotes, such as 08:00:00, not {value}.", value=value)
        case "datetime_type":
            return say(
                "is a day and time, without quotes, such as 2026-11-29T09:15:00+04:00, not {value}.", value=value
            )
        case "greater_than_equal":
            return say("is at least {limit}, not {value}.", limit=limits["ge"], value=value)
        case "greater_than":
            return say("is more than {limit}, not {value}.", limit=limits["gt"], value=value)
        case "less_than_equal":
            return say("is at most {limit}, not {value}.", limit=limits["le"], value=value)
        case "list_type" if isinstance(found, dict):
            return say("is a list of tables; write [[{name}]] in double brackets.", name=item["loc"][-1])
        case "list_type":
            return say("is a list, not {value}.", value=value)
        case "model_type" if isinstance(found, list):
            return say("is one table; write [{name}] in single brackets.", name=item["loc"][-1])
        case "model_type":
            # A text in its place may be an address with a password in it.
            return say("is a table with keys of its own, not {value}.", value=_HIDDEN if secret else _kind(found))
        case "too_short":
            least, count = limits["min_length"], limits["actual_length"]
            return say("has {count} entries; {least} or more are needed.", count=count, least=least)
        case "too_long":
            most, count = limits["max_length"], len(found)
            return say("has {count} entries; {most} or fewer are allowed.", count=count, most=most)
        case "literal_error":
            known = limits["expected"].replace(" or ", ", ")
            return say("is one of {known}, not {value}.", known=known, value=value)
        case "string_too_short" if not found:
            return ended(ValueError(say("is empty; write a text")))
        case "string_too_long":
            length, most = len(found), limits["max_length"]
            return ended(ValueError(say("is {length} characters long; {most} are allowed", length=length, most=most)))
        case _:
            return Sentence(f"{item['msg'][0].lower()}{item['msg'][1:]}, not {value}.")


def _shown(value: object) -> str:
    """Return `value` much as it is written in TOML."""
    match value:
        case bool():
            return str(value).lower()
        case int() if value.bit_length() > 64:
            return f"{value:#x}"[:_SHOWN] + "…"
        case dict():
            return "{…}"
        case list():
            return "[…]"
        case datetime.date() | datetime.time():
            return value.isoformat()
        case str() if len(value) > _SHOWN:
            return f"{value[:_SHOWN] + '…'!r}"
        case _:
            return repr(value)


def _kind(value: object) -> str:
    return "'…'" if isinstance(value, str) else _shown(value)
