"""Values that a rule lists, as they were written: 1.5 is a number, "1.5" is a text."""

from __future__ import annotations

from decimal import Decimal

from syndata_contracts.schema import Rule
from syndata_engine.reading.nodes import Node

LISTING_KINDS = frozenset({
    "choice", "choices", "random_element", "enum", "categorical", "category", "weighted_choice", "one_of",
    "constant", "fixed", "literal", "static",
})  # fmt: skip
"""Every spelling of the kinds whose values stand in the rule itself."""
_VALUE_KEYS = frozenset({"value", "values", "choices", "options", "elements"})


def lists_fractions(rule: Rule, node: Node) -> bool:
    """Whether a rule, written as `node`, lists nothing but numbers (and null), and one of them has a point."""
    if _plain(rule.kind) not in LISTING_KINDS:
        return False
    values = [item.value for item in _listed(node, rule.kind) or []]
    numbers = all(
        value is None or (isinstance(value, int | Decimal) and not isinstance(value, bool)) for value in values
    )
    return numbers and any(isinstance(value, Decimal) for value in values)


def _plain(kind: str) -> str:
    return kind.strip().lower().replace("-", "_").replace(" ", "_")


def _listed(node: Node, kind: str) -> list[Node] | None:
    """The values of a rule in any spelling: a list alone, under its kind, or in an option, perhaps an inner one."""
    if isinstance(node.value, list):
        return node.value
    if not isinstance(node.value, dict):
        return None
    for key, child in node.value.items():
        if isinstance(child.value, dict):
            found = _listed(child, kind)
            if found is not None:
                return found
        elif key in _VALUE_KEYS or key == kind:
            return child.value if isinstance(child.value, list) else [child]
    return None
