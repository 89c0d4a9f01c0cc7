"""Numbers as people write them: `1,000`, `$10.50`, `10k`, `two`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000,
}  # fmt: skip
_POWERS: Final = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "billion": 1_000_000_000}
CURRENCY: Final = "$€£¥₹"

NUMBER: Final = rf"(?<!\d)[{CURRENCY}]?\s?-?(?:\d{{1,3}}(?:[,_']\d{{3}}){{1,6}}|\d{{1,40}})(?:\.\d{{1,18}})?(?:\s?(?:k|thousand|million|billion)\b|m\b)?"
"""A number inside a text; `number` reads what it matches."""
COUNT: Final = rf"(?:{NUMBER}|\b(?:{'|'.join(_WORDS)})\b)"
"""A number, or a small one as a word."""


def number(text: str) -> Decimal:
    """The value of what `NUMBER` or `COUNT` matched."""
    word = text.strip().lower()
    if word in _WORDS:
        return Decimal(_WORDS[word])
    found = re.fullmatch(rf"[{CURRENCY}]?\s?(-?[\d,_'.]+)\s?([a-z]*)", word)
    if found is None:
        raise ValueError(text)
    plain = Decimal(re.sub(r"[,_']", "", found[1]))
    return plain * _POWERS.get(found[2], 1)


def has_currency(text: str) -> bool:
    """Whether an amount of money stands in a text."""
    return any(sign in text for sign in CURRENCY)
