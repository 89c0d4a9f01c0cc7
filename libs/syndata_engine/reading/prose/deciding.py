"""What was understood of a column -> the column as a configuration has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from syndata_contracts.errors import Fault
from syndata_contracts.schema import Rule
from syndata_engine.generation.columns.context import name_words
from syndata_engine.generation.kinds.registry import check_rule, kind_named
from syndata_engine.reading import guesses
from syndata_engine.reading.guesses import singular
from syndata_engine.reading.prose.columns import Decided, Table, Wanted, fault, made
from syndata_engine.reading.prose.details import Detail
from syndata_engine.reading.prose.formulas import decide_formula

_MONEY: Final = frozenset(
    ["price", "amount", "balance", "salary", "wage", "total", "subtotal", "cost", "fee", "budget", "revenue", "tax"]
)
_DATES: Final = frozenset(["date", "day", "birthday", "dob", "birthdate", "deadline"])
_TIMES: Final = frozenset(["timestamp", "datetime", "at", "time", "seen", "login"])
_AT: Final = re.compile(r"(?:ed|en|out|in|start|end|born|made|sent|paid|left|due|on)_at$")
_PLACES: Final = {"latitude": 5, "longitude": 5, "lat": 5, "lon": 5, "lng": 5}
"""Digits after the point of numbers that are never whole."""
_TRUTHS: Final = re.compile(
    r"(?:is|has|can|was|accepts|wants)_|.*_(?:flag|enabled|verified)$|(?:active|verified|enabled|subscribed)$"
)
_GUESSED: Final = "guessed from its name"


def decide(wanted: Wanted, table: Table, faults: list[Fault]) -> Decided:
    """A column by its words; what cannot be is put among the faults."""
    detail = wanted.detail
    if detail.low is not None and detail.high is not None and detail.low > detail.high:
        faults.append(fault(wanted, f"{detail.low} is more than {detail.high}", "say the smaller number first"))
    decided = _decide(wanted, table, faults)
    decided.unique = detail.unique
    if detail.key:
        decided.key = True
    if detail.empty is not None and not decided.key:
        decided.null_rate = f"{detail.empty.normalize():f}%"
        if detail.empty > 100:
            faults.append(fault(wanted, f"{detail.empty} % of the rows are more than all", "say at most 100 %"))
    return decided


def is_key(name: str, table: str) -> bool:
    """Whether a column is called as a table's own number is."""
    own = singular(table.rsplit("_", 1)[-1])
    return name in {"id", "uuid", "guid"} or name in {f"{own}_id", f"{own}_uuid", f"{singular(table)}_id"}


def _decide(wanted: Wanted, table: Table, faults: list[Fault]) -> Decided:
    """By the first of the ways that what was said asks for; else by the column's name."""
    detail = wanted.detail
    ways: tuple[tuple[bool, Callable[[], Decided]], ...] = (
        (detail.formula is not None, lambda: decide_formula(wanted, table, faults)),
        (bool(detail.values) or detail.how_many is not None, lambda: _choice(wanted, table, faults)),
        (is_key(wanted.name, table.name), lambda: _key(wanted, detail)),
        (detail.pattern is not None, lambda: made(wanted, "str", {"type": "pattern", "pattern": detail.pattern})),
        (_is_truth(wanted), lambda: _truth(wanted)),
        (_is_moment(wanted), lambda: _moment(wanted)),
        (detail.kind == "uuid", lambda: made(wanted, "uuid", "uuid")),
        (not detail.low == detail.high == detail.mean is None, lambda: _number(wanted)),
    )
    return next((decided() for asked, decided in ways if asked), None) or _by_name(wanted, table)


def _is_truth(wanted: Wanted) -> bool:
    return wanted.detail.kind == "bool" or (
        bool(_TRUTHS.match(wanted.name)) and wanted.detail.kind is None and wanted.detail.low is None
    )


def _truth(wanted: Wanted) -> Decided:
    return made(wanted, "bool", {"type": "boolean", "true": _holds(wanted)})


def _holds(wanted: Wanted) -> Decimal:
    said = wanted.detail.true
    return Decimal(guesses.truth_guess(wanted.name)) if said is None else min(said / 100, Decimal(1)).normalize()


def _key(wanted: Wanted, detail: Detail) -> Decided:
    if detail.kind in {"int", "number"} or detail.low is not None:
        start = int(detail.low) if detail.low is not None else 1
        rule: Any = "sequence" if start == 1 else {"type": "sequence", "start": start}
        decided = made(wanted, "int", rule)
    elif detail.pattern is not None:
        decided = made(wanted, "str", {"type": "pattern", "pattern": detail.pattern})
    else:
        decided = made(wanted, "uuid", "uuid")
    decided.key = True
    return decided


def _choice(wanted: Wanted, table: Table, faults: list[Fault]) -> Decided:
    values, how_many = wanted.detail.values, wanted.detail.how_many
    if not values:
        guess = guesses.text_guess(wanted.name, table.name, ())
        known = list(guess.options["value"]) if guess and guess.kind == "choice" else []
        if not how_many or how_many > len(known):
            faults.append(
                fault(wanted, "how many values there are is said, and not which", "list them: (red, green or blue)")
            )
            known = known or ["?"]
        return made(wanted, "str", {"type": "choice", "value": known[:how_many]}, "values guessed from its name")
    listed: Any = list(values)
    kind = "str"
    if all(re.fullmatch(r"-?\d{1,18}", value) for value in values):
        kind, listed = "int", [int(value) for value in values]
    said = [weight for weight in values.values() if weight is not None]
    if not said:
        return made(wanted, kind, {"type": "choice", "value": listed})
    left = Decimal(100) - sum(said)
    silent = len(values) - len(said)
    if left < 0 or (silent and not left) or (not silent and left > 1):
        faults.append(fault(wanted, f"the shares add up to {sum(said)} %", "have them add up to 100 %"))
        left = Decimal(silent)
    weights = [
        (left / silent).quantize(Decimal("0.001")).normalize() if weight is None else weight
        for weight in values.values()
    ]
    return made(wanted, kind, {"type": "choice", "value": listed, "weights": weights})


def _is_moment(wanted: Wanted) -> bool:
    words = set(name_words(wanted.name))
    if wanted.detail.kind in {"date", "datetime"} or wanted.detail.span is not None:
        return True
    numeric = wanted.detail.low is not None or wanted.detail.high is not None or wanted.detail.kind is not None
    timed = bool(words & {"timestamp", "datetime"} or _AT.search(wanted.name))
    return not numeric and (timed or bool(words & _DATES) or guesses.is_birth(wanted.name))


def _moment(wanted: Wanted) -> Decided:
    detail = wanted.detail
    if detail.span is not None and "year" in name_words(wanted.name) and detail.span[0][:1].isdigit():
        detail.low, detail.high = Decimal(detail.span[0][:4]), Decimal(detail.span[1][:4])
        return _number(wanted)
    words = set(name_words(wanted.name))
    fine = detail.span is not None and any(end.endswith(("h", "min")) for end in detail.span)
    timed = detail.kind == "datetime" or (detail.kind is None and (fine or bool(words & _TIMES)))
    if guesses.is_birth(wanted.name) and detail.span is None and not timed:
        return made(wanted, "date", "date_of_birth")
    low, high = detail.span or guesses.moment_guess(wanted.name)
    decided = made(wanted, "datetime" if timed else "date", {"type": "range", "min": low, "max": high})
    if detail.span is None:
        decided.remarks.append(_GUESSED)
    return decided


def _number(wanted: Wanted) -> Decided:
    detail = wanted.detail
    words = {singular(word) for word in name_words(wanted.name)}
    guess = guesses.number_guess(wanted.name)
    low, high, remarks = detail.low, detail.high, []
    if detail.mean is None and (low is None or high is None):
        usual = guess or (Decimal(0), Decimal(1000))
        if low is None:
            low = usual[0] if high is None else min(usual[0], high)
        high = max(usual[1], low * 10) if high is None else high
        remarks = ["the other end is guessed"]
    if words == {"age"} and low is not None and low >= 0 and high is not None and high <= 120 and detail.mean is None:
        return made(wanted, "int", {"type": "age", "min": int(low), "max": int(high)})
    places = max(-int(one.as_tuple().exponent) for one in (low, high, detail.mean, Decimal(0)) if one is not None)
    places = max([places, *(_PLACES[word] for word in words if word in _PLACES)])
    kind = "int"
    if detail.kind == "float":
        kind = "float"
    elif (
        detail.money or detail.kind in {"money", "decimal"} or (detail.kind != "int" and (words & _MONEY or places > 0))
    ):
        most = max(abs(one) for one in (low, high, (detail.mean or Decimal(0)) * 10) if one is not None)
        kind = f"decimal({max(len(str(int(most))), 1) + max(places, 2) + 1},{max(places, 2)})"
    if detail.mean is None:
        return made(wanted, kind, {"type": "range", "min": _plain(low, kind), "max": _plain(high, kind)}, *remarks)
    spread = detail.stddev if detail.stddev is not None else abs(detail.mean) / 4 or Decimal(1)
    rule = {"type": "normal", "mean": detail.mean, "stddev": spread}
    rule |= {name: bound for name, bound in (("min", low), ("max", high)) if bound is not None}
    if low is None and detail.mean > 0 and detail.mean - 4 * spread < 0:
        rule["min"] = 0
    if detail.stddev is None:
        remarks.append("its spread is guessed")
    return made(wanted, kind, rule, *remarks)


def _plain(value: Decimal | None, kind: str) -> Any:
    if value is None:
        return None
    return int(value) if kind == "int" or value == value.to_integral_value() else value


def _called(wanted: Wanted) -> Decided | None:
    """A column that is called as a kind is, where that kind needs to be told nothing more."""
    kind = kind_named(wanted.name)
    if kind is None or wanted.detail.kind is not None or list(check_rule(Rule(kind=kind.name))):
        return None
    return made(wanted, "str" if "str" in kind.types else kind.types[0], kind.name)


def _by_name(wanted: Wanted, table: Table) -> Decided:
    others = [other.name for other in table.columns if other is not wanted]
    hint = re.sub(r"\W+", "_", wanted.detail.rest.lower())
    said = guesses.text_guess(hint, "", others) if hint and not re.search(r"\d", hint) else None
    if said is not None and said.kind not in {"sentence", "text", "code", "choice", "word"}:
        wanted.detail.rest = ""
        return made(wanted, "str", said.kind)
    guess = guesses.text_guess(wanted.name, table.name, others)
    if (guess is None or guess.kind == "code") and (known := _called(wanted)) is not None:
        return known
    number = guesses.number_guess(wanted.name)
    if wanted.detail.kind in {"int", "number", "decimal", "float", "money"} or (
        number and guess is None and wanted.detail.kind is None
    ):
        wanted.detail.low, wanted.detail.high = number or (Decimal(0), Decimal(1000))
        decided = _number(wanted)
        decided.remarks.append(_GUESSED if number else "nothing says how large it is")
        return decided
    return _text(wanted, guess)


def _text(wanted: Wanted, guess: guesses.Guess | None) -> Decided:
    if guess is None and wanted.name.endswith("_id"):
        return made(wanted, "uuid", "uuid", "it refers to no table of this text")
    if guess is None:
        return made(wanted, "str", "word", "its name does not say what it holds")
    if guess.kind == "code":
        return made(wanted, "str", {"type": "pattern", "pattern": "^^^-#####"}, _GUESSED)
    remarks = ["its name does not say what it holds"] if guess.kind == "word" else []
    return made(wanted, "str", {"type": guess.kind, **guess.options} if guess.options else guess.kind, *remarks)
