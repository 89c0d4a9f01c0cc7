"""How codes are built: which places hold digits, which letters, and what stands in all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.learning.shapes import Threshold
from syndata_engine.profiling.arrays import numbers_in

_MOST_SHAPES: Final = 8
_BRANCHES: Final = 12
_LONGEST: Final = 60
_ENOUGH: Final = 0.6
"""Share of the values that known shapes must have to stand for all."""
_CLASSES: Final = {"#": "[0-9]", "^": "[A-Z]", "?": "[a-z]"}
_SIZES: Final = {"#": 10, "^": 26, "?": 26}


@dataclass(frozen=True, slots=True)
class Shape:
    """What codes of one shape have in common: for each place a character, or the class of those that stand there."""

    marks: tuple[str, ...]
    """`#` any digit, `^` any capital, `?` any small letter; else `=` and the character."""
    rows: int

    @property
    def capacity(self) -> int:
        """How many codes have the shape."""
        size = 1
        for mark in self.marks:
            size *= _SIZES.get(mark, 1)
        return size

    def pattern(self) -> str:
        """As the kind `pattern` writes it."""
        return "".join(mark if mark in _SIZES else _escaped(mark[1:]) for mark in self.marks)

    def masked(self) -> Shape:
        """The shape without any letter or digit of the values, also where all have the same."""
        marks = tuple(mark if mark in _SIZES or not mark[1:].isalnum() else _class_of(mark[1:]) for mark in self.marks)
        return Shape(marks, self.rows)

    def regex(self) -> str:
        """As a regular expression."""
        parts = []
        for mark, run in groupby(self.marks):
            size = len(list(run))
            text = _CLASSES.get(mark) or re.escape(mark[1:])
            parts.append(f"{text}{{{size}}}" if mark in _SIZES and size > 1 else text * size)
        return "".join(parts)


def _class_of(character: str) -> str:
    return "#" if not character.isalpha() else "^" if character.isupper() else "?"


def _escaped(character: str) -> str:
    return f"\\{character}" if character in "#%?^\\" else character


def shapes_of(values: pa.StringArray, threshold: Threshold) -> list[Shape]:
    """The most frequent shapes of texts without nulls, each of enough rows; none where they are not shaped like codes."""
    least = threshold.of(len(values))
    short = values.filter(pc.less_equal(pc.utf8_length(values), _LONGEST))
    if 2 * len(short) < len(values):
        return []
    forms = short
    for found, mark in (("[0-9]", "#"), (r"\p{Lu}", "^"), (r"\p{L}", "?")):
        forms = pc.replace_substring_regex(forms, found, mark)
    counted = pc.value_counts(forms)
    order = np.argsort(-numbers_in(counted.field(1)), kind="stable")[:_MOST_SHAPES].tolist()
    shapes = []
    for place in order:
        if counted.field(1)[place].as_py() < least:
            break
        alike = short.filter(pc.equal(forms, counted.field(0)[place]))
        shapes.append(_shape(counted.field(0)[place].as_py(), alike))
    return shapes


def _shape(form: str, values: pa.StringArray) -> Shape:
    """What stands in the same place of every value stays; all else is its class."""
    first = values[0].as_py()
    if not first or any(ord(character) == 0 for character in first):
        return Shape(tuple(f"={mark}" for mark in form), len(values))
    letters: Any = np.array(values.to_pylist(), dtype=f"U{len(first)}").view("U1").reshape(len(values), len(first))
    same = (letters == letters[0]).all(axis=0)
    marks = tuple(
        f"={character}" if fixed or mark not in _SIZES else mark
        for character, mark, fixed in zip(first, form, same.tolist(), strict=True)
    )
    return Shape(marks, len(values))


def rule_of(shapes: list[Shape], rows: int) -> dict[str, Any] | None:
    """A rule that makes codes of these shapes; None where they are too small a part of all."""
    covered = sum(shape.rows for shape in shapes)
    if not shapes or covered < _ENOUGH * rows or max(shape.capacity for shape in shapes) == 1:
        return None
    if len(shapes) == 1 or shapes[0].rows >= 0.98 * rows:
        return {"type": "pattern", "pattern": shapes[0].pattern()}
    branches: list[str] = []
    for shape in shapes:
        branches += [shape.regex()] * max(1, round(_BRANCHES * shape.rows / covered))
    return {"type": "regex", "regex": "|".join(branches)}


def letters_between(values: pa.StringArray) -> dict[str, Any]:
    """A rule for texts of nothing known but which characters they are made of, and how long most are."""
    lengths = np.sort(numbers_in(pc.utf8_length(values)))
    low, high = int(lengths[len(lengths) // 20]), int(lengths[len(lengths) - 1 - len(lengths) // 20])
    classes = [
        text
        for text, found in (("A-Z", r"\p{Lu}"), ("a-z", r"\p{Ll}"), ("0-9", "[0-9]"))
        if pc.any(pc.match_substring_regex(values, found)).as_py()
    ]
    low, high = max(1, min(low, 200)), max(1, min(high, 200))
    return {"type": "regex", "regex": f"[{''.join(classes) or 'a-z'}]{{{low},{high}}}"}
