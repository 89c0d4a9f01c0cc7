"""What becomes of a table's rows in a period, after reading, and the tables that follow from it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from syndata_contracts.described import Described


class Amount(Described):
    """How many rows, as a number or as a share of the table's."""

    count: Annotated[int, Field(ge=0)] = 0
    share: Annotated[Decimal, Field(ge=0)] | None = None
    """Instead of `count`."""

    def of(self, rows: int) -> int:
        """The number for a table of so many rows; a share is rounded to the nearest, halves to even."""
        return self.count if self.share is None else int((self.share * rows).to_integral_value())


class ChangingColumns(Described):
    """Columns that one update draws anew together."""

    columns: tuple[str, ...]
    weight: Decimal = Decimal(1)
    """How often, compared with others."""


class Changes(Described):
    """What becomes of a table's rows in a period: exactly so many inserts, updates and deletes."""

    start: str = "as_of"
    """The moment of the first snapshot, as written: ISO 8601, or a distance from `as_of`."""
    stop: str
    """One past the last moment of a change, written likewise."""
    inserts: Amount = Amount()
    updates: Amount = Amount()
    deletes: Amount = Amount()
    columns: tuple[ChangingColumns, ...] = ()
    inserted_at: str | None = None
    """Column that holds when a row of the period was inserted."""
    changed_at: str | None = None
    """Column that holds when a row was last inserted or updated in the period."""
    log: str | None = None
    """Name of the table of changes; None: there is none."""
    history: str | None = None
    """Name of the table of row versions."""
    later: str | None = None
    """Name of the later snapshot."""
    snapshot: bool = False
    """Whether the log begins with a reading of every row of the first snapshot."""


class Derived(Described):
    """What makes a table that follows from the changes of another."""

    table: str
    """The table that changes."""
    form: Literal["log", "history", "later"]
