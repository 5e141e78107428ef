"""The store that `pollcast.toml` names, its faults told with the line on which it is named."""

from __future__ import annotations

from pathlib import Path

from election.configuration import Configuration
from election.errors import Fault, InputError
from election.toml_file import read_table
from election.wording import ended
from upload.store_url import StoreAddress, parse_store_url


def store_address(facts: Configuration, config: Path) -> StoreAddress:
    """Return the store of `facts`, read from `config`; raise `InputError` naming the line of `store.url` if wrong."""
    try:
        return parse_store_url(facts.store.url)
    except ValueError as error:
        line = read_table(config)[1].get(("store", "url"), 0)
        raise InputError(Fault(file=config, line=line, field="store.url", message=ended(error))) from None
