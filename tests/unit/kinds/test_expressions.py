"""Expressions over the columns of a row: what every function makes, NULL, types, and faults with their place."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from syndata_engine.generation.expressions.functions import FUNCTION_NAMES
from tests.unit.kinds.making import batch_of, by, dataset_of, refusal_of, table_of

COLUMNS: dict[str, Any] = {
    "n": {"type": "int", **by("range", min=-9, max=9)},
    "p": {"type": "decimal(6,2)", "null_rate": 0.2, **by("range", min="-5.00", max="5.00")},
    "yes": {"null_rate": 0.2, **by("boolean")},
    "city": {"null_rate": 0.2, **by("choice", value=["Rome", "New York", "Oslo"])},
    "first": "first_name",
    "mail": "email",
    "day": {"type": "date", "null_rate": 0.1, **by("range", min="2023-12-30", max="2024-03-02")},
    "at": {"type": "datetime", **by("range", min="2024-01-31T00:00:00Z", max="2024-12-31T23:59:59Z")},
    "local": {"type": "datetime", "zone": "Asia/Tokyo", **by("range", min="2024-01-31", max="2024-12-31")},
    "clock": {"type": "time"},
    "far": {"type": "duration", **by("range", min="-5h", max="5h")},
}


def rows(expression: str, declared: str | None = None, count: int = 300, **more: Any) -> list[dict[str, Any]]:
    """Rows with a column x of the expression."""
    column = {**({"type": declared} if declared else {}), **more, **by("formula", expression=expression)}
    found: list[dict[str, Any]] = batch_of({**COLUMNS, "x": column}, count).to_pylist()
    return found


def months(moment: date, count: int) -> date:
    """So many months later, at most at the month's end."""
    month = moment.year * 12 + moment.month - 1 + count
    first = moment.replace(year=month // 12, month=month % 12 + 1, day=1)
    end = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=moment.day - 1), end)


def null(*names: str, otherwise: Any) -> Any:
    """A function of a row that is None where a column is."""
    return lambda row: None if any(row[name] is None for name in names) else otherwise(row)


EXAMPLES: list[tuple[str, Any]] = [
    # conditions
    ("n > 3", lambda row: row["n"] > 3),
    ("p > 0.005", lambda row: row["p"] is not None and row["p"] > Decimal("0.005")),
    ("p != 1", lambda row: row["p"] is not None and row["p"] != 1),
    ("not p > 0", lambda row: not (row["p"] is not None and row["p"] > 0)),
    ("n > 3 or p < 0 and yes", lambda row: row["n"] > 3 or ((row["p"] or 0) < 0 and bool(row["yes"]))),
    ("not (n > 3 or yes)", lambda row: not (row["n"] > 3 or row["yes"])),
    ("p is null", lambda row: row["p"] is None),
    ("p is not null and city == null", lambda row: row["p"] is not None and row["city"] is None),
    ("n = 0 or n <> n % 5", lambda row: row["n"] == 0 or row["n"] != row["n"] % 5),
    ("n in [1, 2, 3.5]", lambda row: row["n"] in {1, 2}),
    ("p not in (1, 2)", lambda row: row["p"] is not None and row["p"] not in {1, 2}),
    ("city in ['Rome', 'Oslo']", lambda row: row["city"] in {"Rome", "Oslo"}),
    ("city not in ['Rome']", lambda row: row["city"] in {"New York", "Oslo"}),
    ("city != 'Rome'", lambda row: row["city"] in {"New York", "Oslo"}),
    ("day >= '2024-02-01' and day < '2024-03-01'", lambda row: row["day"] is not None and row["day"].month == 2),
    ("at >= '2024-06-01'", lambda row: row["at"] >= datetime(2024, 6, 1, tzinfo=UTC)),
    ("day < at", lambda row: row["day"] is not None and datetime.combine(row["day"], time(), UTC) < row["at"]),
    ("clock > '12:00'", lambda row: row["clock"] > time(12)),
    ("far < 90min", lambda row: row["far"] < timedelta(minutes=90)),
    ("far >= '-1h'", lambda row: row["far"] >= timedelta(hours=-1)),
    ("true", lambda _: True),
    ("yes == true", lambda row: row["yes"] is True),
    # choices
    ("if(n > 0, n, -n)", lambda row: abs(row["n"])),
    ("if(p > 0, p, 0)", lambda row: row["p"] if row["p"] is not None and row["p"] > 0 else 0),
    ("if(n > 0, p, null)", lambda row: row["p"] if row["n"] > 0 else None),
    ("if(yes, 'a', 'b')", lambda row: "a" if row["yes"] else "b"),
    ("if(yes, city, mail)", lambda row: row["city"] if row["yes"] else row["mail"]),
    ("if(yes, day, at)", lambda row: row["at"] if not row["yes"] else row["day"] and datetime.combine(row["day"], time(), UTC)),
    ("if(n > 0, n > 5, yes)", lambda row: row["n"] > 5 if row["n"] > 0 else row["yes"]),
    ("coalesce(p, n)", lambda row: row["n"] if row["p"] is None else row["p"]),
    ("coalesce(city, null, first)", lambda row: row["first"] if row["city"] is None else row["city"]),

    ("coalesce(day, '2024-01-01')", lambda row: row["day"] or date(2024, 1, 1)),
    # numbers
    ("floor(p)", null("p", otherwise=lambda row: row["p"] // 1 if row["p"] >= 0 or row["p"] == int(row["p"]) else int(row["p"]) - 1)),
    ("ceil(n / 2)", lambda row: -(-row["n"] // 2)),
    ("sign(n)", lambda row: (row["n"] > 0) - (row["n"] < 0)),
    ("n % 4", lambda row: row["n"] % 4),
    ("yes * 2 + 1", null("yes", otherwise=lambda row: row["yes"] * 2 + 1)),
    # texts
    ("lower(city)", null("city", otherwise=lambda row: row["city"].lower())),
    ("upper(mail)", lambda row: row["mail"].upper()),
    ("concat(first, ' <', mail, '>')", lambda row: f"{row['first']} <{row['mail']}>"),
    ("concat(n, '/', p)", null("p", otherwise=lambda row: f"{row['n']}/{row['p']}")),
    ("concat(upper(left(first, 1)), '.')", lambda row: row["first"][0].upper() + "."),
    ("substr(first, 2, 2)", lambda row: row["first"][1:3]),
    ("substr(city, 3)", null("city", otherwise=lambda row: row["city"][2:])),
    ("right(first, 2)", lambda row: row["first"][-2:]),
    ("replace(city, ' ', '_')", null("city", otherwise=lambda row: row["city"].replace(" ", "_"))),
    ("trim('  a ')", lambda _: "a"),
    ("title('new york')", lambda _: "New York"),
    ("length(mail)", lambda row: len(row["mail"])),
    ("length(city)", null("city", otherwise=lambda row: len(row["city"]))),
    ("length('Zoë 👋')", lambda _: 5),
    ("slug(city)", null("city", otherwise=lambda row: row["city"].lower().replace(" ", "-"))),
    ("pad(n + 10, 4)", lambda row: f"{row['n'] + 10:04}"),
    ("text(day)", null("day", otherwise=lambda row: row["day"].isoformat())),
    ("contains(mail, '@')", lambda row: "@" in row["mail"]),
    ("contains(mail, 'an')", lambda row: "an" in row["mail"]),
    ("starts_with(mail, 'a')", lambda row: row["mail"].startswith("a")),
    ("ends_with(mail, '.org')", lambda row: row["mail"].endswith(".org")),
    ("starts_with(city, 'N')", null("city", otherwise=lambda row: row["city"].startswith("N"))),
    ("mail == first", lambda _: False),
    ("concat(first, '') == first", lambda _: True),
    ("lower(city) == 'rome'", lambda row: row["city"] == "Rome"),
    ("`city` == 'Oslo'", lambda row: row["city"] == "Oslo"),
    ("'it''s'", lambda _: "it's"),
    # dates
    ("days_between(day, at)", null("day", otherwise=lambda row: int((row["at"] - datetime.combine(row["day"], time(), UTC)) / timedelta(days=1)))),
    ("date(at) - day", null("day", otherwise=lambda row: (row["at"].date() - row["day"]).days)),
    ("hours_between(at, '2024-06-01T12:00:00Z')", lambda row: int((datetime(2024, 6, 1, 12, tzinfo=UTC) - row["at"]) / timedelta(hours=1))),
    ("weeks_between(day, '2024-12-31')", null("day", otherwise=lambda row: (date(2024, 12, 31) - row["day"]).days // 7)),
    ("at - datetime('2024-01-01')", lambda row: row["at"] - datetime(2024, 1, 1, tzinfo=UTC)),
    ("minutes_between('2024-01-01', at)", lambda row: (row["at"] - datetime(2024, 1, 1, tzinfo=UTC)) // timedelta(minutes=1)),
    ("day + 3d", null("day", otherwise=lambda row: row["day"] + timedelta(days=3))),
    ("day - 2w", null("day", otherwise=lambda row: row["day"] - timedelta(weeks=2))),
    ("day + 1mo", null("day", otherwise=lambda row: months(row["day"], 1))),
    ("at - 1y", lambda row: datetime.combine(months(row["at"].date(), -12), row["at"].time(), UTC)),
    ("add_days(day, n)", null("day", otherwise=lambda row: row["day"] + timedelta(days=row["n"]))),
    ("add_months(day, n)", null("day", otherwise=lambda row: months(row["day"], row["n"]))),
    ("add_hours(at, -n)", lambda row: row["at"] - timedelta(hours=row["n"])),
    ("at + far", lambda row: row["at"] + row["far"]),
    ("at - far", lambda row: row["at"] - row["far"]),
    ("far + 1h", lambda row: row["far"] + timedelta(hours=1)),
    ("far * 2 - 1d", lambda row: row["far"] * 2 - timedelta(days=1)),
    ("-far", lambda row: -row["far"]),
    ("n * 1h", lambda row: timedelta(hours=row["n"])),
    ("year(day) * 100 + month(day)", null("day", otherwise=lambda row: row["day"].year * 100 + row["day"].month)),
    ("day(at)", lambda row: row["at"].day),
    ("quarter(at)", lambda row: (row["at"].month + 2) // 3),
    ("weekday(day)", null("day", otherwise=lambda row: row["day"].isoweekday())),
    ("day_of_year(at)", lambda row: row["at"].timetuple().tm_yday),
    ("hour(local) * 100 + minute(local)", lambda row: row["local"].hour * 100 + row["local"].minute),
    ("hour(clock) * 60 + second(clock)", lambda row: row["clock"].hour * 60 + row["clock"].second),
    ("date(local)", lambda row: row["local"].date()),
    ("today()", lambda _: date(2026, 1, 1)),
    ("as_of() - at", lambda row: datetime(2026, 1, 1, tzinfo=UTC) - row["at"]),
    ("years_between(day, today())", null("day", otherwise=lambda row: 2026 - row["day"].year - (0 if row["day"].timetuple().tm_yday == 1 else 1))),
    ("months_between(day, '2024-02-29')", null("day", otherwise=lambda row: whole_months(row["day"], date(2024, 2, 29)))),
]  # fmt: skip


def whole_months(first: date, last: date) -> int:
    """Months that have passed, negative where the last is earlier."""
    if last < first:
        return -whole_months(last, first)
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


@pytest.mark.parametrize(
    ("expression", "by_hand"),
    [one for one in EXAMPLES if one[1]],
    ids=lambda one: one[:60] if isinstance(one, str) else "by_hand",
)
def test_an_expression_is_what_python_says(expression: str, by_hand: Any) -> None:
    for row in rows(expression):
        assert row["x"] == by_hand(row), (expression, row)


def test_every_function_has_an_example() -> None:
    shown = " ".join(expression for expression, _ in EXAMPLES)
    alike = {"abs", "round", "min", "max", "seconds_between", "quarters_between", "add_weeks", "add_minutes", "add_seconds",
             "add_quarters", "add_years"}  # fmt: skip
    assert {name for name in FUNCTION_NAMES if f"{name}(" not in shown} <= alike


@pytest.mark.parametrize(
    ("expression", "declared", "arrow"),
    [
        ("n > 0", None, "bool"),
        ("n > 0", "int", "int64"),
        ("n > 0", "str", "string"),
        ("day + 1d", "datetime", "timestamp[us, tz=UTC]"),
        ("day + 1d", "str", "string"),
        ("n * 2", "int16", "int16"),
        ("local + 1d", None, "timestamp[us, tz=Asia/Tokyo]"),
        ("far", "duration", "duration[us]"),
        ("clock", "time", "time64[us]"),
        ("if(n > 0, 1, 0.5)", None, "decimal128(18, 1)"),
        ("if(n > 0, 'a', null)", None, "string"),
    ],
)
def test_the_type_follows_from_the_expression_and_the_column(expression: str, declared: str | None, arrow: str) -> None:
    column = {**({"type": declared} if declared else {}), **by("formula", expression=expression)}

    assert str(batch_of({**COLUMNS, "x": column}, 5).schema.field("x").type) == arrow


@pytest.mark.parametrize(
    ("expression", "what", "character"),
    [
        ("n +", "ends too early", 4),
        ("n + * 2", "'*' does not fit here", 5),
        ("n > 1 > 0", "comparisons cannot follow each other", 7),
        ("n = = 1", "'=' does not fit here", 5),
        ("(n + 1", "ends too early", 7),
        ("n 2", "'2' does not fit here", 3),
        ("'abc", "a quote is not closed", 1),
        ("n ; n", "';' means nothing here", 3),
        ("n ** 2", "** is not known", 3),
        ("if(n, 1, 2)", "'n' is a number, not a condition", 4),
        ("n and yes", "'n' is a number, not a condition", 1),
        ("not city", "'city' is a text, not a condition", 5),
        ("city + 1", "'city' is not a number, but a text", 1),
        ("city < 'Rome'", "< does not order texts", 1),
        ("city == 'Paris'", "the text never is 'Paris'", 1),
        ("n == city", "a number and a text do not go together", 1),
        ("n == day", "a number and a date do not go together", 1),
        ("clock == day", "a time and a date do not go together", 1),
        ("day == 'soon'", "'soon' is not a date", None),
        ("p < null", "< does not compare with NULL", 1),
        ("n in []", "the list is empty", 1),
        ("if(yes, 1, 'a')", "a number and a text do not go together", 1),
        ("if(yes, 1)", "if() with 2 arguments is not known", 1),
        ("sqrt(n)", "sqrt() with 1 arguments is not known", 1),
        ("day + day", "a date + a date means nothing", 1),
        ("day * 2", "a date * a number means nothing", 1),
        ("day + 3h", "a date cannot move by a hour", 1),
        ("clock + 1mo", "a time cannot move by a month", 1),
        ("clock + 1h", "the time can leave its bounds", 1),
        ("day + 9000y", "the date can leave the years 1 to 9999", 1),
        ("far + 1mo", "cannot move by a month", 1),
        ("hour(day)", "a date has no hour", 1),
        ("year(clock)", "a time has no year", 1),
        ("year(n)", "'n' is a number, not a date or time", 6),
        ("days_between(day, clock)", "there is no distance from a date to a time", 1),
        ("add_days(day, p)", "'p' is not a whole number", 15),
        ("substr(mail, 1, 2)", "'mail' is composed", 1),
        ("substr(city, 0)", "substr needs a whole number of at least 1", 14),
        ("contains(mail, n)", "contains needs a text in quotes", 16),
        ("replace(city, '', 'x')", "a text to look for", 15),
        ("pad(p, 3)", "pad needs a whole number", 1),
        ("round(n, yes)", "round needs a whole number of digits", 1),
        ("x + 1", "defined by each other", None),
        ("3d", "is no value of a column", None),
        ("null", "is no value of a column", None),
        ("nn + 1", "has no column 'nn'", None),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_with_its_place(expression: str, what: str, character: int | None) -> None:
    fault = refusal_of({**COLUMNS, "x": by("formula", expression=expression)})

    assert what in fault.what
    assert fault.path == "tables.t.columns.x.rule.expression"
    if character is not None:
        assert f"at character {character} of" in fault.what


@pytest.mark.parametrize(
    ("declared", "expression"), [("int", "city"), ("bool", "n"), ("date", "at"), ("time", "day"), ("datetime", "clock")]
)  # fmt: skip
def test_an_expression_of_another_type_is_refused(declared: str, expression: str) -> None:
    fault = refusal_of({**COLUMNS, "x": {"type": declared, **by("formula", expression=expression)}})

    assert fault.path.startswith("tables.t.columns.x.rule")
    assert declared in fault.what


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')", "(lambda: 1)()", "[x for x in [1]]", "n.__class__", "exec('1')", "{1: 2}", "n := 1",
        "f'{n}'", "n if yes else 1", "*n", "n[0]", "print(n)", "(" * 5000, "-" * 3000 + "n", "not " * 400 + "yes and",
    ],
)  # fmt: skip
def test_nothing_is_ever_run_as_a_program(expression: str) -> None:
    refusal_of({**COLUMNS, "x": by("formula", expression=expression)})


@pytest.mark.parametrize("start", [0, 5, 163, 299])
def test_any_row_alone_is_the_row_of_the_whole(start: int) -> None:
    chosen = ["if(yes, city, mail)", "length(mail)", "contains(mail, 'a')", "slug(concat(first, ' ', city))", "add_months(day, n)",
              "concat(first, '') == first", "coalesce(p, n)"]  # fmt: skip
    columns = {**COLUMNS, **{f"x{number}": by("formula", expression=text) for number, text in enumerate(chosen)}}
    table = table_of(columns, 300)

    assert table.batch(start, start + 1).to_pylist() == table.batch(0, 300).slice(start, 1).to_pylist()


def test_rows_beyond_a_tile_are_measured_too() -> None:
    table = table_of({"mail": "email", "x": by("formula", expression="length(mail)")}, 20_000)
    batch = table.batch(0, 20_000).to_pylist()

    assert all(row["x"] == len(row["mail"]) for row in batch)
    assert table.batch(12_345, 12_400).to_pylist() == batch[12_345:12_400]


def test_children_and_parents_read_what_was_computed() -> None:
    document = {
        "tables": {
            "p": {"rows": 40, "columns": {
                "id": {"type": "int", "primary_key": True}, "mail": "email",
                "size": by("formula", expression="length(mail)"),
                "many": by("count", table="c", where="not (n < 3 or contains(word, 'e'))"),
                "long": by("sum", table="c", column="n", where="length(word) > 4"),
            }},
            "c": {"columns": {
                "p": {"references": {"table": "p", "column": "id", "fan_out": "0..6"}},
                "n": {"type": "int", **by("range", min=0, max=9)},
                "word": "word",
                "size": by("lookup", column="size", via="p"),
            }},
        }
    }  # fmt: skip
    tables = dataset_of(document).tables
    parents = tables["p"].batch(0, 40).to_pylist()
    children = tables["c"].batch(0, tables["c"].planned.rows).to_pylist()

    for parent in parents:
        own = [child for child in children if child["p"] == parent["id"]]
        assert parent["many"] == sum(child["n"] >= 3 and "e" not in child["word"] for child in own)
        assert parent["long"] == sum(child["n"] for child in own if len(child["word"]) > 4)
        assert all(child["size"] == parent["size"] == len(parent["mail"]) for child in own)
    assert any(parent["many"] for parent in parents)


def test_a_sequence_is_compared_and_written_but_not_computed_with() -> None:
    columns = {"id": by("sequence"), "x": by("formula", expression="if(id > 3, pad(id, 3), concat(id, '!'))")}

    assert batch_of(columns, 5).column("x").to_pylist() == ["1!", "2!", "3!", "004", "005"]
    assert "can leave 64 bits" in refusal_of({**columns, "y": by("formula", expression="id + 1")}).what
