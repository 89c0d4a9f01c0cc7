"""UUIDs with a time, ULIDs, nano ids, digests and tokens."""

from __future__ import annotations

import base64
import re
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.kinds.making import batch_of, by, column_of, refusal_of, table_of

MOMENT = {"type": "datetime", **by("range", min="2024-01-01", max="2024-12-31")}
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
START = datetime(2026, 1, 1, tzinfo=UTC)


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def time_of_uuid(text: str) -> int:
    found = uuid.UUID(text)
    assert found.version == 7
    assert found.variant == uuid.RFC_4122
    return found.int >> 80


def time_of_ulid(text: str) -> int:
    assert re.fullmatch(f"[0-7][{CROCKFORD}]{{25}}", text)
    number = 0
    for char in text[:10]:
        number = number * 32 + CROCKFORD.index(char)
    return number


KINDS = pytest.mark.parametrize(
    ("column", "time_of"), [(by("uuid", version=7), time_of_uuid), (by("ulid"), time_of_ulid)], ids=["uuid", "ulid"]
)


@KINDS
def test_without_a_column_the_time_is_one_millisecond_more_in_every_row(column: dict[str, Any], time_of: Any) -> None:
    values = column_of(column, 3_000)

    assert values == sorted(values)
    assert [time_of(value) for value in values] == [milliseconds(START) + row for row in range(3_000)]


@KINDS
def test_the_time_may_start_elsewhere(column: dict[str, Any], time_of: Any) -> None:
    column = {"rule": {**column["rule"], "start": "1999-12-31T23:59:59Z"}}

    assert time_of(column_of(column, 5)[2]) == milliseconds(datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)) + 2


@KINDS
def test_the_time_is_that_of_a_column(column: dict[str, Any], time_of: Any) -> None:
    """NULL where that is; different although times are equal."""
    column = {"unique": True, "rule": {**column["rule"], "column": "at"}}
    day = {"type": "date", "null_rate": 0.3, **by("range", min="2024-05-01", max="2024-05-02")}
    for at in (MOMENT, day):
        rows = batch_of({"at": at, "x": column}, 3_000).to_pylist()
        for row in rows:
            when = row["at"]
            if when is None:
                assert row["x"] is None
            else:
                moment = when if isinstance(when, datetime) else datetime(when.year, when.month, when.day, tzinfo=UTC)
                assert time_of(row["x"]) == milliseconds(moment)
        known = [row["x"] for row in rows if row["x"] is not None]
        assert len(set(known)) == len(known) > 1_900


@pytest.mark.parametrize(
    "column",
    [by("uuid", version=7, column="at"), by("ulid", column="at"), by("nanoid"), by("nanoid", length=11), by("nanoid", length=30),
     *(by("hash", algorithm=name) for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "git"))],
)  # fmt: skip
def test_rows_differ_by_construction_and_slices_agree(column: dict[str, Any]) -> None:
    at = {"type": "datetime", **by("range", min="2024-05-01", max="2024-05-01")}
    for extra in ({}, {"sensitivity": "PII"}):
        table = table_of({"at": at, "x": {"unique": True, **extra, **column}}, 20_000, secret_id=None)
        values = table.batch(0, 20_000).column("x").to_pylist()
        assert len(set(values)) == 20_000
        assert table.batch(9_000, 9_050).column("x").to_pylist() == values[9_000:9_050]


def test_every_bit_of_a_uuid_is_drawn() -> None:
    values = [uuid.UUID(value).int for value in column_of(by("uuid", version=7), 2_000)]
    for bit in (*range(62), *range(64, 76)):
        assert 800 < sum(value >> bit & 1 for value in values) < 1_200


@pytest.mark.parametrize(
    ("algorithm", "length"),
    [
        ("md5", 32),
        ("sha1", 40),
        ("sha224", 56),
        ("sha256", 64),
        ("sha384", 96),
        ("sha512", 128),
        ("crc32", 8),
        ("git", 40),
    ],
)
def test_digests_have_their_length(algorithm: str, length: int) -> None:
    values = column_of(by("hash", algorithm=algorithm), 500)

    assert all(re.fullmatch(f"[0-9a-f]{{{length}}}", value) for value in values)
    assert {value[place] for value in values for place in (0, length - 1)} == set("0123456789abcdef")
    assert len(set(values)) == 500


def test_a_short_digest_cannot_be_unique() -> None:
    assert "unique" in refusal_of({"x": {"unique": True, **by("hash", algorithm="crc32")}}).what


@pytest.mark.parametrize("size", [1, 2, 3, 16, 32, 100])
@pytest.mark.parametrize("url_safe", [False, True])
def test_tokens_are_base64_of_so_many_bytes(size: int, url_safe: bool) -> None:
    values = column_of(by("token", bytes=size, url_safe=url_safe, prefix="sk_"), 300)
    for value in values:
        text = value.removeprefix("sk_")
        assert value.startswith("sk_")
        padded = text + "=" * (-len(text) % 4 if url_safe else 0)
        raw = base64.b64decode(padded, altchars=b"-_" if url_safe else None, validate=True)
        assert len(raw) == size
        assert base64.b64encode(raw, altchars=b"-_" if url_safe else None).decode() == padded


@pytest.mark.parametrize("length", [11, 21, 256])
def test_nano_ids_have_their_length_and_alphabet(length: int) -> None:
    assert all(
        re.fullmatch(f"[A-Za-z0-9_-]{{{length}}}", value) for value in column_of(by("nanoid", length=length), 500)
    )


@pytest.mark.parametrize(
    ("column", "option"),
    [
        (by("uuid", version=1), "version"),
        (by("uuid", column="at"), "column"),
        (by("uuid", version=4, start="2024-01-01"), "start"),
        (by("uuid", version=7, column="at", start="2024-01-01"), "start"),
        (by("uuid", version=7, column="word"), "column"),
        (by("uuid", version=7, column="old"), "column"),
        (by("uuid", version=7, start="1969-12-31"), "start"),
        (by("ulid", start="soon"), "start"),
        (by("ulid", column="nothing"), "column"),
        (by("nanoid", length=10), "length"),
        (by("hash", algorithm="md6"), "algorithm"),
        (by("token", bytes=0), "bytes"),
        (by("token", prefix="x" * 65), "prefix"),
    ],
)
def test_what_cannot_be_is_refused_at_its_option(column: dict[str, Any], option: str) -> None:
    beside = {"at": MOMENT, "word": "word", "old": {"type": "date", **by("range", min="1950-01-01", max="1999-01-01")}}

    assert refusal_of({**beside, "x": column}).path == f"tables.t.columns.x.rule.{option}"


def test_a_key_with_the_time_of_a_column_that_can_be_null_is_refused() -> None:
    at = {**MOMENT, "null_rate": 0.1}

    assert "NULL" in refusal_of({"at": at, "x": {"primary_key": True, **by("ulid", column="at")}}).what
