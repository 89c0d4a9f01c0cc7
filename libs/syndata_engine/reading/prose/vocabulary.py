"""Words that mean something behind a column's name, and words that mean nothing there."""

from __future__ import annotations

import re
from typing import Final

LOCALES: Final = {
    "us": "en_US", "u.s.": "en_US", "usa": "en_US", "american": "en_US", "uk": "en_GB", "british": "en_GB", "english": "en_US",
    "german": "de_DE", "french": "fr_FR", "spanish": "es_ES", "italian": "it_IT", "dutch": "nl_NL", "polish": "pl_PL",
    "swedish": "sv_SE", "norwegian": "no_NO", "danish": "da_DK", "finnish": "fi_FI", "portuguese": "pt_PT", "brazilian": "pt_BR",
    "mexican": "es_MX", "canadian": "en_CA", "australian": "en_AU", "indian": "en_IN", "japanese": "ja_JP", "chinese": "zh_CN",
    "korean": "ko_KR", "russian": "ru_RU", "turkish": "tr_TR", "austrian": "de_AT", "swiss": "de_CH", "irish": "en_IE",
}  # fmt: skip
TYPES: Final = {
    "integer": "int", "int": "int", "whole number": "int", "number": "number", "numeric": "number", "decimal": "decimal",
    "float": "float", "boolean": "bool", "bool": "bool", "true/false": "bool", "true or false": "bool", "yes/no": "bool",
    "yes or no": "bool", "timestamp": "datetime", "datetime": "datetime", "date and time": "datetime", "date": "date", "uuid": "uuid", "guid": "uuid",
    "text": "text", "string": "text", "varchar": "text", "currency": "money", "money": "money", "dollars": "money", "usd": "money", "euros": "money",
}  # fmt: skip
SAYING: Final = frozenset(
    re.findall(
        r"\w+",
        "between mostly sometimes usually often rarely about around before after not than per counting uppercase lowercase random "
        "should must but never always only filled characters letters digits if when where which that same different each every they",
    )
)
"""Words of which no value of a list consists."""
FILLER: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "to",
        "at",
        "is",
        "are",
        "be",
        "should",
        "must",
        "will",
        "random",
        "randomly",
        "realistic",
        "valid",
        "format",
        "formatted",
        "number",
        "numbers",
        "value",
        "values",
        "each",
        "any",
        "some",
        "with",
        "field",
        "column",
        "unique",
        "range",
        "ranging",
        "inclusive",
        "between",
        "from",
        "within",
        "where",
        "that",
        "which",
        "e.g",
        "eg",
        "i.e",
        "ie",
        "like",
        "such",
        "as",
        "for",
        "optional",
        "only",
        "either",
        "one",
        "or",
        "and",
        "it",
        "its",
        "this",
        *(
            "km",
            "m",
            "cm",
            "mm",
            "kg",
            "g",
            "lb",
            "lbs",
            "miles",
            "hours",
            "minutes",
            "seconds",
            "percent",
            "%",
            "celsius",
            "usd",
        ),
        *("eur", "gbp", "two", "decimals", "null"),
    ]
)
