"""The names of a CSV's columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from syndata_contracts.errors import Fault, Refused
from syndata_engine.profiling.limits import Limits

_DATA: Final = re.compile(r"[+-]?[0-9][0-9.,:TZ/ +-]*|")


def names_of(header: Sequence[pa.StringArray], limits: Limits) -> tuple[str, ...]:
    """The names in a header, which was parsed as a row; Refused with every one that cannot stand.

    A header that looks like a row of data is not quoted: its texts may be values.
    """
    names = tuple(_name(column) for column in header)
    if all(_DATA.fullmatch(name) for name in names):
        raise Refused(
            Fault("", "the first line seems to be data, not a header", "put the names of the columns above", line=1)
        )
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        place = f"column {position}"
        if not name:
            faults.append(Fault(place, "the column has no name", "name it in the header, or leave it out", line=1))
        elif len(name) > limits.name_characters:
            fix = "shorten it; is the first line a header?"
            faults.append(Fault(place, f"the name is longer than {limits.name_characters:,} characters", fix, line=1))
        elif name in first:
            what = f"the name is the same as that of column {first[name]}"
            faults.append(Fault(place, what, "give every column a name of its own", line=1))
        first.setdefault(name, position)
    if faults:
        raise Refused(faults)
    return names


def _name(column: pa.StringArray) -> str:
    # The last row: empty lines may stand above the header.
    text = column[len(column) - 1].as_py()
    return text.strip() if text else ""
