"""A column on its way from a text to a configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from syndata_contracts.errors import Fault
from syndata_engine.reading.prose.details import Detail


@dataclass(slots=True)
class Wanted:
    """A column to be decided: where it was said, what it is called and what is asked of it."""

    line: int
    text: str
    name: str
    detail: Detail


@dataclass(slots=True)
class Table:
    """A table to be decided."""

    name: str
    columns: list[Wanted]


@dataclass(slots=True)
class Decided:
    """A column as a configuration has it, and what its reader should know."""

    name: str
    type: str
    rule: Any
    line: int
    text: str
    null_rate: str | None = None
    unique: bool = False
    key: bool = False
    parent: tuple[str, str] | None = None
    """The table and column that it refers to."""
    remarks: list[str] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """As it stands under `columns`."""
        marks = [*(["PK"] if self.key else []), *(["FK"] if self.parent else [])]
        shown: dict[str, Any] = {"name": self.name, "type": self.type}
        if marks:
            shown["constraints"] = marks
        if self.unique and not self.key:
            shown["unique"] = True
        if not self.parent:
            shown["rule"] = self.rule
        if self.null_rate is not None:
            shown["null_rate"] = self.null_rate
        return shown


def made(wanted: Wanted, kind: str, rule: Any, *remarks: str) -> Decided:
    """A column of this type and rule."""
    return Decided(wanted.name, kind, rule, wanted.line, wanted.text, remarks=list(remarks))


def fault(wanted: Wanted, what: str, fix: str) -> Fault:
    """A fault at the column's line."""
    return Fault(wanted.name, what, fix, line=wanted.line)
