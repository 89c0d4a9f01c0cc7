"""Documents of one table, and their rows."""

from __future__ import annotations

from typing import Any

from tests.unit.kinds.making import dataset_of

Rows = list[dict[str, Any]]


def table(rows: int = 100, **said: Any) -> dict[str, Any]:
    """A document of one table."""
    return {"tables": {"t": {"rows": rows, **said}}}


def made(document: dict[str, Any], name: str = "t") -> Rows:
    """All rows of a table."""
    bound = dataset_of(document).tables[name]
    return bound.batch(0, bound.planned.rows).to_pylist()  # type: ignore[no-any-return] # pyarrow is untyped
