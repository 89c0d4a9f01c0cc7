"""Unique columns with conditional rules: each branch numbers its own rows, and no two branches share a value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, Condition, Rule
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.expressions.branches import conditional
from syndata_engine.generation.keys.classes import Classes, classes_of
from syndata_engine.generation.keys.conditional_keys import Demand, numbered_rows, told
from syndata_engine.generation.keys.images import Image, image_of, overlap
from syndata_engine.generation.kinds.registry import parse_rule
from syndata_engine.generation.nodes.codes import INT64_MAX
from syndata_engine.generation.nodes.nodes import Permuted, RowNumber
from syndata_engine.generation.words.bijection import Bijection

if TYPE_CHECKING:
    from syndata_engine.generation.references.key_sets import KeySet
    from syndata_engine.generation.tables.tables import TableBuilder


@dataclass(frozen=True)
class Branch:
    """One rule of a unique column."""

    rule: Rule
    name: str
    """Tells its streams from those of the others."""
    demand: Demand | None
    """What its rows need; None where its kind has no bound, or gives NULL."""
    image: Image | None
    """None where it gives NULL, which is never twice."""


def branches_of(builder: TableBuilder, key: KeySet, column: ColumnSchema) -> list[Branch]:
    """The rules of a unique column; Refused where two of them may share a value."""
    found = []
    classes = _classes(builder, column)
    left = frozenset(range(len(classes.labels))) if classes else frozenset()
    for number, one in enumerate(column.conditional_rules):
        chosen = (classes.where(one.condition) or frozenset()) & left if classes else frozenset()
        left -= chosen
        found.append(
            _branch(builder, key, column, (one.rule, f"conditional.{number}", told(one.condition)), (classes, chosen))
        )
    if column.rule is not None:
        found.append(_branch(builder, key, column, (column.rule, "", "no condition holds"), (classes, left)))
    _check_apart(column, found)
    return found


def _check_apart(column: ColumnSchema, branches: list[Branch]) -> None:
    """Refuse two rules that may give the same value, with what they share."""
    for one, other in combinations(branches, 2):
        shared = overlap(one.image, other.image) if one.image and other.image else None
        if shared is not None:
            what = f"{column.name} is unique, but its rules {one.rule.kind} and {other.rule.kind} may give the same value: {shared}"
            fix = "give each rule values of its own: ranges side by side, lists without a common value, or texts that begin differently"
            raise Refused(Fault(one.rule.path or column.path, what, fix, related=(other.rule.path or column.path,)))


def unique_conditional(builder: TableBuilder, key: KeySet, column: ColumnSchema) -> Column:
    """The column, unique in all branches together."""
    branches = {branch.name: branch for branch in branches_of(builder, key, column)}

    def make(rule: Rule, name: str) -> Column:
        branch = branches[name]
        if branch.image is None:
            return builder.from_rule(column, rule, name)
        ctx, kind, options = builder.keys.branch(column, rule, name)
        own = builder.keys.own(ctx, kind, options, builder.keys.key(column.id, name))
        if own is not None:
            return replace(own, version=max(kind.version, own.version))
        enumeration = builder.keys.numbered(ctx, kind, options)
        size = min(enumeration.capacity, INT64_MAX)
        rows = RowNumber() if branch.demand is None else numbered_rows(builder, branch.demand)
        made = enumeration.column(Permuted(rows, Bijection(size, builder.keys.key(column.id, name))))
        return replace(made, version=max(kind.version, made.version))

    return replace(conditional(builder, column, make), unique=True)


def _classes(builder: TableBuilder, column: ColumnSchema) -> Classes | None:
    """The classes that all conditions of a column are about; None where rows of a branch cannot be counted."""
    conditions: list[Condition] = [one.condition for one in column.conditional_rules]
    found = classes_of(builder, conditions[0].column) if conditions[0].column else None
    if found is None or any(found.where(condition) is None for condition in conditions):
        return None
    return found


def _branch(
    builder: TableBuilder,
    key: KeySet,
    column: ColumnSchema,
    said: tuple[Rule, str, str],
    rows: tuple[Classes | None, frozenset[int]],
) -> Branch:
    rule, name, where = said
    kind_name = parse_rule(rule)[0].name
    if kind_name == "null":
        return Branch(rule, name, None, None)
    ctx, kind, options = builder.keys.branch(column, rule, name)
    own = builder.keys.own(ctx, kind, options, builder.keys.key(column.id, name))
    if own is not None:
        return Branch(rule, name, None, image_of(own, padded=False))
    enumeration = builder.keys.numbered(ctx, kind, options)
    image = image_of(enumeration.column(RowNumber()), padded=kind_name in {"pattern", "regex"})
    return Branch(rule, name, Demand(key, enumeration.capacity, where, *rows), image)
