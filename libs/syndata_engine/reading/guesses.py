"""What a column probably holds, by the words of its name: tables to read, and one way to look things up in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from syndata_engine.generation.columns.context import name_words

LONGEST: dict[str, tuple[int, int | None]] = {
    "first_name": (11, None), "last_name": (11, None), "full_name": (23, None), "email": (39, 55), "username": (27, 43),
    "phone": (22, None), "city": (24, None), "state": (30, None), "state_abbr": (2, None), "postal_code": (5, None),
    "street_address": (38, None), "address": (74, None), "country": (13, None), "country_code": (2, None),
    "company": (40, None), "website": (57, None), "domain": (45, None), "job": (59, None), "ipv4": (15, None),
    "color": (20, None), "currency_code": (3, None), "language": (17, None), "word": (14, None), "gender": (6, None),
    "prefix": (4, None), "mime_type": (24, None), "file_extension": (7, None), "business_email": (53, None),
    "business_phrase": (50, None), "catch_phrase": (63, None), "credit_card": (20, None), "license_plate": (9, None),
    "uuid": (36, 36),
}  # fmt: skip
"""Most characters of what a kind makes in en_US: anywhere, and where it is unique (None: it cannot be)."""
SHORTEST: dict[str, int] = {
    "full_name": 5, "email": 15, "username": 3, "phone": 10, "city": 5, "state": 4, "state_abbr": 2, "postal_code": 5,
    "street_address": 10, "address": 27, "company": 5, "website": 26, "domain": 14, "job": 3, "ipv4": 8, "color": 3,
    "first_name": 2, "last_name": 2, "country": 13, "country_code": 2, "currency_code": 3, "catch_phrase": 14, "uuid": 36,
    "sentence": 8, "text": 8,
}  # fmt: skip
"""Fewest characters of what a kind makes in en_US, where it is more than one."""
LONGEST_WORD = 15
"""Characters that a word adds to a sentence, with its blank."""
LONGEST_SENTENCE = 180

_TEXTS: tuple[tuple[str, str], ...] = (
    ("email address", "email"), ("ip address", "ipv4"), ("web address", "website"), ("first name", "first_name"), ("given name", "first_name"), ("forename", "first_name"), ("firstname", "first_name"),
    ("last name", "last_name"), ("family name", "last_name"), ("surname", "last_name"), ("lastname", "last_name"),
    ("middle name", "first_name"), ("full name", "full_name"), ("fullname", "full_name"), ("display name", "full_name"),
    ("user name", "username"), ("username", "username"), ("login", "username"), ("nickname", "username"),
    ("handle", "username"), ("company email", "business_email"), ("email", "email"), ("e mail", "email"), ("mail", "email"),
    ("phone", "phone"), ("mobile", "phone"), ("telephone", "phone"), ("fax", "phone"), ("cell", "phone"), ("tel", "phone"),
    ("job title", "job"), ("contact title", "job"), ("occupation", "job"), ("profession", "job"), ("job", "job"),
    ("title of courtesy", "prefix"), ("salutation", "prefix"), ("honorific", "prefix"), ("gender", "gender"), ("sex", "gender"),
    ("company", "company"), ("employer", "company"), ("organization", "company"), ("organisation", "company"),
    ("supplier name", "company"), ("vendor name", "company"), ("manufacturer", "company"), ("brand", "company"),
    ("mime", "mime_type"), ("content type", "mime_type"), ("extension", "file_extension"),
    ("domain", "domain"), ("hostname", "domain"), ("website", "website"), ("homepage", "website"), ("home page", "website"),
    ("url", "website"), ("uri", "website"), ("link", "website"), ("photo path", "website"),
    ("ip", "ipv4"), ("ipv4", "ipv4"), ("uuid", "uuid"), ("guid", "uuid"),
    ("postal code", "postal_code"), ("post code", "postal_code"), ("postcode", "postal_code"), ("zip", "postal_code"),
    ("zipcode", "postal_code"), ("street", "street_address"), ("address line", "street_address"),
    ("address 1", "street_address"), ("addr", "street_address"), ("address", "address"),
    ("city", "city"), ("town", "city"), ("country code", "country_code"), ("country iso", "country_code"),
    ("country", "country"), ("state", "state"), ("province", "state"), ("region", "state"), ("county", "state"),
    ("color", "color"), ("colour", "color"), ("currency", "currency_code"), ("language", "language"), ("locale", "language"),
    ("credit card", "credit_card"), ("card number", "credit_card"), ("license plate", "license_plate"),
    ("slogan", "catch_phrase"), ("tagline", "catch_phrase"),
    ("description", "sentence"), ("summary", "sentence"), ("subject", "sentence"), ("headline", "sentence"),
    ("caption", "sentence"), ("title", "sentence"), ("reason", "sentence"), ("message", "sentence"),
    ("notes", "text"), ("note", "text"), ("comment", "text"), ("comments", "text"), ("body", "text"), ("content", "text"),
    ("remarks", "text"), ("bio", "text"), ("text", "text"),
)  # fmt: skip
"""Words of a name, and the kind of text that it means; the first line whose words all stand side by side wins."""

_SHORTER = {
    "address": "street_address", "street_address": "city", "state": "state_abbr", "country": "country_code",
    "full_name": "last_name", "email": "", "website": "domain", "text": "sentence", "company": "last_name",
    "catch_phrase": "word", "business_email": "email",
}  # fmt: skip
"""What may stand in where the column is too short."""

_CHOICES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("order status", ("pending", "paid", "shipped", "delivered", "cancelled")),
    ("payment status", ("pending", "paid", "failed", "refunded")),
    ("payment method", ("card", "transfer", "cash", "invoice")),
    ("status", ("active", "inactive", "pending", "closed")),
    ("state", ("active", "inactive", "pending", "closed")),
    ("stage", ("new", "open", "won", "lost")),
    ("priority", ("low", "medium", "high")),
    ("severity", ("low", "medium", "high")),
    ("role", ("admin", "member", "guest")),
    ("category", ("standard", "special", "other")),
    ("type", ("standard", "special", "other")),
    ("kind", ("standard", "special", "other")),
    ("level", ("low", "medium", "high")),
    ("size", ("S", "M", "L", "XL")),
    ("unit", ("piece", "box", "kg")),
)

_NUMBERS: tuple[tuple[str, str, str], ...] = (
    ("discount percent", "0", "50"), ("tax percent", "0", "25"), ("percent", "0", "100"), ("percentage", "0", "100"),
    ("latitude", "-90", "90"), ("lat", "-90", "90"), ("longitude", "-180", "180"), ("lng", "-180", "180"),
    ("lon", "-180", "180"), ("unit price", "1", "200"), ("list price", "1", "500"), ("price", "1", "500"),
    ("tax rate", "0", "0.25"), ("discount", "0", "0.3"), ("rate", "0", "1"), ("ratio", "0", "1"), ("probability", "0", "1"),
    ("salary", "25000", "150000"), ("wage", "12", "80"), ("budget", "1000", "500000"), ("revenue", "1000", "1000000"),
    ("balance", "0", "10000"), ("credit limit", "500", "10000"), ("amount", "1", "1000"), ("total", "1", "2000"),
    ("subtotal", "1", "2000"), ("cost", "1", "500"), ("fee", "1", "100"), ("freight", "1", "100"), ("tax", "0", "200"),
    ("quantity", "1", "20"), ("qty", "1", "20"), ("stock", "0", "500"), ("units", "0", "200"), ("reorder", "0", "50"),
    ("count", "0", "100"), ("age", "18", "90"), ("year", "1990", "2026"), ("month", "1", "12"), ("day", "1", "28"),
    ("hour", "0", "23"), ("minute", "0", "59"), ("rating", "1", "5"), ("stars", "1", "5"), ("score", "0", "100"),
    ("priority", "1", "5"), ("rank", "1", "100"), ("level", "1", "10"), ("version", "1", "20"), ("position", "1", "50"),
    ("duration", "1", "240"), ("minutes", "1", "240"), ("hours", "1", "40"), ("days", "1", "60"), ("weight", "0.1", "50"),
    ("height", "1", "250"), ("width", "1", "250"), ("length", "1", "250"), ("port", "1024", "65535"),
    ("phone", "2000000000", "2147483647"), ("zip", "10000", "99950"),
)  # fmt: skip
"""Words of a name, and the range of numbers that it means."""

_MOMENTS: tuple[tuple[str, str, str], ...] = (
    ("birth", "-80y", "-18y"), ("born", "-80y", "-18y"), ("dob", "-80y", "-18y"), ("birthday", "-80y", "-18y"), ("hire", "-10y", "-1mo"),
    ("hired", "-10y", "-1mo"), ("expires", "-6mo", "+2y"), ("expiry", "-6mo", "+2y"), ("expiration", "-6mo", "+2y"),
    ("due", "-1y", "+3mo"), ("valid until", "as_of", "+2y"), ("last login", "-3mo", "as_of"),
    ("deadline", "-1y", "+3mo"), ("scheduled", "-3mo", "+6mo"), ("required", "-2y", "+3mo"),
)  # fmt: skip

_STEPS: tuple[tuple[str, ...], ...] = (
    ("created", "updated", "deleted"), ("created", "modified"), ("created", "changed"), ("created", "closed"),
    ("created", "completed"), ("created", "expires"), ("started", "ended"), ("started", "finished"), ("started", "completed"),
    ("start", "end"), ("starts", "ends"), ("from", "to"), ("from", "until"), ("valid from", "valid to"), ("begin", "end"),
    ("opened", "closed"), ("ordered", "shipped", "delivered"), ("order", "shipped"), ("order", "required"),
    ("issued", "due"), ("issue", "due"), ("invoice", "due"), ("hired", "terminated"), ("hire", "termination"),
    ("check in", "check out"), ("departure", "arrival"), ("borrowed", "returned"), ("rented", "returned"),
)  # fmt: skip
"""Dates that follow one another, by the words that tell them apart."""

_PEOPLE = frozenset(
    [
        "person",
        "people",
        "customer",
        "user",
        "employee",
        "contact",
        "author",
        "student",
        "teacher",
        "patient",
        "doctor",
        "member",
        "owner",
        "manager",
        "staff",
        "client",
        "guest",
        "driver",
        "player",
        "passenger",
        "rep",
        "agent",
        "lead",
        "subscriber",
        "buyer",
        "seller",
        "recipient",
        "sender",
        "contributor",
        "reviewer",
        "borrower",
        "pupil",
        "visitor",
        "applicant",
        "candidate",
        "nurse",
        "ship",
    ]
)
_FIRMS = frozenset(
    [
        "company",
        "supplier",
        "vendor",
        "shipper",
        "organization",
        "organisation",
        "org",
        "account",
        "brand",
        "firm",
        "manufacturer",
        "tenant",
        "workspace",
        "employer",
        "publisher",
        "carrier",
        "bank",
        "merchant",
        "store",
        "shop",
    ]
)
_WARES = frozenset(
    [
        "product",
        "item",
        "article",
        "good",
        "project",
        "campaign",
        "event",
        "course",
        "book",
        "film",
        "movie",
        "song",
        "recipe",
    ]
)
_CODES = frozenset(
    [
        "code",
        "sku",
        "ref",
        "reference",
        "number",
        "no",
        "serial",
        "isbn",
        "ean",
        "barcode",
        "token",
        "key",
        "identifier",
        "iban",
        "vat",
        "extension",
    ]
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind of text, with its options."""

    kind: str
    options: dict[str, Any] = field(default_factory=dict)


def _stands(phrase: str, words: Sequence[str]) -> bool:
    """Whether the words of a phrase stand side by side."""
    wanted = phrase.split()
    return any(list(words[place : place + len(wanted)]) == wanted for place in range(len(words) - len(wanted) + 1))


def singular(word: str) -> str:
    """An English word without its plural, well enough to compare."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def text_guess(column: str, table: str, neighbours: Sequence[str]) -> Guess | None:
    """What texts a column holds; None where its name says nothing."""
    words = name_words(column)
    owners = {singular(word) for word in (*name_words(table), *words)}
    if (
        words
        and words[-1] == "name"
        and not any(_stands(phrase, words) for phrase, _ in _TEXTS if phrase.endswith("name"))
    ):
        return _named(words, owners)
    if words and words[-1] == "status" and "order" in owners:
        return _listed("order status")
    # The last words say what it is: a region's description is no region.
    ends = (kind for phrase, kind in _TEXTS if words[-len(phrase.split()) :] == phrase.split())
    kind = next(ends, None) or next((kind for phrase, kind in _TEXTS if _stands(phrase, words)), None)
    if kind == "address" and any("city" in name_words(other) for other in neighbours):
        kind = "street_address"
    if kind == "state" and not any({"city", "country"} & set(name_words(other)) for other in neighbours):
        kind = None if words[-1] == "state" else kind
    if kind == "sentence" and words[-1] == "title" and owners & (_PEOPLE - {"ship"}):
        kind = "job"
    if kind == "file_extension" and owners & (_PEOPLE | _FIRMS):
        kind = "code"
    if kind is not None:
        return Guess(kind)
    listed = next((phrase for phrase, _ in _CHOICES if _stands(phrase, words)), None)
    if listed:
        return _listed(listed)
    return Guess("code") if _CODES & set(words) else None


def _listed(phrase: str) -> Guess:
    return Guess("choice", {"value": list(dict(_CHOICES)[phrase])})


def _named(words: list[str], owners: set[str]) -> Guess:
    """Whose name it is: the column's own words say it, else the table's."""
    own = {singular(word) for word in words[:-1]}
    for whose in (own, owners) if not own else (own,):
        if whose & _FIRMS:
            return Guess("company")
        if whose & _PEOPLE:
            return Guess("full_name")
        for place, kind in (("city", "city"), ("country", "country"), ("state", "state"), ("region", "state")):
            if place in whose:
                return Guess(kind)
    return Guess("catch_phrase" if owners & _WARES else "word")


def shorter_kind(kind: str) -> str | None:
    """What may stand in for a kind where the column is too short for it."""
    return _SHORTER.get(kind) or None


def number_guess(column: str) -> tuple[Decimal, Decimal] | None:
    """The range that a number's name suggests."""
    words = [singular(word) if word in {"prices", "amounts", "totals"} else word for word in name_words(column)]
    hit = next(((low, high) for phrase, low, high in _NUMBERS if _stands(phrase, words)), None)
    return (Decimal(hit[0]), Decimal(hit[1])) if hit else None


def moment_guess(column: str) -> tuple[str, str]:
    """The range that the name of a date or time suggests."""
    words = name_words(column)
    return next(((low, high) for phrase, low, high in _MOMENTS if _stands(phrase, words)), ("-2y", "as_of"))


def is_of_people(column: str) -> bool:
    """Whether a column's name speaks of somebody."""
    return bool({singular(word) for word in name_words(column)} & _PEOPLE)


def is_birth(column: str) -> bool:
    """Whether a date is somebody's birth."""
    return bool({"birth", "born", "dob", "birthday", "birthdate"} & set(name_words(column)))


def truth_guess(column: str) -> str:
    """How often a flag is true, by its name."""
    words = set(name_words(column))
    if words & {"deleted", "archived", "blocked", "banned", "cancelled", "locked", "discontinued", "disabled"}:
        return "0.05"
    return "0.9" if words & {"active", "enabled", "valid", "visible", "published", "current"} else "0.5"


def is_flag(column: str) -> bool:
    """Whether the name of a number says true or false."""
    return bool(re.match(r"(is|has|can|was)(_|[A-Z])", column))


def follows(earlier: str, later: str) -> bool:
    """Whether the names of two dates say that one comes after the other, of the same thing."""
    first, second = name_words(earlier), name_words(later)
    filler = {"at", "on", "date", "time", "timestamp", "datetime", "day", "ts"}
    one, two = [w for w in first if w not in filler], [w for w in second if w not in filler]
    for steps in _STEPS:
        for place, before in enumerate(steps):
            for after in steps[place + 1 :]:
                ours, theirs = before.split(), after.split()
                if (
                    one[-len(ours) :] == ours
                    and two[-len(theirs) :] == theirs
                    and one[: -len(ours)] == two[: -len(theirs)]
                ):
                    return True
    return False
