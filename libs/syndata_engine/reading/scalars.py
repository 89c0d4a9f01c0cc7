"""What an unquoted YAML word means: the core schema of YAML 1.2, so `no`, `on` and dates stay text."""

from __future__ import annotations

import re
from decimal import Decimal

from syndata_engine.reading.nodes import Scalar

_WORDS: dict[str, Scalar] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_SPECIAL_START = frozenset("0123456789+-.~nNtTfF")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

LONGEST_NUMBER = 64
"""Characters. Longer ones are never meant, and turning them into integers takes quadratic time."""
WIDEST_EXPONENT = 308
"""As far as a double reaches; `1e999999999` as an integer would fill the memory."""


class BadScalar(ValueError):
    """A word that looks like a number and cannot be one."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what, self.fix = what, fix


def resolve(text: str) -> Scalar:
    """The value of an unquoted word; BadScalar for numbers that are not finite or too long."""
    if text and text[0] not in _SPECIAL_START:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NOT_FINITE.fullmatch(text):
        raise BadScalar(f"{text} is not a finite number", "write a finite number, or quote it to make it text")
    if _OCTAL.fullmatch(text) and len(text) <= LONGEST_NUMBER:
        return int(text, 0)
    if _HEXADECIMAL.fullmatch(text) and len(text) <= LONGEST_NUMBER:
        return int(text, 0)
    return number(text) if _NUMBER.fullmatch(text) else text


def number(text: str) -> int | Decimal:
    """A number from its decimal text, exactly; BadScalar when it is out of bounds."""
    if len(text) > LONGEST_NUMBER:
        raise BadScalar(
            f"a number of {len(text)} characters ({text[:12]}...) is too long",
            f"use at most {LONGEST_NUMBER} characters, or quote it to make it text",
        )
    if _WHOLE.fullmatch(text):
        return int(text)
    value = Decimal(text)
    if abs(value.adjusted()) > WIDEST_EXPONENT:
        raise BadScalar(
            f"{text} is out of range", f"keep the exponent between -{WIDEST_EXPONENT} and {WIDEST_EXPONENT}"
        )
    return value


def loses_zeros(text: str) -> bool:
    """Whether an unquoted word is a number whose leading zeros are lost, as in the postal code 01234."""
    digits = text.lstrip("+-")
    return len(digits) > 1 and digits[0] == "0" and digits.isascii() and digits.isdigit()
