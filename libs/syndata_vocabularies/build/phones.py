"""`python -m syndata_vocabularies.build.phones`: writes the plans of telephone numbers, from phonenumbers' metadata."""

from __future__ import annotations

import re
import sys
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any

import phonenumbers
from phonenumbers import PhoneMetadata

from syndata_vocabularies import available_locales, pack_digest
from syndata_vocabularies.build.packing import canonical, compress

_LENGTHS = re.compile(r"\{(\d+),(\d+)\}")
_SPREAD = 4
_TRIED = 200
_FINEST = 2**24
"""The greatest weight."""
FILE = Path(__file__).parents[1] / "packs" / "phones.json.xz"


def build_phones(countries: list[str]) -> bytes:
    """By country its calling code, and the patterns of mobile and of fixed numbers behind it, as canonical JSON."""
    plans: dict[str, Any] = {}
    for country in countries:
        found = PhoneMetadata.metadata_for_region(country, None)
        if found is None or found.country_code is None:
            continue
        lines = {"mobile": found.mobile, "fixed": found.fixed_line}
        patterns = {name: each.national_number_pattern for name, each in lines.items() if each is not None}
        code = found.country_code
        known = {name: ways_of(code, pattern) for name, pattern in patterns.items() if pattern}
        plans[country] = {"code": code, **{name: ways for name, ways in known.items() if ways}}
    source = f"libphonenumber (Apache-2.0), of phonenumbers {version('phonenumbers')}"
    return canonical({"format": 1, "source": source, "countries": plans})


def ways_of(code: int, pattern: str) -> list[tuple[str, int]]:
    """The pattern's alternatives, each with a weight by how many numbers it has.

    Open lengths are cut: the longest numbers that a pattern lets pass are those that nobody has. Alternatives of which some
    numbers are not valid for another reason are left out.
    """
    cut = _LENGTHS.sub(lambda found: f"{{{found[1]},{min(int(found[2]), int(found[1]) + _SPREAD)}}}", pattern)
    ways = [way for way in _alternatives(cut) if _is_valid(code, way)]
    counts = [_count(_parsed(way)) for way in ways]
    return [(way, max(1, count * _FINEST // max(counts))) for way, count in zip(ways, counts, strict=True)]


def _alternatives(pattern: str) -> list[str]:
    """What stands between the bars that are in no group and no class."""
    found, depth, listed = [""], 0, False
    for character in pattern:
        depth += (character == "(") - (character == ")") if not listed else 0
        listed = character == "[" or (listed and character != "]")
        if character == "|" and depth == 0 and not listed:
            found.append("")
        else:
            found[-1] += character
    return found


def _parsed(way: str) -> Any:
    return re._parser.parse(way)  # type: ignore[attr-defined] # noqa: SLF001 -- the parser of re itself


def _is_valid(code: int, way: str) -> bool:
    """Whether numbers of an alternative, a few hundred of them, are valid."""
    random = Random(way)  # noqa: S311 -- the same numbers every time, and no secret
    drawn = (phonenumbers.parse(f"+{code}{_drawn(_parsed(way), random)}") for _ in range(_TRIED))
    return all(phonenumbers.is_valid_number(number) for number in drawn)


def _drawn(parsed: Any, random: Random) -> str:
    """A text that a parsed pattern matches."""
    text = ""
    for code, value in parsed:
        name = str(code)
        if name == "LITERAL":
            text += chr(value)
        elif name == "IN":
            kind, each = random.choice(value)
            text += {"CATEGORY": str(random.randrange(10)), "LITERAL": chr(each) if isinstance(each, int) else ""}.get(
                str(kind)
            ) or chr(random.randint(*each))
        elif name == "BRANCH":
            text += _drawn(random.choice(value[1]), random)
        elif name == "SUBPATTERN":
            text += _drawn(value[-1], random)
        else:
            low, high, inner = value
            text += "".join(_drawn(inner, random) for _ in range(random.randint(low, int(high))))
    return text


def _count(parsed: Any) -> int:
    """How many texts of digits a parsed pattern has."""
    total = 1
    for code, value in parsed:
        name = str(code)
        if name == "IN":
            total *= sum(_size(str(kind), each) for kind, each in value)
        elif name == "BRANCH":
            total *= sum(_count(branch) for branch in value[1])
        elif name == "SUBPATTERN":
            total *= _count(value[-1])
        elif name in {"MAX_REPEAT", "MIN_REPEAT"}:
            low, high, inner = value
            total *= sum(_count(inner) ** times for times in range(low, int(high) + 1))
        elif name != "LITERAL":
            raise ValueError(f"{name} in a pattern of digits")
    return total


def _size(kind: str, value: Any) -> int:
    """How many digits a part of a class has."""
    return {"CATEGORY": 10, "LITERAL": 1}.get(kind) or value[1] - value[0] + 1


def main() -> None:
    """Write the plans of all countries that a locale names."""
    countries = sorted({locale.rpartition("_")[2] for locale in available_locales() if "_" in locale})
    body = build_phones(countries)
    FILE.write_bytes(compress(body))
    sys.stdout.write(f"{len(body)} bytes, {pack_digest(body)}\n")


if __name__ == "__main__":
    main()
