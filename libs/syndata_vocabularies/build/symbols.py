"""Which symbols a pack has, and what stands in where a locale lacks one."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from syndata_vocabularies.build.domains import derive_domains
from syndata_vocabularies.build.grammars import Grammar, Pool, Symbol, pool_of, references, split_template
from syndata_vocabularies.build.lexicon import Lexicon
from syndata_vocabularies.build.places import states_of

REQUIRED: Final = (
    *("first_name", "first_name_male", "first_name_female", "last_name", "last_name_male", "last_name_female"),
    *("prefix", "prefix_male", "prefix_female", "suffix", "suffix_male", "suffix_female"),
    *("name", "name_male", "name_female", "language_name"),
    *("building_number", "street_name", "street_address", "city", "postcode", "country", "address"),
    *("company", "company_suffix", "catch_phrase", "bs", "job", "phone_number"),
    *("free_email_domain", "tld", "word", "color_name", "credit_card_provider", "file_extension", "mime_type"),
    *("license_plate", "bban", "ssn"),
)
_EN_US_WHEN_MISSING: Final = (
    "catch_phrase",
    "bs",
    "secondary_address",
    "license_plate",
    "bban",
    "ssn",
    "company_suffix",
)
_FIRST_MALE, _FIRST_FEMALE, _LAST = "{first_name_male}", "{first_name_female}", "{last_name}"
_OWN_WHEN_MISSING: Final = {
    # es_AR has formats that refer to methods it does not have
    "name_male": [
        (f"{_FIRST_MALE} {_LAST}", 1),
        (f"{_FIRST_MALE} {_LAST} {_LAST}", 1),
        (f"{_FIRST_MALE} {_FIRST_MALE} {_LAST}", 1),
        (f"{_FIRST_MALE} {_FIRST_MALE} {_LAST} {_LAST}", 1),
        (f"{{prefix}} {_FIRST_MALE} {_LAST}", 1),
    ],
    "name_female": [
        (f"{_FIRST_FEMALE} {_LAST}", 1),
        (f"{_FIRST_FEMALE} {_LAST} {_LAST}", 1),
        (f"{_FIRST_FEMALE} {_FIRST_FEMALE} {_LAST}", 1),
        (f"{_FIRST_FEMALE} {_FIRST_FEMALE} {_LAST} {_LAST}", 1),
        (f"{{prefix}} {_FIRST_FEMALE} {_LAST}", 1),
    ],
    # the Philippines have two kinds of numbers, and Faker no method for either of them
    "phone_number": [("{mobile_number}", 1), ("{landline_number}", 1)],
}
_MISSPELT: Final = {
    "az_AZ": {"(yoxdur)": ""},
    "bn_BD": {"সমস্ত": "ALL", "বিডিটি": "BDT", "পেন": "PEN"},
    "el_GR": {"BYΝ": "BYN"},  # noqa: RUF001 -- its last letter is Greek
}
"""What stands in place of currency codes; the empty text: the currency has none."""
_STATE_LIKE: Final = ("state", "administrative_unit", "province", "prefecture", "region", "county")
_EXTRA_FROM: Final = frozenset(
    f"faker.providers.{name}"
    for name in (
        "address",
        "automotive",
        "bank",
        "color",
        "company",
        "currency",
        "job",
        "person",
        "phone_number",
        "ssn",
    )
)
_EXTRA: Final = frozenset(
    {"http_method", "uri_page", "uri_path", "uri_extension", "hostname_prefix", "safe_domain_name"}
    | {"unix_device", "safe_color_name", "language_code", "locale"}
)
_NOT_EXTRA: Final = re.compile(
    r".*color.*|.*rgb.*|pricetag|iban|swift.*|vin|ide|uid|idi|.*rut|full_name|.*_in_(state|province)"
)


def derive_all(lexicon: Lexicon) -> list[str]:
    """Derive every symbol of a pack; return the names of those meant for readers."""
    public = list(REQUIRED)
    for name in REQUIRED:
        if lexicon.has(name):
            lexicon.derive(name)
    for name in _EN_US_WHEN_MISSING:
        if name not in lexicon.symbols and lexicon.has(name):
            lexicon.derive(name)
        public.append(name)
    for name, templates in _OWN_WHEN_MISSING.items():
        if name not in lexicon.symbols:
            lexicon.symbols[name] = Grammar(tuple(sorted(templates)))
            for reference in references(lexicon.symbols[name]):
                lexicon.derive(reference)
    missing = [name for name in dict.fromkeys(public) if name not in lexicon.symbols]
    if missing:
        _borrow(lexicon, missing)
    public += _places(lexicon) + _pairs(lexicon) + derive_domains(lexicon) + _extras(lexicon)
    return sorted(set(public))


def _borrow(lexicon: Lexicon, names: list[str]) -> None:
    """Take symbols from en_US, as Faker does with whole providers."""
    american = Lexicon("en_US")
    for name in names:
        symbol = american.derive(name)
        lexicon.symbols[name] = _adopt(lexicon, american, symbol)
        if name in american.sampled:
            lexicon.sampled.add(name)


def _adopt(lexicon: Lexicon, other: Lexicon, symbol: Symbol) -> Symbol:
    if isinstance(symbol, Pool):
        return symbol
    templates = []
    for template, weight in symbol.templates:
        pieces = []
        for piece in split_template(template):
            if piece.startswith("{"):
                part = _adopt(lexicon, other, other.derive(piece[1:-1]))
                pieces.append("{" + lexicon.part(f"american_{piece[1:-1]}", part) + "}")
            else:
                pieces.append(piece)
        templates.append(("".join(pieces), weight))
    return Grammar(tuple(templates))


def _places(lexicon: Lexicon) -> list[str]:
    provider: Any = lexicon.tracer.generator.provider("faker.providers.address")
    pairs = states_of(provider)
    if pairs:
        lexicon.symbols["state"] = Pool(tuple(name for name, _ in pairs))
        lexicon.symbols["state_abbr"] = Pool(tuple(code for _, code in pairs))
    else:
        name = next(name for name in _STATE_LIKE if lexicon.has(name))
        lexicon.symbols["state"] = lexicon.symbols["state_abbr"] = lexicon.derive(name)
    code, country = _current_country(provider)
    lexicon.symbols["current_country_code"], lexicon.symbols["current_country"] = Pool((code,)), Pool((country,))
    return ["state", "state_abbr", "current_country", "current_country_code"]


def _current_country(provider: Any) -> tuple[str, str]:
    """What Faker says of the address provider in use, so that it agrees with the cities."""
    if provider.__lang__ == "en_MS":  # Malaysia, though MS is Montserrat
        return "MY", "Malaysia"
    return provider.current_country_code(), provider.current_country()


def _pairs(lexicon: Lexicon) -> list[str]:
    """Codes with names: countries and currencies, aligned where the provider pairs them."""
    address: Any = lexicon.tracer.generator.provider("faker.providers.address")
    currency: Any = lexicon.tracer.generator.provider("faker.providers.currency")
    lexicon.symbols["country_code"] = pool_of((code, Fraction(1)) for code in address.alpha_2_country_codes)
    mended = _MISSPELT.get(currency.__lang__, {})
    named = [(mended.get(code, code), name) for code, name in currency.currencies]
    lexicon.symbols["currency_code"] = Pool(tuple(code for code, _ in named if code))
    lexicon.symbols["currency_name"] = Pool(tuple(name for code, name in named if code))
    return ["country_code", "currency_code", "currency_name"]


def _extras(lexicon: Lexicon) -> list[str]:
    """Whatever else the locale's providers say that can be had without sampling."""
    lexicon.samples = False
    extras = []
    for name in lexicon.tracer.names():
        wanted = lexicon.tracer.provider_of(name) in _EXTRA_FROM and not _NOT_EXTRA.fullmatch(name)
        if (wanted or name in _EXTRA) and name not in lexicon.symbols and lexicon.has(name) and lexicon.trace(name):
            extras.append(name)
    return extras + [name for name in lexicon.tracer.names() if name in lexicon.symbols]
