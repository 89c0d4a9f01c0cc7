"""What a kind hands back: a column as nodes, with the facts that proofs and formats need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.texts.clocks import clock_text, duration_text, local_text
from syndata_engine.generation.texts.text import (
    Bool,
    Date,
    Fixed,
    Integer,
    Item,
    Pick,
    Text,
    Timestamp,
)
from syndata_engine.pools import Pool


@dataclass(frozen=True, eq=False, slots=True)
class Bounds:
    """A closed interval of codes, tightened row by row by other columns; planning has proved it never empty."""

    low: int
    high: int
    floor: Node | None = None
    """Codes at or above this node's."""
    ceiling: Node | None = None
    """Codes at or below this node's."""


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """One column, ready to be computed for any rows."""

    type: ValueType
    code: Node | None = None
    """The value's code; for texts, the index into `labels` where there are any."""
    text: Text | None = None
    """How a str or uuid column reads."""
    null: Node | None = None
    """1 where the cell is NULL."""
    low: int | None = None
    high: int | None = None
    """Every code lies in low..high, where known."""
    labels: Pool | None = None
    """The texts that codes index."""
    cost: int = 1
    """Cells computed per row, this column's own included."""
    narrow: Callable[[Bounds], Column] | None = None
    """Redraws the column inside tighter bounds; None where the kind cannot."""
    version: int = 1
    unique: bool = False
    offset_from: str | None = None
    """The column of the row that this one lies `apart` from."""
    apart: tuple[int, int] | None = None
    """Least and most codes by which it lies after that column."""
    parts: tuple[tuple[str, Column], ...] = ()
    """Fields of a struct; of a list, the items that it may have."""
    length: Node | None = None
    """How many of the items a list has."""
    reads: tuple[str, ...] = ()
    """What it is computed from: `column` of the same row, `table.column` of a parent or of children."""

    def written(self) -> Text:  # noqa: C901, PLR0911 -- one return for each type
        """The column as text pieces, for formats that write text."""
        if self.text is not None:
            return self.text
        if self.code is None:
            raise TypeError("a column without text needs codes")
        if self.labels is not None:
            return (Item(self.labels, self.code),)
        match self.type.name:
            case "int":
                return (Integer(self.code),)
            case "decimal":
                return (Fixed(self.code, self.type.scale),)
            case "float":
                return (Fixed(self.code, self.type.scale, trim=True),)
            case "bool":
                return (Bool(self.code),)
            case "date":
                return (Date(self.code),)
            case "datetime":
                if self.type.zone:
                    return local_text(self.code, self.type)
                return (Timestamp(self.code, self.type.scale),)
            case "time":
                return clock_text(self.code, self.type)
            case "duration":
                return duration_text(self.code, self.type)
        raise TypeError(f"no text for {self.type.name}")

    def pool(self) -> Pool | None:
        """The pool that every value is an entry of, where that is so."""
        if self.labels is not None:
            return self.labels
        if self.text is not None and len(self.text) == 1 and isinstance(self.text[0], Item | Pick):
            return self.text[0].pool
        return None

    def with_null(self, null: Node | None) -> Column:
        """The same column, NULL where the node says so."""
        return replace(self, null=null)


@dataclass(frozen=True, eq=False, slots=True)
class Enumeration:
    """A finite set of values that can be numbered, which is what uniqueness needs."""

    capacity: int
    """Values in all."""
    column: Callable[[Node], Column]
    """The column whose row holds value number `node` (0..capacity-1); different numbers, different values."""
