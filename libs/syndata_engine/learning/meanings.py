"""What a column's values mean: told by what they look like, by the words they are made of, and by the column's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.generation.columns.context import name_words
from syndata_engine.reading import guesses

_CLEAR: Final = 0.8
"""Share of a column's values that must look alike for it to mean that."""
_HALF: Final = 0.5
_LOOKED_AT: Final = 2_000
"""Different values whose words are looked up."""

_LOOKS: Final[dict[str, str]] = {
    "email": r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$",
    "uuid": r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "website": r"^((https?|ftp)://|www\.)\S+$",
    "ipv4": r"^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$",
    "ipv6": r"^([0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}$",
    "mac": r"^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$",
    "iban": r"^[A-Z]{2}[0-9]{2}[A-Z0-9 ]{11,36}$",
    "national_id": r"^[0-9]{3}-[0-9]{2}-[0-9]{4}$",
    "phone": r"^(\+[0-9]{1,3}[ ().-]?|\([0-9]{2,5}\) ?|1-)[0-9][0-9 ().-]{5,16}([0-9]|( ?(x|ext\.?) ?[0-9]{1,6}))$|^[0-9]{3}[-.][0-9]{3}[-.][0-9]{4}$",
    "credit_card": r"^([0-9]{4}[ -]){3}[0-9]{1,7}$",
    "hash": r"^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$",
    "street_address": r"(?i)^([0-9]+[a-z]?,? .*\b(street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|square|highway|hwy)\b.*|.*(strasse|straße|str\.|weg|platz|gasse) [0-9]+[a-z]?|(rue|via|calle|avenida|rua) .*)$",
}
"""What values of each meaning look like, in RE2; the first that most values look like wins."""
_PERSONAL_LOOKS: Final = ("email", "phone", "national_id", "credit_card", "iban", "street_address")
_ONE_LOOKS: Final = tuple(re.compile(_LOOKS[kind]) for kind in _PERSONAL_LOOKS)
_BARE_PHONE: Final = r"^[0-9 ()+./-]{6,24}( ?(x|ext\.?) ?[0-9]{1,6})?$"

PERSONAL: Final = frozenset(
    [
        "email",
        "business_email",
        "phone",
        "first_name",
        "last_name",
        "full_name",
        "username",
        "street_address",
        "address",
        "national_id",
        "credit_card",
        "iban",
        "ipv4",
        "ipv6",
        "mac",
        "license_plate",
        "date_of_birth",
    ]
)
"""Kinds that stand in for what may tell who somebody is: values of such a column are never kept."""
_ABOUT: Final = frozenset(
    [
        "type",
        "status",
        "flag",
        "kind",
        "in",
        "out",
        "ok",
        "valid",
        "verified",
        "consent",
        "count",
        "format",
        "preference",
        "source",
    ]
)
"""Words at a name's end that say something of what stands before them."""
PLACES: Final = frozenset(
    ["city", "state", "country", "country_code", "state_abbr", "company", "job", "language", "color", "currency_code"]
)
"""Kinds whose words may be names of people as well."""
_ROLES: Final = frozenset(
    [
        "owner", "contact", "holder", "cardholder", "rep", "representative", "salesperson", "salesman", "saleswoman", "doctor",
        "physician", "patient", "nurse", "manager", "supervisor", "assignee", "agent", "teacher", "student", "employee", "beneficiary",
        "payee", "recipient", "sender", "signatory", "tenant", "landlord", "driver", "passenger", "guest", "scientist", "lawyer",
        "seller", "buyer", "reviewer", "approver", "responsible",
    ]
)  # fmt: skip
"""Words at a name's end that say that somebody is meant."""
_LOOKS_LIKE_A_NAME: Final = r"^\p{Lu}[\p{L}'.-]*,?( \p{Lu}[\p{L}'.-]*){1,3}$"
_NUMBER_NAMES: Final = {
    "phone": "phone", "mobile": "phone", "telephone": "phone", "fax": "phone", "ssn": "national_id", "passport": "national_id",
    "iban": "iban", "card number": "credit_card", "credit card": "credit_card", "national id": "national_id",
    "tax id": "national_id", "social security": "national_id", "account number": "account", "license number": "account",
}  # fmt: skip
_TITLES: Final = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "sir",
        "rev",
        "master",
        "don",
        "mme",
        "col",
        "major",
        "capt",
        "jr",
        "sr",
        "ii",
        "iii",
    ]
)


@dataclass(frozen=True, slots=True)
class Names:
    """Names that people have, in small letters: to recognise a column of names by."""

    given: frozenset[str] = frozenset()
    family: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the values of a column mean."""

    kind: str
    """The kind that makes such values."""
    share: float
    """Of the values that fit."""
    by: str
    """How it was told: `values` or `name`."""

    @property
    def personal(self) -> bool:
        """Whether values may tell who somebody is."""
        return self.kind in PERSONAL or self.kind == "account"


def meaning_of_texts(
    name: str, table: tuple[str, Sequence[str]], values: pa.StringArray, names: Names
) -> Meaning | None:
    """What texts without nulls mean; `table` is the table's name with the names of its columns."""
    by_look = _by_look(values)
    if by_look is not None:
        return by_look
    neighbours = [other for other in table[1] if other != name]
    about = name_words(name)[-1:] and name_words(name)[-1] in _ABOUT
    guess = None if about else guesses.text_guess(name, table[0], neighbours)
    kind = guess.kind if guess is not None and guess.kind not in {"choice", "code", "word", "catch_phrase"} else ""
    if kind == "phone" and (share := _share(values, _BARE_PHONE)) >= _CLEAR:
        return Meaning("phone", share, "values")
    if kind not in PLACES:
        role = not about and name_words(name)[-1:] and name_words(name)[-1] in _ROLES
        named = "name" in name_words(name) or kind in {"first_name", "last_name", "full_name"} or bool(role)
        people = _people(values, names, named=named)
        if people is not None:
            return people
        if role and _share_of_names(values, name) >= _HALF:
            return Meaning("full_name", 1.0, "name")
    if kind in {"email", "business_email", "phone", "website", "ipv4", "uuid", "domain"}:
        return None  # named so, and does not look so: a code, or yes and no
    return Meaning(kind, 1.0, "name") if kind and _believable(kind, values) else None


def meaning_of_numbers(name: str) -> Meaning | None:
    """What whole numbers mean that are no measure, by their column's name."""
    words = name_words(name)
    for phrase, kind in _NUMBER_NAMES.items():
        wanted = phrase.split()
        if any(words[place : place + len(wanted)] == wanted for place in range(len(words))):
            return Meaning(kind, 1.0, "name")
    return None


def is_identifier(name: str) -> bool:
    """Whether a column's name says that its values are numbers or codes of rows elsewhere."""
    words = name_words(name)
    return bool(words) and (words[-1] in {"id", "uuid", "guid", "fk"} or name.endswith(("ID", "Id")))


def is_identifier_of_people(name: str) -> bool:
    """Whether it says that these rows are people."""
    words = name_words(name)
    coded = is_identifier(name) or (bool(words) and words[-1] in {"code", "no", "nr", "number", "key"})
    return coded and guesses.is_of_people(name)


def looks_personal(value: str, names: Names) -> bool:
    """Whether a single value looks like one that may tell who somebody is."""
    return any(look.search(value) for look in _ONE_LOOKS) or is_full_name(value, names)


def is_full_name(value: str, names: Names) -> bool:
    """Whether a value is made of names that people have: a given one and one of a family."""
    return _kind_of_name(value, names) == "full_name"


def _share(values: pa.StringArray, look: str) -> float:
    matched: Any = pc.sum(pc.cast(pc.match_substring_regex(values, look), pa.int64())).as_py() or 0
    return float(matched) / len(values)


def _by_look(values: pa.StringArray) -> Meaning | None:
    for kind, look in _LOOKS.items():
        share = _share(values, look)
        if share >= _CLEAR:
            return Meaning(kind, share, "values")
    return None


def _believable(kind: str, values: pa.StringArray) -> bool:
    """Whether values could be what their column's name says: texts of some length, and no numbers."""
    if kind in {"postal_code", "sentence", "text"}:
        return True
    letters = _share(values, r"\p{L}{2,}")
    return letters >= _CLEAR


def _people(values: pa.StringArray, names: Names, *, named: bool) -> Meaning | None:
    """Names of people, where enough of the different values are made of names that people have."""
    different = pc.unique(values)
    step = max(1, len(different) // _LOOKED_AT)
    looked_at = different.take(pa.array(np.arange(0, len(different), step))).to_pylist()
    found = [_kind_of_name(value, names) for value in looked_at]
    for kind, enough in (("full_name", 0.4), ("first_name", 0.7), ("last_name", 0.7)):
        share = found.count(kind) / len(found)
        if kind == "last_name":
            share += found.count("first_name") / len(found)
        if named and share >= (0.25 if len(found) >= 5 else _HALF):
            return Meaning(kind, share, "values")
        if len(found) >= 5 and share >= enough:
            return Meaning(kind, share, "values")
    return None


def _share_of_names(values: pa.StringArray, header: str) -> float:
    """How many of the different values are written as names are, without the header's own word (`First Owner`)."""
    different = pc.unique(values)
    looks: Any = pc.match_substring_regex(different, _LOOKS_LIKE_A_NAME)
    itself: Any = pc.match_substring(different, name_words(header)[-1], ignore_case=True)
    count = pc.sum(pc.cast(pc.and_(looks, pc.invert(itself)), pa.int64())).as_py() or 0
    return float(count) / len(different)


def _kind_of_name(value: str, names: Names) -> str:
    words = [word.strip(".()\"'") for word in value.replace(",", " ").split()]
    words = [word for word in words if word and word.lower() not in _TITLES]
    if not words or len(words) > 5 or not all(word.replace("-", "").replace("'", "").isalpha() for word in words):
        return ""
    small = [word.lower() for word in words]
    if len(small) == 1:
        return "first_name" if small[0] in names.given else "last_name" if small[0] in names.family else ""
    given = [place for place, word in enumerate(small) if word in names.given]
    family = [place for place, word in enumerate(small) if word in names.family]
    both = any(one != other for one in given for other in family)
    comma = "," in value and bool(given)
    return "full_name" if all(word[0].isupper() for word in words) and (both or comma) else ""
