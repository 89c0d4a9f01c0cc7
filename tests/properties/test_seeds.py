"""The seed decides everything, the secret decides what is sensitive, and nothing else decides anything."""

from __future__ import annotations

import copy

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.properties.made import planned, values_of
from tests.properties.profiles import examples
from tests.properties.strategies import Document, datasets

secrets = st.binary(min_size=16, max_size=32)


@examples(25)
@given(datasets())
def test_the_same_seed_gives_the_same_values(document: Document) -> None:
    assert values_of(document) == values_of(copy.deepcopy(document))


@examples(40)
@given(datasets(), st.integers(0, 2**64 - 1))
def test_another_seed_gives_other_values(document: Document, seed: int) -> None:
    """In every column that is drawn from enough values."""
    assume(seed != document["seed"])
    table = {
        "name": "wide",
        "rows": 30,
        "columns": [{"name": "id", "rule": "uuid"}, {"name": "n", "rule": {"type": "range", "min": 0, "max": 10**12}}],
    }
    document["tables"].append(table)
    one, other = values_of(document), values_of({**document, "seed": seed})

    assert not set(one["wide"]["id"]) & set(other["wide"]["id"])
    assert not set(one["wide"]["n"]) & set(other["wide"]["n"])


PEOPLE = {
    "seed": 5,
    "secret_id": "people",
    "tables": [
        {
            "name": "people",
            "rows": 200,
            "columns": [
                {"name": "id", "rule": "uuid", "constraints": ["PK"], "sensitivity": "PII"},
                {"name": "code", "rule": {"type": "pattern", "pattern": "###"}, "unique": True, "sensitivity": "PII"},
                {"name": "first_name", "rule": "first_name", "sensitivity": "PII"},
                {"name": "email", "rule": "email", "unique": True, "sensitivity": "PII"},
                {"name": "salary", "rule": {"type": "range", "min": 0, "max": 10**9}, "sensitivity": "secret"},
                {"name": "score", "rule": {"type": "range", "min": 0, "max": 10**9}},
                {"name": "country", "rule": {"type": "choice", "value": ["IT", "NO", "JP"]}},
            ],
        },
        {
            "name": "visits",
            "rows": 300,
            "columns": [{"name": "of", "references": "people.id"}, {"name": "day", "type": "date"}],
        },
    ],
}


@examples(20)
@given(secrets, secrets, st.integers(0, 2**64 - 1))
def test_a_secret_decides_sensitive_columns_and_no_other(secret: bytes, other: bytes, seed: int) -> None:
    """Keys stay unique and references hold, whatever the secret."""
    assume(secret != other)
    document = {**PEOPLE, "seed": seed}
    one, two = values_of(document, secret), values_of(document, other)

    for name in ("first_name", "email", "salary"):
        assert one["people"][name] != two["people"][name]
    for name in ("score", "country"):
        assert one["people"][name] == two["people"][name]
    assert one["visits"]["day"] == two["visits"]["day"]
    for values in (one, two):
        assert all(len(set(values["people"][name])) == 200 for name in ("id", "code", "email"))
        assert set(values["visits"]["of"]) <= set(values["people"]["id"])
    assert values_of(document, secret) == one


def test_a_plan_names_its_secret_and_does_not_hold_it() -> None:
    secret = b"sixteen bytes ok"
    plan = planned(PEOPLE, secret).plan

    assert plan.secret_id == PEOPLE["secret_id"]
    assert secret not in plan.to_bytes()
    assert plan == planned(PEOPLE, b"another secret..").plan
