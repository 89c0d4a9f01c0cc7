"""Columns that are unique among the rows where a condition holds, and as their rules say elsewhere.

Where it holds, values are numbered as those of any key are; a row's number is its own, or, where the condition is a
value of a column in exact shares, its place among the rows that have it. A reference alone that is unique where a
condition holds leaves no value to number: there the column that the condition compares is drawn so that it holds for
one row of a family at most (`capped`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, Condition, ConditionalKey, ForeignKeySchema
from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.expressions.branches import merged_columns
from syndata_engine.generation.expressions.conditions import condition_node
from syndata_engine.generation.keys.classes import Classes, classes_of
from syndata_engine.generation.keys.keys import FamilyDigits
from syndata_engine.generation.nodes.codes import INT64_MAX
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import Constant, FirstTrue, Permuted, RowNumber, Selected, digit_of
from syndata_engine.generation.references.key_sets import KeySet
from syndata_engine.generation.words.bijection import Bijection

if TYPE_CHECKING:
    from syndata_engine.generation.tables.tables import TableBuilder
    from syndata_engine.generation.words.bits import Codes


@dataclass(frozen=True)
class Demand:
    """So many values for the rows that a condition picks out."""

    key: KeySet
    capacity: int
    where: str
    """Which rows, as people read it."""
    classes: Classes | None = None
    """Where the number of these rows is known."""
    chosen: frozenset[int] = frozenset()

    def rows(self, rows: int) -> int:
        """Most of a table's rows that may be among them."""
        return rows if self.classes is None else self.classes.rows(self.chosen, rows)


@dataclass(frozen=True, eq=False, slots=True)
class LateNumber(Node):
    """The number of a row among those that a condition picks out; asked for late, when row counts are known."""

    builder: TableBuilder
    classes: Classes
    chosen: frozenset[int]
    known: list[Node] = field(default_factory=list)

    def compute(self, frame: Frame, out: Codes) -> None:
        if not self.known:
            self.known.append(self.classes.number(self.chosen, self.builder.context.relations.rows))
        out[:] = frame.get(self.known[0])


@dataclass(eq=False)
class ConditionalKeys:
    """Builds the columns of a table's conditional keys."""

    builder: TableBuilder
    demands: list[Demand] = field(default_factory=list)
    _checked: bool = False

    @cached_property
    def all(self) -> tuple[ConditionalKey, ...]:
        """Those that no other key implies."""
        sets = [set(key.columns) for key in self.builder.keys.sets]
        return tuple(
            key
            for key in self.builder.schema.conditional_keys
            if not any(columns <= set(key.columns) for columns in sets)
        )

    def capping(self, name: str) -> tuple[ConditionalKey, ForeignKeySchema] | None:
        """The key that lets its condition on this column hold for one row of each family at most."""
        for key in self.all:
            if name in key.condition.columns and not self._free(key):
                return key, self._reference(key)
        return None

    def deciding(self, name: str) -> ConditionalKey | None:
        """The key whose condition decides where this column is numbered."""
        if self.builder.context.relations.covering(name):
            return None
        return next((key for key in self.all if name in key.columns), None)

    def referring(self) -> Iterator[tuple[ConditionalKey, ForeignKeySchema, str]]:
        """Keys with a reference that other columns have values beside, or that stands alone, and their conditions."""
        for key in self.all:
            free = self._free(key)
            if len(free) < len(key.columns) and self._own(key) is None:
                fk = self._reference(key)
                if not self.builder.keys.has_position(free, [fk]):
                    yield key, fk, told(key.condition)

    def check(self) -> None:
        """Know all capacities; Refused where a key cannot be built."""
        if self._checked:
            return
        self._checked = True
        for key in self.all:
            self._check(key)

    def column(self, column: ColumnSchema, key: ConditionalKey) -> Column:
        """The column: numbered where the condition holds, and as its rule draws it elsewhere."""
        ctx, kind, options = self.builder.keys.rule(column)
        plain = self.builder.from_rule(column, self.builder.rule_of(column), "")
        own = self._own(key)
        if own is not None:
            # What is unique by itself is so in all rows; the other columns of the key are free then.
            found = self.builder.keys.own(ctx, kind, options, self._key(key)) if own == column.name else None
            return plain if found is None else replace(found, version=max(kind.version, found.version))
        where = ColumnContext(self.builder.context, column, None, key.condition.path)
        holds = condition_node(where, key.condition)
        numbered = self._numbered(key, column)
        index = FirstTrue((holds,))
        if numbered.labels is not None and plain.labels is not None and numbered.labels.values == plain.labels.values:
            # The same list: conditions on the column still know its values.
            codes = tuple(one.code or Constant(0) for one in (numbered, plain))
            found = replace(plain, code=Selected(index, codes), cost=1 + numbered.cost + plain.cost, narrow=None)
        else:
            found = merged_columns(column, index, [numbered, plain])
        reads = tuple(dict.fromkeys((*where.reads, *plain.reads)))
        return replace(found, reads=reads, version=max(kind.version, plain.version))

    # -- what a key consists of --------------------------------------------------------------------------------

    def _free(self, key: ConditionalKey) -> list[ColumnSchema]:
        relations = self.builder.context.relations
        free = [self.builder.column_schema(name) for name in key.columns if not relations.covering(name)]
        return sorted(free, key=lambda column: column.id)

    def _reference(self, key: ConditionalKey) -> ForeignKeySchema:
        """The one reference of a key; Refused where there is another, or only a part of one."""
        relations = self.builder.context.relations
        found = {fk.id: fk for name in key.columns if (fk := relations.covering(name)) is not None}
        fk = next(iter(found.values()))
        why = ""
        if len(found) > 1:
            why = f"the references {' and '.join(sorted(found))}, and one of them decides the families"
        elif not set(fk.child_columns) <= set(key.columns):
            why = f"a part of the reference {fk.id}"
        elif fk.parents or fk.choice == "independent" or fk.parent_table == self.builder.schema.name:
            why = f"the reference {fk.id}, whose children cannot be counted"
        if why:
            what = f"{', '.join(key.columns)} cannot be unique where a condition holds: it has {why}"
            raise Refused(Fault(key.path, what, "use one plain reference with choice: exact, whole, beside other columns"))  # fmt: skip
        return fk

    def _own(self, key: ConditionalKey) -> str | None:
        """The column of a key that is unique by its own construction, without a bound."""
        for column in self._free(key):
            ctx, kind, options = self.builder.keys.rule(column)
            if self.builder.keys.own(ctx, kind, options, self._key(key)) is not None:
                return column.name
        return None

    def _check(self, key: ConditionalKey) -> None:
        keys, free = self.builder.keys, self._free(key)
        for column in free:
            twin = next((other for other in self.all if other is not key and column.name in other.columns), None)
            if keys.holds(column.name) or twin is not None:
                what = f"{column.name} belongs to two keys that would each decide it"
                fix = "keep one of them, or join their conditions by `or`"
                raise Refused(Fault(key.path, what, fix, related=(twin.path,) if twin else ()))
        if len(free) < len(key.columns):
            fk = self._reference(key)
            if not free:
                self._check_alone(key)
            if free and not keys.has_position(free, [fk]) and self._own(key) is None:
                self.builder.family_limits.append((self._set(key), fk, self._capacity(key)))
        elif self._own(key) is None:
            self.demands.append(self._demand(key, self._capacity(key)))

    def _check_alone(self, key: ConditionalKey) -> None:
        """Refuse a key of a reference alone where something else draws the column that its condition compares."""
        from syndata_engine.generation.keys.capped import check_capped

        check_capped(self.builder, key)
        for other in self.all:
            shared = set(other.condition.columns) & set(key.condition.columns)
            if other is not key and shared and not self._free(other):
                what = f"{', '.join(sorted(shared))} would be drawn for two keys, each with a condition on it"
                fix = f"keep one, or write one with `{key.condition.column} in [...]`"
                raise Refused(Fault(key.path, what, fix, related=(other.path,)))

    def _set(self, key: ConditionalKey) -> KeySet:
        return KeySet(key.columns, primary=False, path=key.path)

    def _demand(self, key: ConditionalKey, capacity: int) -> Demand:
        return demand_of(self.builder, self._set(key), capacity, key.condition)

    def _capacity(self, key: ConditionalKey) -> int:
        return prod(self._enumerations(key)[name].capacity for name in self._enumerations(key))

    def _enumerations(self, key: ConditionalKey) -> dict[str, Enumeration]:
        return {column.name: self.builder.keys.enumeration(column) for column in self._free(key)}

    def _key(self, key: ConditionalKey) -> int:
        return self.builder.keys.key("where", *(self.builder.column_schema(name).id for name in sorted(key.columns)))

    def _numbered(self, key: ConditionalKey, column: ColumnSchema) -> Column:
        enumerations = self._enumerations(key)
        if len(enumerations) < len(key.columns):
            fk = self._reference(key)
            if self.builder.keys.has_position(self._free(key), [fk]):
                return self.builder.from_rule(column, self.builder.rule_of(column), "")
            number: Node = FamilyDigits(self.builder, fk, min(self._capacity(key), 2**62))
        else:
            size = min(self._capacity(key), INT64_MAX)
            number = Permuted(numbered_rows(self.builder, self._demand(key, size)), Bijection(size, self._key(key)))
        if len(enumerations) == 1:
            return enumerations[column.name].column(number)
        divisor = 1
        for name, enumeration in enumerations.items():
            if name == column.name:
                digit = digit_of(number, min(divisor, INT64_MAX), min(enumeration.capacity, INT64_MAX))
                return enumeration.column(digit)
            divisor *= enumeration.capacity
        raise KeyError(column.name)


def demand_of(builder: TableBuilder, key: KeySet, capacity: int, condition: Condition) -> Demand:
    """What a condition's rows need, and how many they are where that is known."""
    classes = classes_of(builder, condition.column) if condition.column else None
    chosen = None if classes is None else classes.where(condition)
    if chosen is None:
        return Demand(key, capacity, told(condition))
    return Demand(key, capacity, told(condition), classes, chosen)


def numbered_rows(builder: TableBuilder, demand: Demand) -> Node:
    """A number for each row of a demand, different from all others' and below `demand.rows`."""
    if demand.classes is None:
        return RowNumber()
    return LateNumber(builder, demand.classes, demand.chosen)


def told(condition: Condition) -> str:
    """A condition as people read it."""
    if condition.expression is not None:
        return condition.expression
    if condition.value is None:
        return f"{condition.column} is {'' if condition.operator == '==' else 'not '}null"
    return f"{condition.column} {condition.operator} {shown_value(condition.value)}"


def shown_value(value: Any) -> str:
    """A literal of a condition as people write it."""
    if isinstance(value, list):
        return f"[{', '.join(map(shown_value, value))}]"
    return str(value).lower() if isinstance(value, bool) else repr(value)
