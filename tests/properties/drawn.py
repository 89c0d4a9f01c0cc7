"""A random dataset while it is being drawn: its tables, their keys, and what may refer to what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.properties import columns

Document = dict[str, Any]


@dataclass
class Drawn:
    """A dataset while it is being drawn."""

    draw: DrawFn
    tables: list[Document] = field(default_factory=list)
    most: dict[str, int] = field(default_factory=dict)
    """Rows that a table has at most."""
    stated: dict[str, int] = field(default_factory=dict)
    """Rows of tables that state them."""
    keys: dict[str, list[str]] = field(default_factory=dict)
    """Columns that other tables may refer to."""

    def one_of(self, *options: Any) -> Any:
        """One of the options."""
        return self.draw(st.sampled_from(options))

    def coin(self, sides: int = 2) -> bool:
        """True once in `sides` times."""
        return self.draw(st.integers(1, sides)) == sides

    def new_table(self, rows: int | None, most: int) -> Document:
        """A table without columns."""
        name = f"t{len(self.tables)}"
        table: Document = {"table_name": name, "columns": [], "foreign_keys": [], "constraints": [], "unique": []}
        if rows is not None:
            table["rows"] = self.stated[name] = rows
        self.most[name] = most
        self.tables.append(table)
        return table

    def rows(self) -> int:
        """Mostly few rows, sometimes more than one block of parents, seldom none."""
        return int(
            self.draw(st.one_of(st.integers(1, 40), st.integers(1, 40), st.sampled_from([0, 1, 1024, 1300, 2100])))
        )

    def parents(self, *, simple: bool = False) -> list[str]:
        """Tables with at least one row that can be referred to."""
        return [n for n, key in self.keys.items() if self.stated.get(n, 0) > 0 and (not simple or len(key) == 1)]


def single_key(drawn: Drawn, table: Document) -> None:
    """A primary key of one column."""
    name = table["table_name"]
    column = drawn.draw(columns.unique(f"{name}_id", drawn.most[name]))
    table["columns"].append({**column, "constraints": ["PK"]})
    drawn.keys[name] = [column["name"]]


def composite_key(drawn: Drawn, table: Document) -> None:
    """A primary key of two ranges, with as many pairs as rows or more."""
    name = table["table_name"]
    wide = drawn.draw(st.integers(1, 7))
    for part, size in (("a", wide), ("b", -(-max(drawn.most[name], 1) // wide))):
        column = {
            "name": f"{name}_{part}",
            "type": "int",
            "constraints": ["PK"],
            "rule": {"type": "range", "min": 1, "max": size},
        }
        table["columns"].append(column)
    drawn.keys[name] = [f"{name}_a", f"{name}_b"]


def refer(drawn: Drawn, table: Document, parent: str, **options: Any) -> list[str]:
    """Add a reference to a parent's whole key; returns its child columns."""
    name = table["table_name"]
    number = len(table["foreign_keys"])
    children = [f"{name}_r{number}_{key}" for key in drawn.keys[parent]]
    table["columns"] += [{"name": child} for child in children]
    table["foreign_keys"].append(
        {
            "id": f"{name}_r{number}",
            "parent_table": parent,
            "parent_columns": list(drawn.keys[parent]),
            "child_columns": children,
            **options,
        }
    )
    return children
