"""How many rows each table gets: stated, taken from a fan-out, or the default lowered to what keys can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ForeignKeySchema, TableSchema
from syndata_engine.generation.bits import derive_key
from syndata_engine.generation.fan_out import FanOutMap
from syndata_engine.generation.keys import KeySet
from syndata_engine.generation.pairs import Pairing
from syndata_engine.generation.tables import DatasetBuilder, TableBuilder

DEFAULT_ROWS = 1_000
MAX_ROWS = 2**62


@dataclass(eq=False)
class RowCounter:
    """Decides row counts, parents before the children that take theirs from them."""

    builder: DatasetBuilder
    counts: dict[str, int] = field(default_factory=dict)
    _deciding: list[str] = field(default_factory=list)
    _circles: set[frozenset[str]] = field(default_factory=set)

    def rows(self, name: str) -> int:
        """Rows of a table; Refused where demands conflict."""
        if name not in self.counts:
            if name in self._deciding:
                raise Refused(self._circle(self._deciding[self._deciding.index(name) :]))
            self._deciding.append(name)
            try:
                self.counts[name] = self._decide(self.builder.tables[name])
            finally:
                self._deciding.pop()
        return self.counts[name]

    def _circle(self, names: list[str]) -> list[Fault]:
        """The fault of a circle the first time that it is found."""
        if frozenset(names) in self._circles:
            return []
        self._circles.add(frozenset(names))
        paths = [fk.path for name in names if (fk := self._leading(self.builder.tables[name].schema))]
        shown = " -> ".join([*names, names[0]])
        what = f"the fan-outs of {shown} decide each other's rows in a circle"
        return [Fault(paths[0], what, "state rows for one of these tables", related=tuple(paths[1:]))]

    def _decide(self, table: TableBuilder) -> int:
        schema = table.schema
        table.keys.make_all()
        wanted = schema.rows
        leading = self._leading(schema)
        if wanted is None and leading is not None:
            rows, stated = self._from_fan_out(table, leading), True
        elif wanted is None:
            default = self.builder.schema.rows
            rows, stated = DEFAULT_ROWS if default is None else default, False
        else:
            rows, stated = wanted, True
        if rows > MAX_ROWS:
            raise Refused(
                Fault(f"{schema.path}.rows", f"{rows:,} rows are more than {MAX_ROWS:,}", "ask for fewer rows")
            )
        rows = self._within_capacity(table, rows, stated=stated)
        # Known before references are checked: a parent may take its own rows from a fan-out over this table.
        self.counts[schema.name] = rows
        for fk in schema.foreign_keys:
            self._check_reference(schema, fk, rows)
        for key, fk, capacity in table.family_limits:
            self._check_family(schema, fk, rows, (key.columns, capacity))
        for pairing in table.context.relations.pairings():
            self._check_pairing(table, pairing, rows)
        return rows

    def _leading(self, schema: TableSchema) -> ForeignKeySchema | None:
        """The reference whose fan-out gives the rows: the owning one, else the first."""
        refs = self.builder.references(schema.name)
        with_fan_out = [fk for fk in schema.foreign_keys if refs.gives_rows(fk)]
        return next((fk for fk in with_fan_out if fk.owning), min(with_fan_out, key=lambda fk: fk.id, default=None))

    def _from_fan_out(self, table: TableBuilder, fk: ForeignKeySchema) -> int:
        assert fk.fan_out is not None  # noqa: S101 -- chosen for it
        key = derive_key(table.context.seed, "fan-out", table.schema.id, fk.id)
        parents = self.rows(fk.parent_table or "")
        if parents * fk.fan_out.max > MAX_ROWS:
            most = parents * fk.fan_out.max
            raise Refused(
                Fault(
                    fk.path,
                    f"the fan-out allows {most:,} rows, more than {MAX_ROWS:,}",
                    "lower the fan-out or the parents",
                )
            )
        law = fk.fan_out.distribution
        children = FanOutMap(parents, fk.fan_out.min, fk.fan_out.max, key, law=law).children
        if not fk.null_rate:
            return children
        if fk.null_rate == 1:
            raise Refused(
                Fault(
                    fk.path,
                    "every reference is NULL, so the fan-out decides nothing",
                    "state rows, or lower the null rate",
                )
            )
        return int((children / (1 - fk.null_rate)).to_integral_value())

    def _within_capacity(self, table: TableBuilder, rows: int, *, stated: bool) -> int:
        schema = table.schema
        for key, capacity in (*table.keys.capacities, *self._pairs(table)):
            if rows <= capacity:
                continue
            names = ", ".join(f"{schema.name}.{column}" for column in key.columns)
            what = f"{names} can tell apart {capacity:,} rows, but {schema.name} has {rows:,}"
            fix = f"lower rows to {capacity:,}, or let {' or '.join(key.columns)} take more values"
            if stated:
                raise Refused(Fault(f"{schema.path}.rows", what, fix, related=(key.path,)))
            self.builder.warn(
                key.path,
                f"{names} can tell apart {capacity:,} rows, so {schema.name} gets {capacity:,} instead of the default {rows:,}",
                fix,
            )
            rows = capacity
        return rows

    def _pairs(self, table: TableBuilder) -> Iterator[tuple[KeySet, int]]:
        """How many rows each key that consists of references can tell apart."""
        for pairing in table.context.relations.pairings():
            parents = [fk.parent_table or "" for fk in (pairing.base, *pairing.others)]
            if not any(self._is_pending(parent) for parent in parents):
                yield pairing.key, self.rows(parents[0]) * prod(pairing.choices(self.rows)) * pairing.spare

    def _check_pairing(self, table: TableBuilder, pairing: Pairing, rows: int) -> None:
        """Refuse families with more members than there are rows to pair them with."""
        base, others = pairing.base.parent_table or "", [fk.parent_table or "" for fk in pairing.others]
        if any(self._is_pending(parent) for parent in (base, *others)):
            return
        choices = prod(pairing.choices(self.rows)) * pairing.spare
        most = self.most(table.schema.name, pairing.base, rows)
        if most > choices:
            shown = " x ".join(f"{number:,} {parent}" for number, parent in zip(pairing.choices(self.rows), others, strict=True))  # fmt: skip
            shown += "".join(f" x {capacity:,} {name}" for name, capacity in pairing.free)
            what = f"one of {base} has up to {most:,} {table.schema.name}, each with another of {shown}"
            what += f" = {choices:,}" if len(others) + len(pairing.free) > 1 else ""
            raise Refused(Fault(pairing.base.path, what, f"lower the fan-out of {pairing.base.id} to {choices:,}, or raise the rows of {' or '.join(others)}",
                                related=(pairing.key.path,)))  # fmt: skip

    def most(self, name: str, fk: ForeignKeySchema, rows: int) -> int:
        """Most children of one parent, in a table of this name."""
        parents = self.rows(fk.parent_table or "")
        children = self.builder.references(name).children(fk, rows)
        if fk.fan_out is None:
            return -(-children // max(parents, 1))
        return FanOutMap(parents, fk.fan_out.min, fk.fan_out.max, 0, children, fk.fan_out.distribution).most

    def _check_reference(self, schema: TableSchema, fk: ForeignKeySchema, rows: int) -> None:
        if fk.parents or fk.parent_table == schema.name:
            return
        if self._is_pending(fk.parent_table or ""):
            return
        parents = self.rows(fk.parent_table or "")
        children = self.builder.references(schema.name).children(fk, rows)
        if parents == 0 and children > 0:
            raise Refused(Fault(fk.path, f"{fk.parent_table} has no rows, but {children:,} rows of {schema.name} refer to it",
                                f"give {fk.parent_table} rows, or {schema.name} none"))  # fmt: skip
        if fk.fan_out is None:
            return
        low, high = parents * fk.fan_out.min, parents * fk.fan_out.max
        if not low <= children <= high:
            raise Refused(Fault(f"{schema.path}.rows", f"{parents:,} rows of {fk.parent_table} with {fk.fan_out.min} to {fk.fan_out.max} children each "
                                f"make {low:,} to {high:,} rows of {schema.name}, not {children:,}",
                                f"state rows between {low:,} and {high:,}, or change the fan-out", related=(fk.path,)))  # fmt: skip

    def _is_pending(self, name: str) -> bool:
        return name in self._deciding and name not in self.counts

    def _check_family(
        self, schema: TableSchema, fk: ForeignKeySchema, rows: int, limit: tuple[tuple[str, ...], int]
    ) -> None:
        names, capacity = limit
        most = self.most(schema.name, fk, rows)
        if most > capacity:
            raise Refused(Fault(fk.path, f"the key {', '.join(names)} can tell apart {capacity:,} rows of one {fk.parent_table}, but one has up to {most:,}",
                                "lower rows or the fan-out, or widen the key", related=(schema.path,)))  # fmt: skip
