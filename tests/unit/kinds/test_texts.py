"""Patterns, regular expressions, words, addresses of machines and card numbers."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndata_contracts.errors import Refused
from tests.unit.kinds.making import by, column_of, refusal_of, table_of

ATOMS = ["a", "Z", "7", ".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", "[abc]", "[a-f0-9]", "[^a-z]", r"[^\d]", r"[\w.-]", r"\.", r"\\", "é", "雪", "(?:xy|z)", "(a|b|)"]  # fmt: skip
REPEATS = ["", "", "", "?", "{2}", "{0,3}", "{1,2}", "*", "+", "{2,}", "*?", "+?"]


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Expressions of what is supported, nested once."""
    parts = draw(st.lists(st.tuples(st.sampled_from(ATOMS), st.sampled_from(REPEATS)), min_size=1, max_size=6))
    body = "".join(atom + repeat for atom, repeat in parts)
    other = draw(st.sampled_from(["", "|q", f"|({body})?", "$"]))
    return draw(st.sampled_from(["", "^"])) + body + other


@given(expressions())
@settings(max_examples=120)
def test_any_supported_expression_matches_what_it_makes(expression: str) -> None:
    for text in column_of({"type": "str", **by("regex", regex=expression)}, 40):
        assert re.fullmatch(expression, text), text


@pytest.mark.parametrize(
    "expression", [r"[A-C]{2}\d{3}", r"\d{18}", r"x?y{0,2}", r"[ab]{1,3}-[xyz]", r"\w{40}", r"a.b", r"[é雪👋]{2}"]
)
def test_unique_expressions_are_unique_and_match(expression: str) -> None:
    column = {"unique": True, **by("regex", regex=expression)}
    table = table_of({"x": by("regex", regex=expression), "y": {"unique": True, **by("sequence")}}, 1)
    capacity = capacity_of(column)
    rows = min(capacity, 3_000)
    values = column_of(column, rows)

    assert table.planned.rows == 1
    assert len(set(values)) == rows
    assert all(re.fullmatch(expression, value) for value in values)


def capacity_of(column: dict[str, Any]) -> int:
    """What a key says that it can tell apart."""
    told = re.search(r"can tell apart ([\d,]+) rows", refusal_of({"x": column}, 2**62).what)
    assert told
    return int(told[1].replace(",", ""))


@pytest.mark.parametrize(
    ("column", "capacity"),
    [
        (by("pattern", pattern="##"), 100),
        (by("pattern", pattern="%%-?"), 81 * 26),
        (by("pattern", pattern=r"\##^"), 260),
        (by("pattern", pattern="x"), 1),
        (by("regex", regex="[ab]{3}"), 8),
        (by("regex", regex=r"\d[A-C]"), 30),
    ],
)
def test_capacity_of_shapes_is_exact(column: dict[str, Any], capacity: int) -> None:
    """Every text comes once, and one row more is refused."""
    column = {"unique": True, **column}

    assert capacity_of(column) == capacity
    assert len(set(column_of(column, capacity))) == capacity
    assert refusal_of({"x": column}, capacity + 1).path.endswith("rows")


@pytest.mark.parametrize(
    ("pattern", "expression"),
    [
        ("ORD-####", r"ORD-\d{4}"),
        ("%##", r"[1-9]\d\d"),
        ("??-^^", "[a-z]{2}-[A-Z]{2}"),
        (r"\#\%\?\^\\#", r"#%\?\^\\\d"),
        ("100% ?", "100[1-9] [a-z]"),
        ("#" * 40, r"\d{40}"),
        ("雪#", r"雪\d"),
    ],
)
def test_patterns(pattern: str, expression: str) -> None:
    values = column_of(by("pattern", pattern=pattern), 500)

    assert all(re.fullmatch(expression, value) for value in values)
    assert len(set(values)) > 8


@pytest.mark.parametrize(
    ("column", "option"),
    [
        (by("pattern", pattern=""), "pattern"),
        (by("pattern", pattern="a\\"), "pattern"),
        (by("pattern", pattern="#" * 10_001), "pattern"),
        (by("regex", regex="("), "regex"),
        (by("regex", regex=r"(?=a)b"), "regex"),
        (by("regex", regex=r"(a)\1"), "regex"),
        (by("regex", regex=r"\bword"), "regex"),
        (by("regex", regex="a{20000}"), "regex"),
        (by("regex", regex="(a{100}){200}"), "regex"),
        (by("regex", regex=r"[^\x20-\x7e]"), "regex"),
        (by("email", regex="("), "regex"),
        (by("sentence", min=5, max=4), "min"),
        (by("sentence", min=0), "min"),
        (by("sentence", max=401), "max"),
        (by("text", sentences=0), "sentences"),
        (by("words", min=3, max=2), "min"),
        (by("words", max=401), "max"),
        (by("paragraphs", min=5), "min"),
        (by("paragraphs", max=21), "max"),
        (by("paragraphs", sentences=0), "sentences"),
        (by("credit_card", prefix="12345678901234"), "prefix"),
        (by("credit_card", prefix="4a"), "prefix"),
    ],
)
def test_what_cannot_be_is_refused_at_its_option(column: dict[str, Any], option: str) -> None:
    assert refusal_of({"x": column}).path == f"tables.t.columns.x.rule.{option}"


@pytest.mark.parametrize("expression", [r"(?i)abc", r"(?x) a b", r"a(?i:b)c", r"(?s)."])
def test_flags_match_or_are_refused(expression: str) -> None:
    """A flag may not lead to text that the expression does not match."""
    try:
        values = column_of(by("regex", regex=expression), 50)
    except Refused:
        return
    assert all(re.fullmatch(expression, value) for value in values)


@pytest.mark.parametrize("expression", ["a^b", "a$b", "(^a|b)c", r"a\Ab", "x$y?", "(a$)?b"])
def test_anchors_in_the_middle_match_or_are_refused(expression: str) -> None:
    """An anchor where nothing can stand matches nothing, so it may not make text either."""
    try:
        values = column_of(by("regex", regex=expression), 50)
    except Refused:
        return
    assert all(re.fullmatch(expression, value) for value in values)


def luhn(number: str) -> bool:
    """The check of ISO/IEC 7812, as published."""
    digits = [int(char) for char in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


@pytest.mark.parametrize("prefix", ["4000", "5", "99999999", "0000"])
def test_card_numbers_pass_the_luhn_check(prefix: str) -> None:
    values = column_of(by("credit_card", prefix=prefix), 2_000)

    assert luhn("79927398713")
    assert all(len(value) == 16 and value.startswith(prefix) and luhn(value) for value in values)
    assert len(set(values)) > 1_990


def test_addresses_are_never_routed() -> None:
    values = column_of("ipv4", 3_000)

    assert all(ipaddress.ip_address(value) in ipaddress.ip_network("10.0.0.0/8") for value in values)


@pytest.mark.parametrize(("low", "high"), [(1, 1), (3, 3), (2, 9)])
def test_sentences_have_their_number_of_words(low: int, high: int) -> None:
    values = column_of(by("sentence", min=low, max=high), 2_000)
    counts = {value.count(" ") + 1 for value in values}

    assert counts == set(range(low, high + 1))
    assert all(value[0].isupper() and value.endswith(".") for value in values)


def test_texts_have_one_to_the_given_number_of_sentences() -> None:
    values = column_of(by("text", sentences=4), 2_000)

    assert {value.count(".") for value in values} == {1, 2, 3, 4}


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 2), (1, 7)])
def test_words_are_as_many_as_asked_for(low: int, high: int) -> None:
    values = column_of(by("words", min=low, max=high), 2_000)

    assert {len(value.split(" ")) for value in values} == set(range(low, high + 1))
    assert not any(value.endswith(".") for value in values)


def test_paragraphs_and_their_sentences_are_as_many_as_asked_for() -> None:
    values = column_of(by("paragraphs", min=1, max=4, sentences=3, separator="\n"), 2_000)
    paragraphs = [paragraph for value in values for paragraph in value.split("\n")]

    assert {value.count("\n") for value in values} == {0, 1, 2, 3}
    assert {paragraph.count(".") for paragraph in paragraphs} == {1, 2, 3}
    assert all(paragraph[0].isupper() and paragraph.endswith(".") for paragraph in paragraphs)
    assert len(set(paragraphs)) > len(paragraphs) * 0.99


def test_uuids_are_different_in_every_row() -> None:
    for column in ({"rule": "uuid"}, {"type": "str", "unique": True, "rule": "uuid"}):
        assert len(set(column_of(column, 50_000))) == 50_000
