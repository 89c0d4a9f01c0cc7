"""Rules in all their spellings, and under which conditions they apply."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from syndata_contracts.schema import ConditionalRule, MissingRule, Rule
from syndata_engine.reading.conditions import is_condition, read_condition
from syndata_engine.reading.nodes import Node, plain, step
from syndata_engine.reading.spots import Spot

CONDITIONAL_KEYS = ("condition", "when", "rule")
MISSING_KEYS = ("when", "condition", "rate")

NESTING = frozenset({"struct", "object", "record", "list", "array", "list_of"})
"""Every spelling of the kinds whose values hold others."""

CHOICES = frozenset(
    {"choice", "choices", "random_element", "enum", "categorical", "category", "weighted_choice", "one_of"}
)
"""Every spelling of the kind that takes a mapping of values to weights."""
_SAID_OF_CHOICES = frozenset({"value", "values", "choices", "options", "elements", "weights", "exact"})

_KIND = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,127}")
_MERGED = ("parameters", "options", "params")
_NOT_KINDS = frozenset({"value", "values", "min", "max", "regex", "pattern", "format", "custom_method", *_MERGED})
"""Options that stand alone where a user forgot the type."""
_OWN_OPTIONS = frozenset({"regex", "pattern"})
"""Kinds with an option of their own name: `{pattern: {pattern: "A-##"}}`."""
_TELLING = {"range": {"min", "max"}, "choice": {"value", "values"}, "pattern": {"pattern"}, "regex": {"regex"}}
"""Options that tell which kind was meant."""
_RULE_SHAPE = "a rule, such as `first_name` or `{type: range, min: 1, max: 10}`"


def read_rule(spot: Spot) -> Rule | None:
    """The rule at a spot, its options checked by its kind; None when it has faults."""
    rule = _shaped(spot)
    if rule is None or spot.notes.check_rule is None:
        return rule
    faults = list(spot.notes.check_rule(rule))
    for fault in faults:
        spot.notes.note(fault)
    return None if faults else rule


def _shaped(spot: Spot) -> Rule | None:
    value = spot.node.value
    if isinstance(value, str):
        return _named(spot, value)
    if isinstance(value, list):
        return _wrapped(spot, "choice")
    if isinstance(value, dict):
        return _mapped(spot, value)
    if isinstance(value, int | Decimal):
        spot.misfit(_RULE_SHAPE, f"for a constant write `{{type: choice, value: [{plain(spot.node)}]}}`".lower())
    else:
        spot.misfit(_RULE_SHAPE)
    return None


def _named(spot: Spot, kind: str, options: dict[str, Any] | None = None) -> Rule | None:
    if not _KIND.fullmatch(kind):
        spot.fault(f"{kind[:60]!r} is not the name of a rule", f"write {_RULE_SHAPE}")
        return None
    return Rule(path=spot.path, kind=kind, options=options or {})


def _mapped(spot: Spot, entries: dict[str, Node]) -> Rule | None:
    said = "kind" if "kind" in entries else "type" if "type" in entries else None
    if said is not None:
        at = Spot(entries[said], step(spot.path, said), spot.notes)
        kind = at.text("the name of a rule")
        if kind is None or not _named(at, kind):
            return None
        return _with_options(spot, kind, {key: child for key, child in entries.items() if key != said})
    if "custom_class" in entries:
        return _with_options(spot, "custom", entries)
    if len(entries) == 1:
        key, child = next(iter(entries.items()))
        if key not in _NOT_KINDS or (key in _OWN_OPTIONS and isinstance(child.value, dict)):
            return _nested(Spot(child, step(spot.path, key), spot.notes), key)
    guess = next((kind for kind, options in _TELLING.items() if options & entries.keys()), "...")
    spot.fault("the rule does not say its type" if entries else "the rule is empty", f"add `type: {guess}`")
    return None


def _nested(spot: Spot, kind: str) -> Rule | None:
    """`{range: {min: 1}}`, `{choice: [a, b]}`, `{bool: null}`."""
    value = spot.node.value
    if spot.is_broken or not _named(spot, kind):
        return None
    if isinstance(value, dict) and not _weighs_values(kind, value):
        return _with_options(spot, kind, value)
    return Rule(path=spot.path, kind=kind) if value is None else _wrapped(spot, kind)


def _weighs_values(kind: str, entries: dict[str, Node]) -> bool:
    """Whether `{choice: {new: 3, done: 1}}` lists values with their weights, and no options."""
    if re.sub("[- ]", "_", kind.strip().lower()) not in CHOICES or _SAID_OF_CHOICES & entries.keys():
        return False
    weights = [child.value for child in entries.values()]
    return bool(weights) and all(isinstance(one, int | Decimal) and not isinstance(one, bool) for one in weights)


def _wrapped(spot: Spot, kind: str) -> Rule:
    """A bare value stands for the option `value`."""
    spot.notes.also_at(step(spot.path, "value"), spot.node, spot.path)
    return Rule(path=spot.path, kind=kind, options={"value": plain(spot.node)})


def _with_options(spot: Spot, kind: str, entries: dict[str, Node]) -> Rule | None:
    """A rule with these options; those in an inner `parameters` mapping count as if written beside it."""
    options: dict[str, Any] = {}
    inner: list[tuple[str, Node]] = []
    for key, child in entries.items():
        if kind != "custom" and key in _MERGED and (child.value is None or isinstance(child.value, dict)):
            inner.append((key, child))
        else:
            options[key] = plain(child)
    good = True
    for holder, mapping in inner:
        for key, child in mapping.value.items() if isinstance(mapping.value, dict) else ():
            written = step(step(spot.path, holder), key)
            if key in options:
                Spot(child, written, spot.notes).fault(
                    f"the option {key!r} stands twice", "keep one", related=(step(spot.path, key),)
                )
                good = False
            options[key] = plain(child)
            spot.notes.also_at(step(spot.path, key), child, written)
    if kind.strip().lower() in NESTING:
        options = _ordered(options)
    return Rule(path=spot.path, kind=kind, options=options) if good else None


def _ordered(value: Any) -> Any:
    """Fields as pairs, at every depth: mappings of a rule are sorted by name, and the order of fields counts."""
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: child if key == "parameters" else _ordered(child) for key, child in value.items()}
    fields = found.get("fields")
    return {**found, "fields": [[name, body] for name, body in fields.items()]} if isinstance(fields, dict) else found


def read_conditional_rules(spot: Spot) -> tuple[ConditionalRule, ...]:
    """The list of rules that apply under conditions, without those that have faults."""
    found = []
    for item in spot.items("a list of `{condition: ..., rule: ...}`") or []:
        fields = item.fields("`{condition: {column, operator, value}, rule: ...}`", CONDITIONAL_KEYS)
        if fields is None:
            continue
        said = fields.need("condition", "when", fix="add `condition: {column: ..., operator: ==, value: ...}`")
        ruled = fields.need("rule", fix="add `rule: ...`, what applies where the condition holds")
        condition = read_condition(said) if said else None
        rule = read_rule(ruled) if ruled else None
        if condition and rule:
            found.append(ConditionalRule(path=item.path, condition=condition, rule=rule))
    return tuple(found)


def read_missing_rules(spot: Spot) -> tuple[MissingRule, ...]:
    """When values are missing: a condition, or a list of conditions with shares, without those that have faults."""
    value = spot.node.value
    if isinstance(value, str) or is_condition(spot.node):
        condition = read_condition(spot)
        return (MissingRule(path=spot.path, condition=condition),) if condition else ()
    shape = "a condition, or a list of `{when: ..., rate: 30%}`"
    found = []
    for item in [spot] if isinstance(value, dict) else spot.items(shape) or []:
        if isinstance(item.node.value, str):
            condition, rate = read_condition(item), Decimal(1)
        else:
            fields = item.fields("`{when: ..., rate: 30%}`", MISSING_KEYS)
            said = fields.need("when", "condition", fix="add `when: ...`, such as `age > 60`") if fields else None
            rated = fields.get("rate") if fields else None
            condition = read_condition(said) if said else None
            share = rated.rate() if rated else Decimal(1)
            if share is None:
                continue
            rate = share
        if condition:
            found.append(MissingRule(path=item.path, condition=condition, rate=rate))
    return tuple(found)
