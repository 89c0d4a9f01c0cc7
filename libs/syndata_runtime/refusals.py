"""Faults made fit to travel: a configuration may have more of them than a message or an answer carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from syndata_contracts.errors import Fault
from syndata_contracts.faults import FaultRecord, fault_records

MOST_FAULTS: Final = 500
MOST_BYTES: Final = 48 * 1024
"""Of all records in JSON; the rest of a message has what is left of the bus's 64 KiB."""
_COUNT_BYTES: Final = 200
"""Room for the record that says how many are left out."""
_MOST_CHARACTERS: Final = 1000
_MOST_RELATED: Final = 10


def carried_faults(faults: Sequence[Fault], most_bytes: int = MOST_BYTES) -> tuple[FaultRecord, ...]:
    """The first faults, as many as `most_bytes` hold; when some are left out, the last one says how many.

    Long texts are cut, so that at least one fault is always told. What was carried once is carried whole again: a
    refusal crosses several processes.
    """
    records: list[FaultRecord] = []
    used = whole = 0
    for fault in faults[: MOST_FAULTS + 1]:
        record = _short(fault)
        used += len(record.model_dump_json().encode()) + 1
        if used > most_bytes and records:
            break
        records.append(record)
        if used <= most_bytes - _COUNT_BYTES and len(records) < MOST_FAULTS:
            whole = len(records)
    if len(records) == len(faults) <= MOST_FAULTS:
        return tuple(records)
    records = records[: max(whole, 1)]
    what = f"{len(faults) - len(records):,} more faults are not listed"
    return (*records, FaultRecord(path="", what=what, fix="correct these, then ask again"))


def _short(fault: Fault) -> FaultRecord:
    (record,) = fault_records([fault])
    return record.model_copy(
        update={
            "path": cut(record.path),
            "what": cut(record.what),
            "fix": cut(record.fix),
            "related": tuple(cut(path) for path in record.related[:_MOST_RELATED]),
            "places": record.places[:_MOST_RELATED],
        }
    )


def cut(text: str) -> str:
    """The text, or its beginning when it is too long to be carried."""
    return text if len(text) <= _MOST_CHARACTERS else text[: _MOST_CHARACTERS - 3] + "..."
