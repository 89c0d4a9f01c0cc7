"""The kernel that writes rows: every piece of text, its escapes, and how long a row can be."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from syndata_engine.generation.nodes.frame import Frame
from syndata_engine.generation.nodes.nodes import Constant
from syndata_engine.generation.rendering.program import MAX_ENTRY, Assembler
from syndata_engine.generation.texts.text import Case, Chars, Hex, Integer, Item, Lit, Mask, Masked, Pick, Slug, Switch
from syndata_engine.generation.words.bits import SLACK, mix64_int
from syndata_engine.pools import Pool
from tests.unit.rendering.writing import given, rendered, written

WORD = st.integers(0, 2**64 - 1)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def sub_word(word: int, key: int) -> int:
    """The kernel's sub-word, slowly."""
    return mix64_int((word + key) % 2**64)


@for_all(st.lists(ANY_TEXT, min_size=1, max_size=8), st.lists(ANY_TEXT, min_size=1, max_size=4))
def test_entries_and_literals_of_any_length(entries: list[str], literals: list[str]) -> None:
    text = (Lit(literals[0]), Item(Pool(tuple(entries)), given(range(len(entries)))), *map(Lit, literals))

    assert rendered(text, len(entries)) == [literals[0] + entry + "".join(literals) for entry in entries]
    assert [f'"{body}"' for body in rendered(text, len(entries), "json")] == [
        json.dumps(literals[0] + entry + "".join(literals), ensure_ascii=False) for entry in entries
    ]


@for_all(st.lists(WORD, min_size=1, max_size=20), st.lists(ANY_TEXT, min_size=1, max_size=6), WORD)
def test_picks(words: list[int], entries: list[str], key: int) -> None:
    pool = Pool(tuple(entries))
    wanted = [entries[sub_word(word, key) * len(entries) >> 64] for word in words]

    assert written(lambda node: (Pick(pool, node, key),), words) == wanted


@for_all(st.lists(WORD, min_size=1, max_size=10), st.integers(1, 16), WORD.filter(bool))
def test_hex_digits(words: list[int], width: int, key: int) -> None:
    """The last ones of a word, or of its sub-word; of a small number as many as it needs."""
    assert written(lambda node: (Hex(node, width), Lit("!")), words) == [
        f"{word:016x}"[-width:] + "!" for word in words
    ]
    assert written(lambda node: (Hex(node, 16, key),), words) == [f"{sub_word(word, key):016x}" for word in words]
    small = [word % 2 ** (word % 33) for word in words]
    assert written(lambda node: (Hex(node, 0), Lit("!")), small) == [f"{number:x}!" for number in small]


@for_all(st.lists(ANY_TEXT | st.text("aZ9 -_"), min_size=1, max_size=8), ANY_TEXT)
def test_slugs(entries: list[str], literal: str) -> None:
    """Runs of ASCII letters and digits, joined by single hyphens; what stands around is left alone, in every format."""
    text = (Lit("<"), Slug((Lit(literal), Item(Pool(tuple(entries)), given(range(len(entries)))))), Lit(">"))
    wanted = [f"<{'-'.join(re.findall('[a-z0-9]+', ascii_lower(literal + entry)))}>" for entry in entries]

    assert rendered(text, len(entries)) == wanted
    assert rendered(text, len(entries), "json") == wanted


def ascii_lower(text: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in text)


@for_all(st.lists(WORD, min_size=1, max_size=10), st.integers(0, 6), st.integers(0, 6), WORD)
def test_runs_of_characters(words: list[int], low: int, more: int, key: int) -> None:
    pool = Pool(("a", "é", "雪", "xyz"))

    def slowly(word: int) -> str:
        word = sub_word(word, key)
        count, text = low + (word * (more + 1) >> 64), ""
        for _ in range(count):
            word = sub_word(word, key)
            text += pool.values[word * 4 >> 64]
        return text

    assert written(lambda node: (Chars(node, key, pool, low, low + more),), words) == [slowly(word) for word in words]


def test_cases_take_the_option_of_their_index() -> None:
    """An index outside the options takes the nearest."""
    index = given([0, 1, 2, 3, -1])
    text = (Lit("<"), Case(index, ((Lit("a"),), (), (Integer(Constant(7)), Lit("c")))), Lit(">"))

    assert rendered(text, 5) == ["<a>", "<>", "<7c>", "<7c>", "<a>"]


@for_all(st.lists(WORD, min_size=1, max_size=20))
def test_switches_never_take_an_option_without_weight(words: list[int]) -> None:
    options = ((Lit("no"),), (Lit("yes"), Switch(given(words), 5, (1, 0), ((Lit("!"),), (Lit("?"),)))), (Lit("never"),))

    assert set(rendered((Switch(given(words), 3, (0, 1, 0), options),), len(words))) == {"yes!"}


@pytest.mark.parametrize("text", ["+1-000-000-0000", "0", "(000) 000-0000 x00000000000000000"[:32]])
def test_masks_draw_their_digits_and_nothing_else(text: str) -> None:
    places = [at for at, char in enumerate(text) if char == "0"]
    bounded, digits = tuple(places[:1]), tuple(places[1:])
    words = [mix64_int(n) for n in range(3_000)]
    drawn = written(lambda node: (Masked(node, 9, (1,), (Mask(text, digits, bounded),)), Lit(";")), words)

    for body in drawn:
        assert len(body) == len(text) + 1
        assert [char for at, char in enumerate(body[:-1]) if at not in places] == [c for c in text if c != "0"]
        assert all("2" <= body[at] <= "9" for at in bounded)
    for at in places:
        assert {body[at] for body in drawn} == set("23456789" if at in bounded else "0123456789")


@for_all(st.lists(ANY_TEXT, min_size=1, max_size=10))
def test_fields_that_are_quoted_afterwards_read_back(values: list[str]) -> None:
    """What is composed is looked at byte by byte; Python's reader gives it back."""
    assembler = Assembler()
    node = given(range(len(values)))
    longest = assembler.quoted(lambda: assembler.text((Item(Pool(tuple(values)), node), Lit("")), "raw"))
    longest += assembler.literal(b"\n")
    program = assembler.finish(longest)
    cells = Frame(0, np.arange(len(values))).fill(program.inputs, np.empty((1, len(values)), np.int64))
    out, ends = np.zeros(len(values) * program.row_bytes + SLACK, np.uint8), np.empty(len(values), np.int64)
    body = out[: program.render(cells, len(values), out, ends)].tobytes().decode()

    assert [row[0] for row in csv.reader(io.StringIO(body, newline=""), strict=True)] == values
    for line, value in zip(parts_of(body, ends.tolist()), values, strict=True):
        assert line.startswith('"') == (value == "" or any(mark in value for mark in ',"\r\n'))


def parts_of(body: str, ends: list[int]) -> list[str]:
    """Each row's text."""
    raw = body.encode()
    return [raw[start:end].decode() for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def test_the_longest_entry_is_written_whole() -> None:
    entry = "x" * 100_000

    assert len(entry) < MAX_ENTRY
    assert rendered((Item(Pool(("a", entry)), given([1, 0, 1])),), 3) == [entry, "a", entry]
