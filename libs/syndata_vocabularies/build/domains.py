"""Company domains: the first word of a company's name in letters that a domain may have."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any, Final

from syndata_vocabularies.build.amendments import amended
from syndata_vocabularies.build.choices import Untraceable
from syndata_vocabularies.build.grammars import Grammar, Pool, Symbol, pool_of, split_template, symbol_of
from syndata_vocabularies.build.lexicon import Lexicon
from syndata_vocabularies.build.slugs import spell_domain
from syndata_vocabularies.build.writing import Manner

MOST_SAMPLED: Final = 8000
ENOUGH: Final = 0.9
"""Share of real draws with which we stop looking; spellings differ where letters are rare."""


def derive_domains(lexicon: Lexicon) -> list[str]:
    """Derive `domain_word` and `company_email_domain`; return their names."""
    lexicon.symbols["company_email_domain"] = Grammar((("{domain_word}.{tld}", 1),))
    lexicon.symbols["domain_word"] = _written(lexicon) or _traced(lexicon) or _sampled(lexicon)
    return ["domain_word", "company_email_domain"]


def _written(lexicon: Lexicon) -> Symbol | None:
    return amended(lexicon.locale, "domain_word", lexicon.tracer.provider("domain_word"), lexicon.part)


def _sampled(lexicon: Lexicon) -> Symbol:
    lexicon.sampled.add("domain_word")
    return lexicon.sampler.sample("domain_word", MOST_SAMPLED)


def _traced(lexicon: Lexicon) -> Symbol | None:
    """Follow the method without its last step, the spelling; that is then done to the parts."""
    internet: Any = lexicon.tracer.provider("domain_word")
    internet._to_ascii = str  # noqa: SLF001  # leaves marks as they are
    company: Callable[[], object] = lexicon.tracer.generator.get_formatter("company")
    calls: list[Callable[[], object]] = [
        partial(inspect.unwrap(type(internet).domain_word), internet),
        lambda: str(company()).split(" ")[0],
    ]
    draws = set(lexicon.sampler.draws("domain_word", "check", 400))
    found: list[tuple[int, Symbol]] = []
    for call in calls:
        for refers in (True, False):
            manner = Manner(refers, settle_below=2, drops=True)
            try:
                symbol = _spelled(lexicon, lexicon.tracer.trace_call(call, "domain_word", manner, lexicon))
            except (Untraceable, RecursionError):
                continue
            found.append((sum(lexicon.says(symbol, text) for text in draws), symbol))
            break
        if found and found[-1][0] >= ENOUGH * len(draws):
            break
    return max(found, key=lambda each: each[0])[1] if found else None


def _spelled(lexicon: Lexicon, symbol: Symbol) -> Symbol:
    internet: Any = lexicon.tracer.generator.provider("faker.providers.internet")
    if isinstance(symbol, Pool):
        weights = symbol.weights or (1,) * len(symbol.values)
        words = (spell_domain(value.split(" ")[0], internet.replacements) for value in symbol.values)
        return pool_of((word, Fraction(weight)) for word, weight in zip(words, weights, strict=True))
    templates = []
    for template, weight in symbol.templates:
        pieces: list[str] = []
        for piece in split_template(template):
            if piece == " ":
                break
            if piece.startswith("{"):
                part = _spelled(lexicon, lexicon.derive(piece[1:-1]))
                pieces.append("{" + lexicon.part(f"{piece[1:-1]}_domain", part) + "}")
            elif piece in ("#", "%", "?", "^"):
                pieces.append(piece.replace("^", "?"))
            else:
                pieces.append(spell_domain(piece[-1], internet.replacements, empty=""))
        templates.append(("".join(pieces).strip("-"), Fraction(weight)))
    if any(not template for template, _ in templates):
        raise Untraceable("a company without letters")
    return symbol_of(templates)
