"""The rule of a column that has none: from its name first, then from its type."""

from __future__ import annotations

from syndata_contracts.schema import ColumnSchema, Rule
from syndata_engine.generation.columns.context import name_words
from syndata_engine.generation.kinds.registry import kind_named

_BY_WORDS: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(words.split()), kind)
    for words, kind in (
        ("first name", "first_name"), ("given name", "first_name"), ("last name", "last_name"), ("family name", "last_name"),
        ("surname", "last_name"), ("full name", "full_name"), ("user name", "username"), ("username", "username"),
        ("login", "username"), ("company email", "business_email"), ("email", "email"), ("e mail", "email"), ("mail", "email"),
        ("phone", "phone"), ("mobile", "phone"), ("telephone", "phone"), ("gender", "gender"), ("sex", "gender"),
        ("birth", "date_of_birth"), ("dob", "date_of_birth"), ("birthday", "date_of_birth"), ("age", "age"),
        ("job", "job"), ("occupation", "job"), ("company", "company"), ("employer", "company"), ("website", "website"),
        ("url", "website"), ("homepage", "website"), ("domain", "domain"), ("street", "street_address"),
        ("postal code", "postal_code"), ("postcode", "postal_code"), ("zip", "postal_code"), ("zipcode", "postal_code"),
        ("city", "city"), ("state abbr", "state_abbr"), ("state", "state"), ("province", "state"), ("country code", "country_code"),
        ("country", "country"), ("address", "address"), ("ip", "ipv4"), ("ipv4", "ipv4"), ("uuid", "uuid"), ("guid", "uuid"),
        ("color", "color"), ("colour", "color"), ("currency", "currency_code"), ("description", "sentence"), ("title", "sentence"),
        ("comment", "text"), ("notes", "text"), ("note", "text"), ("name", "full_name"),
    )
)  # fmt: skip
_UNIQUE_BY_NAME = {"email", "username", "uuid"}
_BY_TYPE = {"int": "range", "float": "range", "decimal": "range", "str": "word", "bool": "boolean", "date": "range",
            "datetime": "range", "uuid": "uuid", "time": "range", "duration": "range", "binary": "bytes", "json": "struct", "struct": "struct", "list": "list"}  # fmt: skip


def inferred_rule(column: ColumnSchema, *, key: bool) -> Rule:
    """A rule for a column without one; keys count or get UUIDs."""
    words = set(name_words(column.name))
    for wanted, kind in _BY_WORDS:
        if wanted <= words and _fits(kind, column.type) and (not key or kind in _UNIQUE_BY_NAME):
            return Rule(kind=kind, path=column.path)
    if key:
        kind = {"uuid": "uuid", "str": "uuid", "int": "sequence", None: "sequence"}.get(column.type, "range")
        return Rule(kind=kind, path=column.path)
    if column.type is None and words:
        last = name_words(column.name)[-1]
        if last in {"at", "time", "timestamp", "datetime"} or last == "date":
            return Rule(kind="range", options={"min": "-2y", "max": "as_of"}, path=column.path)
        if name_words(column.name)[0] in {"is", "has", "can"}:
            return Rule(kind="boolean", path=column.path)
        if last in {"id", "count", "quantity", "number", "amount", "price", "total", "qty"}:
            return Rule(kind="range", path=column.path)
    return Rule(kind=_BY_TYPE[column.type or "str"], path=column.path)


def _fits(kind_name: str, declared: str | None) -> bool:
    kind = kind_named(kind_name)
    return kind is not None and (declared is None or declared in kind.types)
