"""A rule of dirt and a column that it damages, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NoReturn

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, DirtRule
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext, TableContext
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.texts.text import Text

KEY: Final = 1
"""Of sub-words: the word is the kind's own already."""


@dataclass(frozen=True, eq=False, slots=True)
class Effect:
    """What a column holds in the rows that one rule hits."""

    code: Node | None = None
    text: Text | None = None
    null: bool = False
    low: int | None = None
    high: int | None = None
    able: Node | None = None
    """1 where the rule would change the value; None where it always would."""


@dataclass(frozen=True, eq=False, slots=True)
class Target:
    """A column, clean, and a rule that damages it."""

    table: TableContext
    rule: DirtRule
    schema: ColumnSchema
    column: Column
    others: tuple[Column, ...] = ()
    """Of a swap, the other column."""

    @property
    def word(self) -> Node:
        """What draws how a cell is damaged."""
        return self.table.word("dirt", self.schema.id, self.rule.kind)

    @property
    def name(self) -> str:
        """The column's name."""
        return self.schema.name

    def refuse(self, what: str, fix: str, option: str = "") -> NoReturn:
        """Refuse the rule, saying where."""
        path = f"{self.rule.path}.{option}" if option else self.rule.path
        raise Refused(Fault(path, what, fix, related=(self.schema.path,)))

    def need(self, *types: str) -> None:
        """Refuse a column of any other type."""
        if self.column.type.name not in types:
            what = f"{self.rule.kind} cannot damage {self.name}, which is {self.column.type.name}"
            self.refuse(what, f"choose a column of type {' or '.join(types)}, or another kind", "columns")

    def context(self) -> ColumnContext:
        """The rule as literals are read for."""
        return ColumnContext(self.table, self.schema, self.column.type, self.rule.path)
