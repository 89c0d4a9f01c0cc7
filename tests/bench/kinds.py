"""Every kind alone: nanoseconds per value in Arrow columns, beside the nearest of Mimesis and of Faker."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from syndata_engine.generation.kinds.registry import all_kinds
from tests.unit.kinds.examples import BESIDE, OF_OTHERS, OF_RELATIONS, example
from tests.unit.kinds.making import by, dataset_of, table_of

ROWS: Final = 65_536
THEIRS: Final = 2_000
"""Values that the others make: they need microseconds for each."""

NEAREST: Final[Mapping[str, tuple[str | None, str | None]]] = {
    "address": ("address", "address"),
    "boolean": ("boolean", "boolean"),
    "choice": ("choice", "random_element"),
    "city": ("city", "city"),
    "color": ("color", "color_name"),
    "company": ("company", "company"),
    "country": ("country", "country"),
    "country_code": ("country_code", "country_code"),
    "credit_card": ("credit_card_number", "credit_card_number"),
    "currency_code": ("currency_iso_code", "currency_code"),
    "date_of_birth": ("birthdate", "date_of_birth"),
    "ean": ("ean", "ean13"),
    "email": ("email", "safe_email"),
    "first_name": ("first_name", "first_name"),
    "full_name": ("full_name", "name"),
    "gender": ("gender", None),
    "iban": (None, "iban"),
    "imei": ("imei", None),
    "ipv4": ("ip_v4", "ipv4"),
    "ipv6": ("ip_v6", "ipv6"),
    "isbn": ("isbn", "isbn13"),
    "job": ("occupation", "job"),
    "language": ("language", "language_name"),
    "last_name": ("last_name", "last_name"),
    "latitude": ("latitude", "latitude"),
    "license_plate": (None, "license_plate"),
    "longitude": ("longitude", "longitude"),
    "mac": ("mac_address", "mac_address"),
    "mime_type": ("mime_type", "mime_type"),
    "phone": ("phone_number", "phone_number"),
    "postal_code": ("postal_code", "postcode"),
    "range": ("integer_number", "random_int"),
    "sentence": ("sentence", "sentence"),
    "state": ("state", "state"),
    "street_address": ("address", "street_address"),
    "street_name": ("street_name", "street_name"),
    "text": ("text", "paragraph"),
    "timezone": ("timezone", "timezone"),
    "url": ("url", "url"),
    "user_agent": ("user_agent", "user_agent"),
    "username": ("username", "user_name"),
    "uuid": ("uuid", "uuid4"),
    "vin": (None, "vin"),
    "word": ("word", "word"),
}
"""By our kind: the field of Mimesis and the method of Faker that give most nearly the same."""


ALONG: Final[Mapping[str, dict[str, Any]]] = {
    "running_sum": by("running_sum", column="n"),
    "event_time": by("event_time", start="2025-01-01", gap="1s", sessions={"events": 5, "pause": {"type": "exponential", "mean": "1d", "min": "1h", "max": "9d"}}),
    "session": by("session", time="at"),
    "markov": by("markov", transitions={"a": {"a": 1, "b": 3}, "b": {"a": 2, "c": 1}, "c": {"a": 1}}),
    "edge": {"references": {"table": "users", "column": "id", "edge": {"from": "user", "undirected": True}}},
}  # fmt: skip
"""Kinds that read the siblings of a row, and the other end of an edge: nobody else has them."""


def print_kinds(rounds: int) -> None:
    """A line for each kind that needs no other table."""
    print(f"\nEvery kind alone: nanoseconds per value, one core, in Arrow columns (median of {rounds} rounds)")
    print(f"  {'kind':20}{'Syndata':>9}{'Mimesis':>9}{'Faker':>9}")
    slower = []
    for kind in all_kinds():
        if kind.name in OF_RELATIONS | OF_OTHERS:
            continue
        mine = _ours(kind.name, rounds)
        field, method = NEAREST.get(kind.name, (None, None))
        mimesis, faker = _mimesis(field, rounds), _faker(method, rounds)
        if mimesis is not None and mine > mimesis:
            slower.append(kind.name)
        print(f"  {kind.name:20}{mine:9.1f}{_shown(mimesis)}{_shown(faker)}", flush=True)
    for name, column in ALONG.items():
        print(f"  {name:20}{_along(name, column, rounds):9.1f}{_shown(None)}{_shown(None)}", flush=True)
    print(f"  slower than Mimesis: {', '.join(slower) or 'none'}   goal none: {'NOT ' if slower else ''}reached")


def _shown(nanoseconds: float | None) -> str:
    return f"{'-' if nanoseconds is None else f'{nanoseconds:,.0f}':>9}"


def _ours(kind: str, rounds: int) -> float:
    """With what it reads, less what that alone costs."""
    beside = table_of(BESIDE, ROWS)
    both = table_of({**BESIDE, "x": example(kind)}, ROWS)
    whole, less = (_median(lambda table=table: table.batch(0, ROWS), rounds) for table in (both, beside))  # type: ignore[misc] # a default in a lambda has no type
    return max(whole - less, 0.0) / ROWS * 1e9


def _along(name: str, column: dict[str, Any], rounds: int) -> float:
    """The events of users, up to 60 each, with a column and without."""
    plain: dict[str, Any] = {
        "user": {"references": {"table": "users", "column": "id", "fan_out": "0..60"}},
        "n": {"type": "int", **by("range", min=0, max=9)},
        "at": {"type": "datetime", **by("timeline", start="2025-01-01", step="1h", via="user")},
    }
    users = {"rows": ROWS // 30, "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}}}
    key = {"primary_key": ["user", "x"]} if name == "edge" else {}
    wide = {**key, "columns": {**plain, "x": column}}
    both, beside = (
        dataset_of({"tables": {"users": users, "events": one}}).tables["events"] for one in (wide, {"columns": plain})
    )
    rows = both.planned.rows
    whole, less = (_median(lambda table=table: table.batch(0, rows), rounds) for table in (both, beside))  # type: ignore[misc] # as above
    return max(whole - less, 0.0) / rows * 1e9


def _mimesis(name: str | None, rounds: int) -> float | None:
    from mimesis import Field, Locale

    if name is None:
        return None
    field = Field(Locale.EN, seed=1)
    options: dict[str, Any] = {"items": ["red", "green", "blue"]} if name == "choice" else {}
    return _median(lambda: [field(name, **options) for _ in itertools.repeat(None, THEIRS)], rounds) / THEIRS * 1e9


def _faker(name: str | None, rounds: int) -> float | None:
    from faker import Faker

    if name is None:
        return None
    fake = Faker("en_US")
    fake.seed_instance(1)
    method = getattr(fake, name)
    return _median(lambda: [method() for _ in itertools.repeat(None, THEIRS)], rounds) / THEIRS * 1e9


def _median(action: Callable[[], Any], rounds: int) -> float:
    action()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
