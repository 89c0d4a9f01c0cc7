"""A description in plain English becomes a configuration that plans."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from syndata_contracts.errors import Fault, Refused

if TYPE_CHECKING:
    from syndata_engine.reading.prose import Described

_PLACE: Final = re.compile(r"tables\[(\d+)\](?:\.columns\[(\d+)\])?")


def describe(text: str, *, rows: int | None = None, file: str = "description") -> str:
    """A configuration (YAML) for the tables that a text in plain English describes; `generate` takes it as it is.

    Args:
        text: a heading such as "1,000 customers with:" and below it a line for each column, or all in one sentence.
        rows: of tables of which the text says none; 1,000 when left out.
        file: what faults and comments call the text.

    Raises:
        Refused: nothing describes a column, or what is said cannot be; every fault with the line of the text.
    """
    return read_description(text, rows=rows, file=file).text


def read_description(text: str, *, rows: int | None = None, file: str = "description") -> Described:
    """As `describe`, with the tables and with what was guessed or not understood."""
    from syndata.preparing import prepare
    from syndata_engine.planning import Overrides
    from syndata_engine.reading.prose import read_prose

    described = read_prose(text, file=file, rows=rows)
    try:
        prepare(described.text, Overrides())
    except Refused as refused:
        raise Refused([_placed(fault, described, file) for fault in refused.faults]) from None
    return described


def _placed(fault: Fault, described: Described, file: str) -> Fault:
    """A fault of the configuration at the line of the description that it comes from."""
    found = _PLACE.match(fault.path)
    bare = replace(fault, file=file, line=None, column=None, related=(), places=())
    if found is None:
        return bare
    table = described.tables[int(found[1])]
    if found[2] is None:
        return replace(bare, path=table.name, line=table.line)
    column = table.columns[int(found[2])]
    return replace(bare, path=column.name, line=column.line)
