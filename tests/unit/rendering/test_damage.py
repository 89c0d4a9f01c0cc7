"""Damaged texts: always UTF-8, always another text, and each way does what it says."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example
from hypothesis import given as for_all
from hypothesis import strategies as st

from syndata_engine.formats.sql_rows import in_copy, in_string
from syndata_engine.generation.rendering import damage
from syndata_engine.generation.rendering.program import Escape
from syndata_engine.generation.texts.text import Case, Chars, Damaged, Item, Lit, Slug
from syndata_engine.pools import Pool
from tests.unit.rendering.writing import given, rendered

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
WORD = st.integers(0, 2**64 - 1)
# ruff: noqa: RUF001 -- letters of other alphabets are what is tested
WAYS = [1 << bit for bit in range(12)]
LATIN = "Zoë ÑANDÚ Ελλάδα Москва Łódź"


def damaged(text: str, ways: int, word: int = 7, escape: Escape = "raw", sql: str = "") -> str:
    """One text, damaged."""
    return rendered((Damaged((Lit(text),), given([word]), 1, ways, sql),), 1, escape)[0]


def of_words(text: str, ways: int, count: int = 200) -> set[str]:
    """What becomes of a text under many words."""
    node = given([word * 0x9E3779B97F4A7C15 for word in range(count)])
    return set(rendered((Damaged((Lit(text),), node, 1, ways),), count))


@for_all(ANY_TEXT, WORD, st.lists(st.sampled_from(WAYS), min_size=1))
@example("", 0, [damage.DELETE])
@example("a", 0, [damage.DELETE])
@example("aa", 0, [damage.TRANSPOSE])
@example("123", 0, [damage.UPPER])
@example("ABC", 0, [damage.UPPER])
@example("\u20ac", 0, [damage.MISREAD])
@example("\U0001f600", 0, [damage.REPLACE])
def test_every_text_is_changed_and_stays_utf_8(text: str, word: int, ways: list[int]) -> None:
    """Decoding fails where a character was torn."""
    bits = 0
    for way in ways:
        bits |= way

    assert damaged(text, bits, word) != text


@for_all(ANY_TEXT, WORD, st.sampled_from(WAYS))
def test_escapes_come_after_the_damage(text: str, word: int, way: int) -> None:
    raw = damaged(text, way, word)

    assert damaged(text, way, word, "json") == json.dumps(raw, ensure_ascii=False)[1:-1]
    assert damaged(text, way, word, sql="sql") == in_string(raw)
    assert damaged(text, way, word, sql="copy") == in_copy(raw)


@for_all(st.text(st.characters(exclude_categories=["Cs"]), min_size=2, max_size=30), WORD)
def test_an_error_of_typing_is_one_character(text: str, word: int) -> None:
    longer, shorter = damaged(text, damage.INSERT, word), damaged(text, damage.DELETE, word)
    place = next(n for n in range(len(longer)) if longer[:n] + longer[n + 1 :] == text)
    assert re.fullmatch(r"[A-Za-z0-9]", longer[place])
    assert shorter in {text[:n] + text[n + 1 :] for n in range(len(text))}

    other = damaged(text, damage.REPLACE, word)
    differing = [n for n in range(len(text)) if other[n] != text[n]]
    assert len(other) == len(text)
    assert len(differing) == 1

    if len(set(text)) > 1:
        swapped = damaged(text, damage.TRANSPOSE, word)
        places = [n for n in range(len(text)) if swapped[n] != text[n]]
        assert places == [places[0], places[0] + 1]
        assert swapped[places[0]] + swapped[places[1]] == text[places[1]] + text[places[0]]


def test_every_place_of_a_text_is_hit() -> None:
    assert of_words("abcd", damage.DELETE) == {"bcd", "acd", "abd", "abc"}
    assert of_words("abcd", damage.TRANSPOSE) == {"bacd", "acbd", "abdc"}
    assert {text.index(next(c for c in text if c.isdigit())) for text in of_words("1234", damage.REPLACE)} == {0}
    assert len(of_words("Q7", damage.REPLACE, 4_000)) == 25 + 9


def test_neighbours_on_the_keyboard_keep_their_case() -> None:
    assert of_words("G", damage.KEYBOARD) == set("FTYH")
    assert of_words("g", damage.KEYBOARD) == set("ftyh")
    assert of_words("é5é", damage.KEYBOARD) == {"é4é", "é6é"}
    assert all(re.fullmatch("[a-z]", text) for text in of_words("é", damage.KEYBOARD))


def test_letter_case_of_latin_greek_and_cyrillic() -> None:
    assert damaged(LATIN, damage.UPPER) == "ZOË ÑANDÚ ΕΛΛΆΔΑ МОСКВА ŁÓDŹ".replace("Ά", "ά")
    assert damaged(LATIN, damage.LOWER) == "zoë ñandú ελλάδα москва łódź"
    assert damaged("Zoë", damage.INVERT) == "zOË"
    assert damaged("ZOË", damage.UPPER) == "zoë"
    assert damaged("東京 42", damage.UPPER).rstrip() == "東京 42"


def test_every_letter_that_changes_its_case_is_the_one_that_unicode_says() -> None:
    """The kernel's own table, against Python's, wherever a letter has as many bytes in both cases."""
    letters = [chr(point) for point in range(0x20, 0x460) if chr(point).isalpha()]
    changed = {letter: damaged(letter, damage.INVERT) for letter in letters}
    told = {letter: other for letter, other in changed.items() if other.rstrip() != letter}

    assert all(other in {letter.upper(), letter.lower()} for letter, other in told.items())
    assert set("abzABZäÄéÉñÑøØþÞğĞžŽαΩжЖёЁ") <= told.keys()
    assert not set("ßµſıĸŉİªº") & told.keys()


def test_spaces() -> None:
    assert of_words("a b", damage.BEFORE) == {" a b", "  a b"}
    assert of_words("a b", damage.AFTER) == {"a b ", "a b  "}
    assert of_words("a b c", damage.DOUBLED) == {"a  b c", "a b  c"}
    assert of_words("ab", damage.DOUBLED) == {"ab ", "ab  "}


@for_all(ANY_TEXT)
@example("Zoë – „naïve“ €")
@example("plain")
def test_misread_text_is_what_a_reader_of_windows_1252_sees(text: str) -> None:
    """Bytes that Windows-1252 has no character for become what browsers make of them: controls of Latin-1."""
    body = text.encode() if not text.isascii() else b"\xef\xbb\xbf" + text.encode()
    seen = "".join(
        bytes([byte]).decode("latin-1" if byte in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else "cp1252") for byte in body
    )

    assert damaged(text, damage.MISREAD) == seen


def test_what_is_damaged_may_be_composed() -> None:
    """A slug inside keeps its own place in the buffer, and rows that are not hit stay as they are."""
    pool = Pool(("Ann Lee", "Zoë O'Neil", ""))
    name = (Lit("<"), Slug((Item(pool, given([0, 1, 2])),)), Lit(">"), Item(pool, given([0, 1, 2])))
    clean = rendered(name, 3)
    text = (Lit("x"), Case(given([0, 1, 0]), (name, (Damaged(name, given([3, 4, 5]), 1, damage.BEFORE),))), Lit("y"))

    first, second, third = rendered(text, 3)
    assert (first, third) == (f"x{clean[0]}y", f"x{clean[2]}y")
    assert second.replace("x ", "x").replace("x ", "x") == f"x{clean[1]}y"
    assert second != f"x{clean[1]}y"


@pytest.mark.parametrize("way", WAYS)
def test_long_texts_have_room(way: int) -> None:
    """The longest text of a row is known beforehand: the kernel checks no bounds."""
    text = (Chars(given([1, 2, 3]), 5, Pool(("\u0001", '"', "€", "ü")), 300, 300),)
    rows = rendered((Damaged(text, given([9, 8, 7]), 1, way),), 3, "json")

    assert all(len(json.loads(f'"{row}"')) >= 299 for row in rows)
