"""A description in plain English becomes a configuration that plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syndata_contracts.errors import Refused

if TYPE_CHECKING:
    from syndata_engine.reading.prose import Described


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
        raise Refused([described.placed(fault) for fault in refused.faults]) from None
    return described
