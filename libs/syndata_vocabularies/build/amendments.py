"""Symbols written by hand: methods that take texts apart, so that no mark survives them.

They are checked against real draws like everything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from syndata_vocabularies.build.grammars import Grammar, Pool, Symbol, pool_of

Part = Callable[[str, Symbol], str]
"""Keeps an unnamed symbol and returns its name."""


def amended(locale: str, name: str, provider: Any, part: Part) -> Symbol | None:
    """Return the symbol that stands for a method of this provider, if one was written."""
    write = _WRITTEN.get((locale, name))
    return write(provider, part) if write else None


def _saudi_plate(provider: Any, part: Part) -> Symbol:
    letters = Pool(tuple(sorted(provider.PLATE_MAP[letter] for letter in provider.PLATE_CHARS_EN)))
    digits = Pool(tuple(sorted(provider.PLATE_MAP[str(digit)] for digit in range(10))))
    letter, digit = "{" + part("plate_letter", letters) + "}", "{" + part("plate_digit", digits) + "}"
    return Grammar(((f"{letter} {letter} {letter} {digit * 4}", 1),))


def _japanese_serial_number(provider: Any, _part: Part) -> Symbol:
    dot = provider.MIDDLE_DOT
    templates = [f"##{provider.DELIMITER}##", f"{dot}###", f"{dot * 2}##", f"{dot * 3}#"]
    return Grammar(tuple(sorted((template, 1) for template in templates)))


def _russian_catch_phrase(provider: Any, part: Part) -> Symbol:
    """Adjectives agree with the gender of the noun."""
    first, second = provider.catch_phrase_adj[:2]
    templates = []
    for gender, ending in (("masc", ""), ("fem", "ая"), ("neu", "ое")):  # noqa: RUF001  # Russian
        nouns = getattr(provider, f"catch_phrase_nouns_{gender}")
        names = [
            part(
                f"catch_phrase_{place}_{gender}",
                Pool(tuple(sorted({word[:-2] + ending if ending else word for word in words}))),
            )
            for place, words in (("first", first), ("second", second))
        ]
        noun = part(f"catch_phrase_noun_{gender}", Pool(tuple(sorted(set(nouns)))))
        templates.append((f"{{{names[0]}}} и {{{names[1]}}} {{{noun}}}", len(nouns)))
    return Grammar(tuple(sorted(templates)))


def _philippine_domain(provider: Any, part: Part) -> Symbol:
    """Acronyms with or without a type, names with a noun, initials of both with a type."""
    company, person = (provider.generator.provider(f"faker.providers.{name}") for name in ("company", "person"))
    words = {
        "type": company.company_types,
        "noun": company.company_nouns,
        "adjective": company.company_adjectives,
        "name": list(person.last_names),
    }
    spelled = {name: [re.sub("[^a-z]", "", word.lower()) for word in listed] for name, listed in words.items()}
    whole = {
        name: part(f"domain_{name}", pool_of((word, Fraction(1)) for word in each)) for name, each in spelled.items()
    }
    first = {
        name: part(f"domain_{name}_initial", pool_of((word[0], Fraction(1)) for word in each))
        for name, each in spelled.items()
    }
    templates = [("???", 16), ("????", 16), (f"??{{{whole['type']}}}", 16)]
    for name in ("name", "adjective"):
        initials = f"{{{first[name]}}}{{{first['noun']}}}{{{first['noun']}}}"
        templates += [(f"{{{whole[name]}}}{{{whole['noun']}}}", 18), (f"{initials}{{{whole['type']}}}", 18)]
    return Grammar(tuple(sorted(templates)))


_WRITTEN: Final[dict[tuple[str, str], Callable[[Any, Part], Symbol]]] = {
    ("ar_SA", "license_plate"): _saudi_plate,
    ("ar_SA", "license_plate_ar"): _saudi_plate,
    **{(locale, "domain_word"): _philippine_domain for locale in ("en_PH", "fil_PH", "tl_PH")},
    ("ja_JP", "serial_number"): _japanese_serial_number,
    ("ru_RU", "catch_phrase"): _russian_catch_phrase,
}
