"""Primary keys and unique columns: each value computed from the row's number, its capacity known beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, ForeignKeySchema, Rule
from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.columns.mixed import built, check_one_vocabulary
from syndata_engine.generation.kinds.registry import Kind, parse_rule
from syndata_engine.generation.nodes.codes import INT64_MAX
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import Permuted, RowNumber, digit_of
from syndata_engine.generation.references.key_sets import KeySet, key_sets
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import Codes, derive_key, mix64_int

if TYPE_CHECKING:
    from syndata_engine.generation.keys.conditional_keys import Demand
    from syndata_engine.generation.tables.tables import TableBuilder


@dataclass(eq=False)
class Keys:
    """Builds the columns of a table's keys."""

    builder: TableBuilder
    _columns: dict[str, Column] = field(default_factory=dict)
    _made: set[tuple[str, ...]] = field(default_factory=set)
    _branched: dict[str, KeySet] = field(default_factory=dict)
    """Unique columns with conditional rules."""
    capacities: list[tuple[KeySet, int]] = field(default_factory=list)
    """How many rows each key can tell apart; keys without a bound are left out."""
    factors: dict[tuple[str, ...], tuple[int, ...]] = field(default_factory=dict)
    """Values of each column of a key of several, whose product is its capacity."""

    def __post_init__(self) -> None:
        # A derived table's keys are computed with its columns.
        self.sets = [] if self.builder.schema.derived else key_sets(self.builder.schema)

    def holds(self, name: str) -> bool:
        """Whether a column belongs to a key."""
        return any(name in key.columns for key in self.sets)

    def column(self, name: str) -> Column | None:
        """The key column of this name; None where the key leaves it to its rule (a reference, a position)."""
        for key in self.sets:
            if name in key.columns:
                self._make(key)
        if name in self._branched and name not in self._columns:
            from syndata_engine.generation.keys.unique_branches import unique_conditional

            # Late, as conditions read other columns, and these may need to know how many rows there are.
            self._columns[name] = unique_conditional(
                self.builder, self._branched[name], self.builder.column_schema(name)
            )
        return self._columns.get(name)

    def is_branched(self, key: KeySet) -> bool:
        """Whether conditions choose between rules of a unique column, so that each rule has a capacity of its own."""
        return len(key.columns) == 1 and key.columns[0] in self._branched

    def make_all(self) -> None:
        """Build every key, so that all capacities are known."""
        for key in self.sets:
            self._make(key)
        if self.builder.conditional is not None:
            self.builder.conditional.check()

    def demands(self) -> list[Demand]:
        """What conditions ask of keys: so many values for rows whose number may be known."""
        found = [] if self.builder.conditional is None else self.builder.conditional.demands
        for name, key in self._branched.items():
            from syndata_engine.generation.keys.unique_branches import branches_of

            branches = branches_of(self.builder, key, self.builder.column_schema(name))
            found = [*found, *(branch.demand for branch in branches if branch.demand is not None)]
        return found

    def _make(self, key: KeySet) -> None:
        if key.columns in self._made:
            return
        self._made.add(key.columns)
        if any(other is not key and set(other.columns) < set(key.columns) for other in self.sets):
            return
        references, free, whole = self._members(key)
        if not whole:
            # What a part of a reference takes part in is told apart by the other columns alone.
            references = []
        if not references and len(free) == 1:
            self._single(key, free[0])
        elif references:
            self._beside_reference(key, references, free)
        else:
            self._mixed_radix(key, free)

    def _members(self, key: KeySet) -> tuple[list[ForeignKeySchema], list[ColumnSchema], bool]:
        """The references and the other columns of a key, and whether it has all columns of each reference."""
        relations = self.builder.context.relations
        found: dict[str, ForeignKeySchema] = {}
        partial: dict[str, ForeignKeySchema] = {}
        free = []
        for name in key.columns:
            fk = relations.covering(name)
            if fk is None:
                free.append(self.builder.column_schema(name))
            elif set(fk.child_columns) <= set(key.columns):
                found[fk.id] = fk
            else:
                partial[fk.id] = fk
        for fk in partial.values() if not free else ():
            rest = ", ".join(column for column in fk.child_columns if column not in key.columns)
            what = f"the key {', '.join(key.columns)} holds only a part of the reference {fk.id}, so it cannot be shown to be unique"
            raise Refused(Fault(key.path, what, f"add {rest} to the key, or give the table a key of its own"))
        return list(found.values()), sorted(free, key=lambda column: column.id), not partial

    def rule(self, column: ColumnSchema) -> tuple[ColumnContext, Kind, Any]:
        """What a key column's kind may see, the kind and its options; Refused where conditions choose between rules."""
        if column.conditional_rules:
            what = f"{column.name} is unique together with others, but has conditional rules"
            raise Refused(Fault(column.path, what, "drop one of the two, or let it be unique by itself"))
        return self.branch(column, self.builder.rule_of(column), "")

    def branch(self, column: ColumnSchema, rule: Rule, name: str) -> tuple[ColumnContext, Kind, Any]:
        """The same for one of several rules."""
        ctx = self.builder.column_context(column.model_copy(update={"rule": rule}), key=True)
        kind, options = parse_rule(rule)
        return replace(ctx, schema=column, branch=name), kind, options

    def enumeration(self, column: ColumnSchema) -> Enumeration:
        """The column's values, numbered; Refused where they cannot be."""
        return self.numbered(*self.rule(column))

    def own(self, ctx: ColumnContext, kind: Kind, options: Any, key: int) -> Column | None:
        """A column that is unique by its kind's own construction; None where there is none."""
        return built(ctx, lambda each: kind.unique(each, options, key))

    def numbered(self, ctx: ColumnContext, kind: Kind, options: Any) -> Enumeration:
        """The values of a kind, numbered; Refused where they cannot be."""
        check_one_vocabulary(ctx, lambda: kind.enumerate(ctx, options), kind.name)
        enumeration = kind.enumerate(ctx, options)
        if enumeration is None:
            # Some rules tell rows apart by themselves, but are no digits of a key of several columns.
            others = [name for name in ("sequence", "range", "uuid", "pattern", "choice", "email") if name != kind.name]
            alone = f", or let {ctx.schema.name} be unique by itself" if kind.name == "uuid" else ""
            ctx.refuse(f"{ctx.schema.name} must be unique, but values of the rule {kind.name} cannot be numbered",
                       f"use {', '.join(others)} or username for unique columns{alone}")  # fmt: skip
            raise AssertionError
        return enumeration

    def key(self, *path: str) -> int:
        """What scatters the values of the key that a path names."""
        return derive_key(self.builder.context.seed, "key", self.builder.schema.id, *path)

    def _single(self, key: KeySet, column: ColumnSchema) -> None:
        if column.conditional_rules:
            self._branched[column.name] = key
            return
        ctx, kind, options = self.rule(column)
        own = self.own(ctx, kind, options, self.key(column.id))
        if own is not None:
            self._columns[column.name] = own
            return
        enumeration = self.enumeration(column)
        capacity = min(enumeration.capacity, INT64_MAX)
        self.capacities.append((key, enumeration.capacity))
        index = Permuted(RowNumber(), Bijection(capacity, self.key(column.id)))
        self._columns[column.name] = replace(enumeration.column(index), unique=True)

    def _mixed_radix(self, key: KeySet, columns: list[ColumnSchema]) -> None:
        """Columns, in the order of their ids, as the digits of one permuted number."""
        enumerations = {column.name: self.enumeration(column) for column in columns}
        capacity = prod(enumeration.capacity for enumeration in enumerations.values())
        self.capacities.append((key, capacity))
        self.factors[key.columns] = tuple(enumerations[name].capacity for name in key.columns)
        number = Permuted(
            RowNumber(), Bijection(min(capacity, INT64_MAX), self.key(*(column.id for column in columns)))
        )
        self._digits(number, enumerations, key)

    def _digits(self, number: Node, enumerations: dict[str, Enumeration], key: KeySet) -> None:
        divisor = 1
        for name, enumeration in enumerations.items():
            self._check_undecided(name, key)
            divisor = min(divisor, INT64_MAX)
            self._columns[name] = enumeration.column(digit_of(number, divisor, min(enumeration.capacity, INT64_MAX)))
            divisor *= enumeration.capacity

    def free_beside(self, key: KeySet, references: list[ForeignKeySchema]) -> tuple[tuple[str, int], ...] | None:
        """The columns of a key that belong to none of these references, and how many values each takes.

        None where one of them is a position, which tells the children of a parent apart by itself.
        """
        referring = {name for fk in references for name in fk.child_columns}
        free = [self.builder.column_schema(name) for name in key.columns if name not in referring]
        if self.has_position(free, references):
            return None
        free.sort(key=lambda column: column.id)
        return tuple((column.name, min(self.enumeration(column).capacity, INT64_MAX)) for column in free)

    def has_position(self, columns: list[ColumnSchema], references: list[ForeignKeySchema]) -> bool:
        """Whether one of the columns counts the children of one of these references."""
        return any(self._is_position(column, references) for column in columns)

    def _is_position(self, column: ColumnSchema, references: list[ForeignKeySchema]) -> bool:
        """Whether a column counts the children of one of these references."""
        rule = self.builder.rule_of(column)
        kind, options = parse_rule(rule)
        return kind.name == "position" and self.builder.context.relations.find(options.via, rule.path) in references

    def _check_undecided(self, name: str, key: KeySet) -> None:
        if name in self._columns:
            what = f"{name} belongs to two keys that would each decide it"
            raise Refused(Fault(key.path, what, "drop one of the unique sets"))

    def _beside_reference(self, key: KeySet, references: list[ForeignKeySchema], free: list[ColumnSchema]) -> None:
        """A reference with a place inside its family: a position, or digits of one."""
        relations = self.builder.context.relations
        if self.has_position(free, references):
            return
        if len(references) > 1:
            # Told apart by how their parents are chosen; what cannot be met is refused there.
            relations.pairings()
            for column in free:
                self._check_undecided(column.name, key)
                digit = _PairedDigit(self.builder, key, column.name)
                self._columns[column.name] = self.enumeration(column).column(digit)
            return
        fk = references[0]
        if (
            fk.parents
            or fk.choice == "independent"
            or fk.parent_table == self.builder.schema.name
            or relations.within(fk)
        ):
            raise Refused(
                Fault(
                    key.path,
                    f"the reference {fk.id} cannot be part of a unique key",
                    "use a plain reference with choice: exact",
                )
            )
        enumerations = {column.name: self.enumeration(column) for column in free}
        capacity = min(prod(enumeration.capacity for enumeration in enumerations.values()), 2**62)
        self.builder.family_limits.append((key, fk, capacity))
        if enumerations:
            self._digits(FamilyDigits(self.builder, fk, capacity), enumerations, key)


@dataclass(frozen=True, eq=False, slots=True)
class FamilyDigits(Node):
    """A number below `capacity`, different for every child of one parent.

    Families are asked for when rows are computed, because keys are built before row counts are known.
    """

    builder: TableBuilder
    fk: ForeignKeySchema
    capacity: int

    def compute(self, frame: Frame, out: Codes) -> None:
        families = self.builder.context.relations.families(self.fk, self.fk.path)
        parent, position = families.locate(frame.rows)
        start = (parent.view(np.uint64) * np.uint64(mix64_int(families.fan_out.key) | 1)) % np.uint64(self.capacity)
        out[:] = (position + start.view(np.int64)) % self.capacity


@dataclass(frozen=True, eq=False, slots=True)
class _PairedDigit(Node):
    """The number of a column's value, in a key of several references; asked for late, as families are."""

    builder: TableBuilder
    key: KeySet
    name: str

    def compute(self, frame: Frame, out: Codes) -> None:
        from syndata_engine.generation.references.pairs import paired_digit

        relations = self.builder.context.relations
        pairing = next(one for one in relations.pairings() if one.key.columns == self.key.columns)
        paired_digit(relations, pairing, self.name).compute(frame, out)
