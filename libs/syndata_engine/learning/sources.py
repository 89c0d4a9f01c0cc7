"""The bytes of a CSV, or batches of Arrow -> an observed table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from syndata_contracts.errors import Defect, Fault, Refused
from syndata_engine.learning.observing import Observation, ObservedTable
from syndata_engine.profiling.limits import LIMITS
from syndata_engine.profiling.reader import CsvProfiler

_LONGEST_NAME: Final = 128


class CsvObserver:
    """Takes the bytes of one CSV in turn."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._observation: Observation | None = None
        self._profiler = CsvProfiler(LIMITS, self._begin)

    def _begin(self, names: Sequence[str]) -> Observation:
        check_names(names)
        self._observation = Observation(names)
        return self._observation

    def add(self, piece: bytes) -> None:
        """Take the next bytes; Refused as soon as they show what is no CSV."""
        self._profiler.add(piece)

    def finish(self) -> ObservedTable:
        """What was observed; Refused when that was not a whole CSV with a row of data."""
        self._profiler.finish()
        if self._observation is None:
            raise Defect("a CSV ended before it began")
        return self._observation.observed(self._name)


def observe_batches(name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> ObservedTable:
    """Observe batches of rows; columns whose values have parts are left out, and named in what is returned."""
    check_names(schema.names)
    read = [place for place, field in enumerate(schema) if _is_flat(field.type)]
    if not read:
        raise Refused(Fault("", "there is no column of numbers, texts, dates or truth values", "unnest its columns"))
    observation = Observation([schema.names[place] for place in read])
    for batch in batches:
        if batch.num_rows:
            observation.add([_texts(batch.column(place)) for place in read])
    if not observation.rows:
        raise Refused(Fault("", "there is no row", "give at least one row of data"))
    left_out = tuple(schema.names[place] for place in range(len(schema.names)) if place not in read)
    return observation.observed(name, left_out)


def check_names(names: Sequence[str]) -> None:
    """Refused with every name that no column of ours can have."""
    faults: list[Fault] = []
    seen: set[str] = set()
    for position, name in enumerate(names, start=1):
        place = f"column {position}"
        if not name.strip():
            faults.append(Fault(place, "the column has no name", "name it, or leave it out"))
        elif name in seen:
            faults.append(Fault(place, f"there are two columns {name!r}", "give every column a name of its own"))
        elif len(name) > _LONGEST_NAME or not name.isprintable():
            faults.append(_unfit(place, name))
        seen.add(name)
    if faults:
        raise Refused(faults)


def _unfit(place: str, name: str) -> Fault:
    """What keeps a name from being one of a column of ours, and what to do about just that."""
    if len(name) > _LONGEST_NAME:
        what = f"the name has {len(name):,} characters, and a column's has {_LONGEST_NAME} at most"
        return Fault(place, what, "shorten it; is the first line a header?")
    odd = next(character for character in name if not character.isprintable())
    called = {"\n": "a line break", "\r": "a line break", "\t": "a tab"}.get(odd, f"the character U+{ord(odd):04X}")
    what = f"the name {name!r} holds {called}, and a column's holds only what can be printed"
    return Fault(place, what, f"take {called} out of the header, such as by writing a blank instead")


def _is_flat(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_flat(kind.value_type)
    nested = pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    return not (
        nested or pa.types.is_fixed_size_binary(kind) or pa.types.is_duration(kind) or pa.types.is_interval(kind)
    )


def _texts(values: Any) -> pa.StringArray:
    """Values as a CSV would show them."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_null(values.type):
        return pa.nulls(len(values), pa.string())
    if pa.types.is_timestamp(values.type):
        unit = values.type if values.type.tz is None else pa.timestamp(values.type.unit, "UTC")
        values = pc.cast(values, pa.timestamp("us", unit.tz), safe=False)
    return pc.cast(values, pa.string())
