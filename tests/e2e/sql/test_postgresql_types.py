"""Every golden dataset loads into a real PostgreSQL, and every cell comes back as the value that Arrow holds.

Here are the types beyond the common ones: widths of numbers, times of day, lengths of time, zones, bytes, values inside
values. What a type loses on the way to SQL is written down in `as_sql`, and nothing else may differ.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import syndata
from syndata_contracts.schema import OutputFormat
from syndata_engine.generation import BoundTable
from tests.e2e.sql.cluster import Postgresql
from tests.e2e.sql.stories import as_arrow, rows_of
from tests.e2e.sql.test_postgresql import FORMATS, GOLDEN, database, in_order, load, stored
from tests.golden.datasets import SCHEMAS
from tests.unit.kinds.making import dataset_of

__all__ = ["database"]
LOADED_ELSEWHERE = {"relational", "departments", "kinds", "locales"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")
_INTERVAL = re.compile(r"(?:(-?\d+) days? ?)?(?:(-?)(\d+):(\d\d):(\d\d(?:\.\d+)?))?")


def as_sql(value: Any) -> Any:
    """A value of Arrow as PostgreSQL can hold it: moments by the clock of UTC, what stands inside others as JSON has it."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    return value


def as_json(value: Any) -> Any:
    """A value of Arrow as it stands inside JSON."""
    match value:
        case dict():
            return {name: as_json(inner) for name, inner in value.items()}
        case list():
            return [as_json(inner) for inner in value]
        case bytes():
            return value.hex()
        case date() | time():
            return as_sql(value).isoformat()
        case float():
            return Decimal(str(np.float32(value)))
    return value


def from_json(value: Any) -> Any:
    """What JSON holds, in one order of names, with moments written one way whatever their digits."""
    match value:
        case dict():
            return {name: from_json(inner) for name, inner in sorted(value.items())}
        case list():
            return [from_json(inner) for inner in value]
        case str() if _MOMENT.fullmatch(value):
            return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    return value


def interval(text: str) -> timedelta:
    """What PostgreSQL writes for a length of time."""
    found = _INTERVAL.fullmatch(text)
    assert found, text
    days, sign, hours, minutes, seconds = found.groups(default="0")
    clock = Decimal(hours) * 3600 + Decimal(minutes) * 60 + Decimal(seconds)
    return timedelta(days=int(days), microseconds=int(clock * 1_000_000) * (-1 if sign == "-" else 1))


def read(kind: str, storage: str | None, text: str | None) -> Any:
    """A field of COPY as the value it means."""
    readers: dict[str, Any] = {
        "time": time.fromisoformat,
        "duration": interval,
        "binary": lambda text: bytes.fromhex(text.removeprefix("\\x")),
        "datetime": lambda text: as_sql(datetime.fromisoformat(text)),
        **dict.fromkeys(("struct", "list", "json"), lambda text: from_json(json.loads(text, parse_float=Decimal))),
    }
    if text is None:
        return None
    if storage == "float32":
        return float(np.float32(text))
    return readers[kind](text) if kind in readers else as_arrow(kind, text)


def expected(table: BoundTable) -> list[tuple[Any, ...]]:
    """Every row, in Arrow's values."""
    kinds = [column.type for column in table.planned.columns]

    def one(kind: str, value: Any) -> Any:
        if value is None:
            return None
        if kind == "json":
            return from_json(json.loads(value, parse_float=Decimal))
        return from_json(as_json(value)) if kind in {"struct", "list"} else as_sql(value)

    return [tuple(map(one, kinds, row)) for row in rows_of(table)]


def came_back(postgresql: Postgresql, name: str, table: BoundTable) -> list[tuple[Any, ...]]:
    """Every row, as it is stored."""
    columns = table.planned.columns
    return [
        tuple(read(column.type, column.storage, field) for column, field in zip(columns, row, strict=True))
        for row in stored(postgresql, name, table.planned.name)
    ]


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("config", sorted(set(SCHEMAS) - LOADED_ELSEWHERE))
def test_every_golden_dataset_comes_back_cell_by_cell(
    postgresql: Postgresql,
    database: str,
    tmp_path: Path,
    config: str,
    output_format: OutputFormat,
) -> None:
    document: Any = GOLDEN / f"{config}.yaml"
    syndata.write(document, tmp_path, output_format=output_format)
    done = load(postgresql, database, tmp_path)

    assert done.returncode == 0, done.stderr
    for table in dataset_of(document).tables.values():
        # Row by row: to show how thousands differ takes minutes.
        found, wanted = in_order(came_back(postgresql, database, table)), in_order(expected(table))
        for one, other in zip(found, wanted, strict=True):
            assert one == other, table.planned.name


def test_types_of_postgresql_are_the_narrowest_that_hold_every_value(
    postgresql: Postgresql,
    database: str,
    tmp_path: Path,
) -> None:
    syndata.write(GOLDEN / "types.yaml", tmp_path, output_format="copy")
    assert load(postgresql, database, tmp_path).returncode == 0

    told = postgresql.ask(database, "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'numbers' ORDER BY 1")  # fmt: skip
    found = dict(line.split("|") for line in told.splitlines())
    assert {name: found[name] for name in "abcdefghij"} == {
        "a": "smallint", "b": "smallint", "c": "integer", "d": "bigint", "e": "smallint",
        "f": "integer", "g": "bigint", "h": "bigint", "i": "real", "j": "real",
    }  # fmt: skip
