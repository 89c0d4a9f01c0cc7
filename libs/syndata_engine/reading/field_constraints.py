"""What a field of a list may say: words that are no types elsewhere, bounds, lists, patterns, formulas, lengths and digits, under all their names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from syndata_contracts.schema import ColumnType
from syndata_engine.reading.nodes import plain
from syndata_engine.reading.spots import Fields, Spot

LEAST: Final = ("min_value", "min", "minimum", "min_date", "start_date")
MOST: Final = ("max_value", "max", "maximum", "max_date", "end_date")
LISTED: Final = ("enum", "values", "choices", "options", "allowed_values", "categories")
SHAPED: Final = ("pattern", "regex")
COMPUTED: Final = ("formula",)
SHORTEST: Final = ("min_length",)
LONGEST: Final = ("max_length", "length")
DIGITS: Final = ("decimal_places", "decimals", "scale")
CONSTRAINT_KEYS: Final = (*LEAST, *MOST, *LISTED, *SHAPED, *COMPUTED, *SHORTEST, *LONGEST, *DIGITS)

_ICD10: Final = r"[A-TV-Z][0-9]{2}\.[0-9]"
OWN_RULES: Final[dict[str, dict[str, Any]]] = {
    "icd10": {"kind": "regex", "options": {"regex": _ICD10}},
    "icd10_code": {"kind": "regex", "options": {"regex": _ICD10}},
    "icd_10_code": {"kind": "regex", "options": {"regex": _ICD10}},
    "foreign_key": {"kind": "range", "options": {"min": 1, "max": 1000}},
    "enum": {"kind": "choice", "options": {}},
    "categorical": {"kind": "choice", "options": {}},
}
"""Words that are neither a type nor a kind. The codes have the shape of ICD-10 and no meaning."""

_OPTIONS: Final = (("min", LEAST), ("max", MOST), ("value", LISTED), ("regex", SHAPED), ("expression", COMPUTED))
_LONGEST_TEXT: Final = 255
"""Characters of a text that states only how short it may be."""


@dataclass(slots=True)
class Constraints:
    """The options that a field's constraints are for its rule."""

    given: dict[str, Spot] = field(default_factory=dict)
    """By the rule's option, where it is written."""
    lengths: tuple[int, int] | None = None
    """Least and most characters of a text."""
    digits: int | None = None
    """After the point."""

    @property
    def kind(self) -> str | None:
        """The rule that they ask for, where the type names none."""
        for option, kind in (("regex", "regex"), ("expression", "formula")):
            if option in self.given:
                return kind
        return "choice" if "value" in self.given else "range" if self.given else None

    def options(self) -> dict[str, Any]:
        """The rule's options."""
        return {option: plain(at.node) for option, at in self.given.items()}


def read_constraints(sources: tuple[Fields, ...], type_: ColumnType | None) -> Constraints | None:
    """The constraints of a field of a type (None: of a kind), wherever they stand; None when they have faults."""
    found = Constraints()
    for source in sources:
        for option, spellings in _OPTIONS:
            at = source.get(*spellings)
            if at is None:
                continue
            if option in found.given:
                at.fault(f"the {option} stands twice", "keep one", related=(found.given[option].path,))
                return None
            found.given[option] = at
    lengths = [at for source in sources for at in (source.get(*SHORTEST), source.get(*LONGEST)) if at]
    if len({"range" if option in {"min", "max"} else option for option in found.given}) + bool(lengths) > 1:
        first, *others = (*found.given.values(), *lengths)
        what = "bounds, a list, a pattern, a formula and a length rule each other out"
        others[-1].fault(what, "keep one of them", related=(first.path,))
        return None
    computed = found.given.get("expression")
    if computed and type_ is None:
        computed.fault(
            "the type is a rule with values of its own, so no formula", "write integer, decimal, string, ..."
        )
        return None
    return found if _read_lengths(sources, found, type_) and _read_digits(sources, found, type_) else None


def _read_lengths(sources: tuple[Fields, ...], found: Constraints, type_: ColumnType | None) -> bool:
    shortest_at = next((at for source in sources if (at := source.get(*SHORTEST))), None)
    longest_at = next((at for source in sources if (at := source.get(*LONGEST))), None)
    at = longest_at or shortest_at
    if at is None:
        return True
    if type_ != "str":
        at.fault("only a field of type string has a length", "drop it, or write `type: string`")
        return False
    shortest = shortest_at.whole("a number of characters", most=_LONGEST_TEXT) if shortest_at else 1
    longest = longest_at.whole("a number of characters", least=1) if longest_at else _LONGEST_TEXT
    if shortest is None or longest is None:
        return False
    if shortest > longest:
        at.fault(
            f"the least length {shortest} is beyond the greatest, {longest}", "write the smaller one as min_length"
        )
        return False
    found.lengths = (shortest, longest)
    return True


def _read_digits(sources: tuple[Fields, ...], found: Constraints, type_: ColumnType | None) -> bool:
    at = next((at for source in sources if (at := source.get(*DIGITS))), None)
    if at is None:
        return True
    if type_ not in {"float", "decimal"}:
        at.fault("only a field of type float or decimal has digits after the point", "drop it")
        return False
    found.digits = at.whole("a number of digits after the point", most=18)
    return found.digits is not None
