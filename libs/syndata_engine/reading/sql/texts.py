"""Columns of text: a kind by name, kept inside the length that the column has."""

from __future__ import annotations

from typing import Any

from syndata_engine.generation.columns.context import name_words
from syndata_engine.reading import guesses
from syndata_engine.reading.sql.catalogue import SqlColumn
from syndata_engine.reading.sql.checks import Facts
from syndata_engine.reading.sql.deciding import Decision, Demand

_UNLIMITED = 65_536
_LONGEST_FILL = 40
"""Characters of a text that is nothing but letters, where a column would take more."""
_EMAILS = frozenset({"email", "business_email"})
_DIFFERENT = {
    "website": "https://example.com/??????",
    "domain": "??????##.example.com",
    "username": "??????##",
    "phone": "+1-555-%##-####",
    "postal_code": "#####",
}
"""Patterns for what our kinds cannot make unique."""
GUESSED = "guessed from its name"


def decide_text(column: SqlColumn, demand: Demand) -> Decision:
    """The rule of a text; it fits the column's length whatever it is."""
    facts = demand.facts
    least, most = _lengths(column, facts)
    if facts.pattern is not None:
        return Decision("str", {"type": "regex", "regex": facts.pattern}, remark="from its check")
    neighbours = [other.name for other in demand.table.columns if other is not column]
    guess = guesses.text_guess(column.name, demand.table.name, neighbours)
    if demand.key:
        return _unique(column, demand, guess, (least, most))
    return _plain(guess, least, most)


def fitted(name: str, lengths: tuple[int, int], *, key: bool, english: bool) -> dict[str, Any]:
    """A rule for texts of a column of that name that have so many characters: least and most.

    How long names and words are is known of en_US alone; elsewhere it is letters.
    """
    least, most = lengths
    if key:
        decision = _patterned("^^^-#####", least, most, "")
    elif not english:
        decision = _filled(least, most)
    else:
        alone = name_words(name) == ["name"]
        decision = _plain(guesses.Guess("full_name") if alone else guesses.text_guess(name, "", ()), least, most)
        if decision.rule and decision.rule["type"] == "regex":
            decision = _prose("sentence", least, most, "")
    return decision.rule or {"type": "word"}


def _lengths(column: SqlColumn, facts: Facts) -> tuple[int, int]:
    most = min(column.type.length or _UNLIMITED, facts.longest)
    return min(facts.shortest, most), most


def _plain(guess: guesses.Guess | None, least: int, most: int) -> Decision:
    told = GUESSED if guess else ""
    kind = guess.kind if guess else "word"
    if guess is not None and kind == "choice":
        values = [value for value in guess.options["value"] if least <= len(value) <= most]
        return (
            Decision("str", {"type": "choice", "value": values}, remark=told)
            if len(values) > 1
            else _filled(least, most)
        )
    if kind == "code":
        return Decision("str", _pattern("^^^-#####", least, most), remark=told)
    while kind not in {"sentence", "text"}:
        if least <= guesses.SHORTEST.get(kind, 1) and guesses.LONGEST[kind][0] <= most:
            return Decision("str", {"type": kind}, remark=told)
        shorter = guesses.shorter_kind(kind)
        if shorter is None:
            return _filled(least, most)
        kind = shorter
    return _prose(kind, least, most, told)


def _prose(kind: str, least: int, most: int, told: str) -> Decision:
    if kind == "text" and least <= guesses.SHORTEST["text"] and most >= 2 * guesses.LONGEST_SENTENCE:
        count = min(3, most // (guesses.LONGEST_SENTENCE + 1))
        return Decision("str", {"type": "text", "sentences": count} if count != 3 else {"type": "text"}, remark=told)
    words = min(12, most // guesses.LONGEST_WORD)
    if words < 1 or least > (guesses.SHORTEST["sentence"] if words >= 4 else 1):
        return _filled(least, most)
    rule: dict[str, Any] = {"type": "sentence"}
    if words < 12:
        rule |= {"min": min(4, words), "max": words}
    return Decision("str", rule, remark=told)


def _filled(least: int, most: int) -> Decision:
    """Letters and nothing else, of a length that fits."""
    high = max(least, min(most, _LONGEST_FILL), 1)
    low = max(least, 1, min(4, high))
    size = f"{{{high}}}" if low == high else f"{{{low},{high}}}"
    return Decision("str", {"type": "regex", "regex": f"[a-z]{size}"})


def _unique(column: SqlColumn, demand: Demand, guess: guesses.Guess | None, lengths: tuple[int, int]) -> Decision:
    least, most = lengths
    kind = guess.kind if guess else ""
    longest = guesses.LONGEST.get(kind, (0, None))[1]
    if longest is not None and longest <= most and least <= guesses.SHORTEST.get(kind, 1):
        return Decision("str", {"type": kind}, remark=GUESSED)
    wanted = _DIFFERENT.get(kind, "")
    if kind in _EMAILS and most >= len("??##@example.com"):
        wanted = "?" * min(8, most - len("##@example.com")) + "##@example.com"
    if wanted and least <= len(wanted) <= most:
        return _patterned(wanted, least, most, GUESSED)
    words = name_words(column.name)
    if words and words[-1] in {"name", "title", "label"} and demand.alone:
        prefix = " ".join(guesses.singular(word) for word in name_words(demand.table.name)).capitalize() + " "
        if len(prefix) + 10 <= most and least <= len(prefix) + 1:
            return Decision("str", {"type": "sequence", "prefix": prefix}, None)
    return _patterned("^^^-#####", least, most, "")


def _patterned(pattern: str, least: int, most: int, told: str) -> Decision:
    rule = _pattern(pattern, least, most)
    capacity = 1
    for mark in rule["pattern"]:
        capacity *= {"#": 10, "%": 9, "?": 26, "^": 26}.get(mark, 1)
    return Decision("str", rule, capacity, told)


def _pattern(wanted: str, least: int, most: int) -> dict[str, Any]:
    """The pattern, or one of letters and digits where it does not fit."""
    if least <= len(wanted) <= most:
        return {"type": "pattern", "pattern": wanted}
    length = max(least, min(most, 8))
    digits = max(0, min(length - 3, 4))
    return {"type": "pattern", "pattern": "^" * (length - digits) + "#" * digits}
