"""Compares the variety of a pack with Faker's own; run by hand, it takes minutes.

`python -m tests.unit.vocabularies.variety DRAWS LOCALE ...` prints one line per symbol that
is worse than Faker, or one per symbol with `--all`. Needs the Faker the packs are built from.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from itertools import repeat

from faker.factory import Factory

from syndata_vocabularies import read_pack
from tests.unit.vocabularies.expander import Expander, references

ENOUGH = 0.98


def one_line(value: object) -> str:
    """Return Faker's value as packs hold it."""
    return str(value).replace(",\n", ", ").replace("\n", ", ")


def shape(text: str) -> str:
    """Return the text with runs of letters and of digits folded."""
    letters = "".join("a" if unicodedata.category(letter)[0] in "LM" else letter for letter in text)
    return re.sub(r"\d+", "9", re.sub("a+", "a", letters))


def closure(symbols: dict[str, dict[str, object]], name: str) -> str:
    """Return all that a symbol can say, as text: equal closures need comparing only once."""
    found: dict[str, object] = {}
    waiting = [name]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found[at] = symbols[at]
            waiting += references(symbols[at])
    return json.dumps(found, sort_keys=True)


def compare(locale: str, draws: int, seen: set[tuple[str, str]]) -> Iterator[tuple[str, int, int, float, int]]:
    """Yield symbol, Faker's distinct texts, ours, their ratio, texts of ours in shapes Faker never shows."""
    body = read_pack(locale)
    expander = Expander(body, seed=7)
    generator = Factory.create(locale)
    generator.seed_instance(11)
    random.seed(11)
    for name in sorted(json.loads(body)["symbols"]):
        method: Callable[[], object] | None = getattr(generator, name, None)
        if method is None or "by" in expander.symbols[name]:
            continue
        key = (type(getattr(method, "__self__", None)).__module__, closure(expander.symbols, name))
        if key in seen:
            continue
        seen.add(key)
        try:
            theirs = {one_line(method()) for _ in repeat(None, draws)}
        except (AttributeError, ValueError, TypeError):
            continue
        draw = expander.drawer(name)
        ours = {draw() for _ in repeat(None, draws)}
        shapes = {shape(text) for text in theirs}
        odd = sum(shape(text) not in shapes for text in ours)
        if len(theirs) < draws // 20:
            odd = len(ours - theirs)
        yield name, len(theirs), len(ours), len(ours) / len(theirs), odd


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("draws", type=int)
    parser.add_argument("locales", nargs="+")
    parser.add_argument("--all", action="store_true")
    chosen = parser.parse_args()
    seen: set[tuple[str, str]] = set()
    for locale in chosen.locales:
        for name, theirs, ours, ratio, odd in compare(locale, chosen.draws, seen):
            if chosen.all or ratio < ENOUGH or odd > max(2, ours // 50):
                sys.stdout.write(f"{locale:6} {name:28} {theirs:8} {ours:8} {ratio:7.3f} {odd:7}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
