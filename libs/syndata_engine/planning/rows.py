"""How many rows each table gets: stated, taken from a fan-out, or the default lowered to what keys can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ForeignKeySchema, TableSchema
from syndata_engine.generation.families.fan_out import FanOutMap
from syndata_engine.generation.references.key_sets import KeySet
from syndata_engine.generation.tables.tables import DatasetBuilder, TableBuilder
from syndata_engine.generation.words.bits import derive_key

if TYPE_CHECKING:
    from syndata_engine.generation.references.pairs import Pairing

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
        paths = [_fan_out_line(fk) for name in names if (fk := self._leading(self.builder.tables[name].schema))]
        shown = " -> ".join([*names, names[0]])
        what = f"the fan-outs of {shown} decide each other's rows in a circle"
        return [Fault(paths[0], what, "state rows for one of these tables", related=tuple(paths[1:]))]

    def _decide(self, table: TableBuilder) -> int:
        schema = table.schema
        if schema.truth_of is not None:
            return self.builder.dirt(schema.truth_of).total
        if schema.derived is not None:
            from syndata_engine.planning.change_counts import derived_rows

            base = schema.derived.table
            return derived_rows(schema.derived.form, self.builder.tables[base], self.rows(base))
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
            self._check_family(schema, fk, rows, (key, capacity))
        for pairing in table.context.relations.pairings():
            self._check_pairing(table, pairing, rows)
        if schema.changes is not None:
            from syndata_engine.planning.change_counts import check_numbers

            check_numbers(table, rows)
        return rows

    def _leading(self, schema: TableSchema) -> ForeignKeySchema | None:
        """The reference whose fan-out gives the rows: the owning one, else the first."""
        refs = self.builder.references(schema.name)
        with_fan_out = [fk for fk in schema.foreign_keys if refs.gives_rows(fk)]
        return next((fk for fk in with_fan_out if fk.owning), min(with_fan_out, key=lambda fk: fk.id, default=None))

    def _from_fan_out(self, table: TableBuilder, fk: ForeignKeySchema) -> int:
        assert fk.fan_out is not None  # noqa: S101 -- chosen for it
        schema = table.schema
        key = derive_key(table.context.seed, "fan-out", schema.id, fk.id)
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
        alone = self._without_partners(table) if parents else None
        if alone is not None and not fk.fan_out.min:
            what = f"{schema.name} gets no rows, since {alone} has none to pair {fk.parent_table} with"
            self.builder.warn(fk.path, what, f"give {alone} rows")
            return 0
        if alone is not None:
            lines = (_fan_out_line(fk), *self._lines(alone), *self._lines(fk.parent_table or ""))
            what = f"each of {parents:,} {fk.parent_table} has at least {fk.fan_out.min:,} {schema.name}, each with another of {alone}, which has no rows"
            raise Refused(Fault(lines[0], what, f"give {alone} rows, or let the fan-out begin at 0", related=lines[1:]))
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

    def _without_partners(self, table: TableBuilder) -> str | None:
        """A table without rows, of which each row of this one would need another; None where there is none."""
        pairings = table.context.relations.pairings()
        parents = [fk.parent_table or "" for one in pairings for fk in (one.base, *one.others) if not fk.null_rate]
        return next((name for name in parents if not self._is_pending(name) and not self.rows(name)), None)

    def _within_capacity(self, table: TableBuilder, rows: int, *, stated: bool) -> int:
        schema = table.schema
        for key, capacity in (*table.keys.capacities, *self._pairs(table, stated=stated)):
            if rows <= capacity:
                continue
            names = ", ".join(f"{schema.name}.{column}" for column in key.columns)
            told = f"{capacity:,} rows{self._factors(table, key, capacity)}"
            what = f"{names} can tell apart {told}, but {schema.name} has {rows:,}"
            fix = f"lower rows to {capacity:,}, or let {' or '.join(key.columns)} take more values"
            if stated:
                lines = (*self._lines(schema.name), *self._key_lines(schema, key))
                raise Refused(Fault(lines[0], what, fix, related=lines[1:]))
            self.builder.warn(
                key.path,
                f"{names} can tell apart {capacity:,} rows, so {schema.name} gets {capacity:,} instead of the default {rows:,}",
                fix,
            )
            rows = capacity
        return self._within_demands(table, rows, stated=stated)

    def _within_demands(self, table: TableBuilder, rows: int, *, stated: bool) -> int:
        """As many of the rows as values suffice for where conditions hold."""
        schema = table.schema
        for demand in table.keys.demands():
            needed = demand.rows(rows)
            if needed <= demand.capacity:
                continue
            names = ", ".join(f"{schema.name}.{column}" for column in demand.key.columns)
            what = f"{names} can tell apart {demand.capacity:,} rows where {demand.where}, "
            what += (
                f"and {needed:,} of {rows:,} rows of {schema.name} are so"
                if demand.classes
                else f"but that may be so in all {rows:,} of {schema.name}"
            )
            fix = f"let {' or '.join(demand.key.columns)} take {needed:,} values or more there, or lower rows"
            if stated or demand.classes:
                lines = (*self._lines(schema.name), demand.key.path)
                raise Refused(Fault(lines[0], what, fix, related=lines[1:]))
            self.builder.warn(demand.key.path, f"{what}, so it gets {demand.capacity:,}", fix)
            rows = demand.capacity
        return rows

    def _pairs(self, table: TableBuilder, *, stated: bool) -> Iterator[tuple[KeySet, int]]:
        """How many rows each key that consists of references can tell apart; of edges it is asked for each node, later."""
        for pairing in table.context.relations.pairings():
            if stated and any(fk.edge for fk in pairing.others):
                continue
            parents = [fk.parent_table or "" for fk in (pairing.base, *pairing.others)]
            if not any(self._is_pending(parent) for parent in parents):
                yield pairing.key, self.rows(parents[0]) * prod(pairing.choices(self.rows)) * pairing.spare

    def _check_pairing(self, table: TableBuilder, pairing: Pairing, rows: int) -> None:
        """Refuse families with more members than there are rows to pair them with."""
        base, others = pairing.base.parent_table or "", [fk.parent_table or "" for fk in pairing.others]
        if not rows or any(self._is_pending(parent) for parent in (base, *others)):
            return
        choices = prod(pairing.choices(self.rows)) * pairing.spare
        most = self.most(table.schema.name, pairing.base, rows)
        if most > choices:
            shown = " x ".join(f"{number:,} {parent}" for number, parent in zip(pairing.choices(self.rows), others, strict=True))  # fmt: skip
            shown += "".join(f" x {capacity:,} {name}" for name, capacity in pairing.free)
            what = f"one of {base} has up to {most:,} {table.schema.name}, each with another of {shown}"
            what += f" = {choices:,}" if len(others) + len(pairing.free) > 1 else ""
            ends = [fk for fk in pairing.others if fk.edge is not None]
            if ends:
                edge = table.context.relations.edge(ends[0])
                line = _fan_out_line(pairing.base) if pairing.base.fan_out else pairing.base.path
                what = f"up to {most:,} {table.schema.name} begin at one of {base}, which may have only {choices:,} others for them to lead to"
                raise Refused(Fault(line, what, f"lower the fan-out of {pairing.base.id} to {choices:,}, or {edge.fix(most)}",
                                    related=(edge.said.path, *self._key_lines(table.schema, pairing.key))))  # fmt: skip
            enough = f" to {most + self.rows(others[0]) - choices:,}" if len(others) == 1 and not pairing.free else ""
            raise Refused(Fault(pairing.base.path, what, f"lower the fan-out of {pairing.base.id} to {choices:,}, or raise the rows of {' or '.join(others)}{enough}",
                                related=(*self._family_lines(table.schema, pairing.base), *self._key_lines(table.schema, pairing.key))))  # fmt: skip

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
            lines = (*self._lines(fk.parent_table or ""), *self._lines(schema.name), fk.path)
            raise Refused(Fault(lines[0], f"{fk.parent_table} has no rows, but {children:,} rows of {schema.name} refer to it",
                                f"give {fk.parent_table} rows, or {schema.name} none", related=lines[1:]))  # fmt: skip
        if fk.fan_out is None:
            return
        low, high = parents * fk.fan_out.min, parents * fk.fan_out.max
        if not low <= children <= high:
            lines = (*self._lines(schema.name), _fan_out_line(fk), *self._lines(fk.parent_table or ""))
            what, fix = _unequal(schema.name, fk, parents, (children, rows))
            raise Refused(Fault(lines[0], what, fix, related=lines[1:]))

    def _is_pending(self, name: str) -> bool:
        return name in self._deciding and name not in self.counts

    def _check_family(self, schema: TableSchema, fk: ForeignKeySchema, rows: int, limit: tuple[KeySet, int]) -> None:
        key, capacity = limit
        most = self.most(schema.name, fk, rows)
        if most > capacity:
            lines = (*self._family_lines(schema, fk), *self._key_lines(schema, key))
            raise Refused(Fault(lines[0], f"the key {', '.join(key.columns)} can tell apart {capacity:,} rows of one {fk.parent_table}, but one has up to {most:,}",
                                f"let one {fk.parent_table} have at most {capacity:,}, or widen the key", related=lines[1:]))  # fmt: skip

    def _lines(self, name: str) -> tuple[str, ...]:
        """The lines that decide a table's rows."""
        schema = self.builder.tables[name].schema
        if schema.rows is not None:
            return (f"{schema.path}.rows",)
        leading = self._leading(schema)
        if leading is not None:
            return (_fan_out_line(leading), *self._lines(leading.parent_table or ""))
        return ("rows",) if self.builder.schema.rows is not None else ()

    def _family_lines(self, schema: TableSchema, fk: ForeignKeySchema) -> tuple[str, ...]:
        """The lines that decide how many children one parent has."""
        if fk.fan_out is not None and fk.fan_out.distribution is None:
            return (_fan_out_line(fk),)
        lines = (*self._lines(schema.name), *self._lines(fk.parent_table or ""))
        return tuple(dict.fromkeys((_fan_out_line(fk), *lines))) if fk.fan_out is not None else (lines or (fk.path,))

    def _key_lines(self, schema: TableSchema, key: KeySet) -> tuple[str, ...]:
        """The lines that make columns a key, and that say what values these have."""
        columns = [column for column in schema.columns if column.name in key.columns]
        if len(columns) == 1:
            marks = (f"{columns[0].path}.{'primary_key' if key.primary else 'unique'}",)
        else:
            marks = (f"{schema.path}.{'primary_key' if key.primary else 'unique'}",)
        if any(one.path == key.path for one in schema.conditional_keys):
            marks = (key.path,)
        pairing = self._pairing(schema.name, key)
        paired = (fk.parent_table or "" for fk in (pairing.base, *pairing.others)) if pairing else ()
        rules = (column.rule.path or f"{column.path}.rule" for column in columns if column.rule is not None)
        return (*marks, *rules, *(line for parent in paired for line in self._lines(parent)))

    def _pairing(self, name: str, key: KeySet) -> Pairing | None:
        return next((one for one in self.builder.references(name).pairings() if one.key == key), None)

    def _factors(self, table: TableBuilder, key: KeySet, capacity: int) -> str:
        """How the capacity of a key of several columns comes about."""
        pairing = self._pairing(table.schema.name, key)
        if pairing is None:
            found = table.keys.factors.get(key.columns, ())
            return f" ({' x '.join(f'{factor:,}' for factor in found)})" if found else ""
        parents = [fk.parent_table or "" for fk in (pairing.base, *pairing.others)]
        numbers = (self.rows(parents[0]), *pairing.choices(self.rows))
        shown = (f"{number:,} {parent}" for number, parent in zip(numbers, parents, strict=True))
        return f" ({' x '.join(shown)})" if prod(numbers) == capacity else ""


def _fan_out_line(fk: ForeignKeySchema) -> str:
    return (fk.fan_out.path if fk.fan_out else "") or f"{fk.path}.fan_out"


def _unequal(child: str, fk: ForeignKeySchema, parents: int, rows: tuple[int, int]) -> tuple[str, str]:
    """Why parents cannot have these children, reckoned, and what could be changed to what."""
    children, whole = rows
    parent, fan_out = fk.parent_table, fk.fan_out
    assert fan_out is not None  # noqa: S101 -- the caller has compared with it
    many = children > parents * fan_out.max
    bound, sign, word = (fan_out.max, "<", "most") if many else (fan_out.min, ">", "least")
    total = parents * bound
    refer = f"{children:,} rows" if children == whole else f"{children:,} of {whole:,} rows that refer"
    what = f"{child}: {parents:,} {parent} x at {word} {bound:,} = {total:,} {sign} {refer}"
    # As many rows as before to each that refers.
    stated = total if not children else total * whole // children if many else -(-total * whole // children)
    fixes = [f"state at {word} {stated:,} rows for {child}"]
    if bound:
        fixes.append(
            f"at {'least' if many else 'most'} {-(-children // bound) if many else children // bound:,} for {parent}"
        )
    if parents:
        fixes.append(
            f"let the fan-out {'reach' if many else 'begin at'} {-(-children // parents) if many else children // parents:,}"
        )
    return what, ", or ".join(fixes)
