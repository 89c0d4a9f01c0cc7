"""Random columns, as a user would write them: ranges, choices, texts, keys, chains in order, formulas."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

Column = dict[str, Any]

TEXT_RULES = (
    "first_name", "last_name", "full_name", "gender", "email", "username", "phone", "job", "company", "website",
    "street_address", "city", "state", "postal_code", "country", "word", "sentence", "ipv4", "uuid", "state_abbr", "timezone", "row_locale", "product_name", "card_brand", "card_expiry",
)  # fmt: skip
FIRST_DAY = date(2020, 1, 1)


def day(number: int) -> str:
    """The ISO text of a day, counted from 2020-01-01."""
    return (FIRST_DAY + timedelta(days=number)).isoformat()


@st.composite
def numbers(draw: DrawFn, name: str) -> Column:
    """An int, float or decimal in a range."""
    low = draw(st.integers(-1000, 1000))
    high = low + draw(st.integers(0, 1000))
    kind = draw(st.sampled_from(["int", "float", "decimal"]))
    column: Column = {"name": name, "type": kind, "rule": {"type": "range", "min": low, "max": high}}
    if kind != "int":
        column["scale"] = draw(st.integers(0, 4))
    if kind == "decimal":
        column["precision"] = 10
    return column


@st.composite
def moments(draw: DrawFn, name: str) -> Column:
    """A date or a time in a range."""
    low = draw(st.integers(0, 1000))
    rule = {"type": "range", "min": day(low), "max": day(low + draw(st.integers(0, 400)))}
    return {"name": name, "type": draw(st.sampled_from(["date", "datetime"])), "rule": rule}


@st.composite
def distributed(draw: DrawFn, name: str) -> Column:
    """A number or date by a distribution."""
    low = draw(st.integers(-50, 50))
    rule = draw(
        st.sampled_from([
            {"type": "normal", "mean": low, "stddev": 20, "min": low - 40},
            {"type": "exponential", "mean": 12, "start": low},
            {"type": "gamma", "shape": Decimal("0.7"), "mean": 30, "max": 900},
            {"type": "beta", "alpha": 2, "beta": 3, "low": low, "high": low + 100},
            {"type": "quantiles", "points": [[0, low], [Decimal("0.3"), low], [1, low + 70]]},
            {"type": "mixture", "components": [{"type": "normal", "mean": 0, "stddev": 3}, {"type": "exponential", "mean": 90}]},
        ])
    )  # fmt: skip
    if draw(st.booleans()):
        counted = st.sampled_from(
            [{"type": "poisson", "mean": 4}, {"type": "zipf", "max": 90}, {"type": "geometric", "p": "0.3"}]
        )
        return {"name": name, "type": "int", "rule": draw(counted)}
    if draw(st.integers(0, 4)) == 0:
        return {"name": name, "type": "date", "rule": {"type": "normal", "mean": day(500), "stddev": "30d"}}
    kind = draw(st.sampled_from(["int", "float", "decimal"]))
    return {"name": name, "type": kind, "rule": rule, **({} if kind == "int" else {"scale": draw(st.integers(0, 4))})}


@st.composite
def choices(draw: DrawFn, name: str) -> Column:
    """One of a list of texts or numbers, with weights or without, NULL among them or not."""
    if draw(st.booleans()):
        values: list[Any] = draw(
            st.lists(st.sampled_from(["a", "b", "c", "d e", "ü", 'say "x, y"']), min_size=1, unique=True)
        )
        kind = "str"
    else:
        values, kind = draw(st.lists(st.integers(-9, 9), min_size=1, max_size=5, unique=True)), "int"
    rule: dict[str, Any] = {"type": "choice", "value": values}
    if draw(st.booleans()):
        rule["weights"] = draw(st.lists(st.integers(1, 9), min_size=len(values), max_size=len(values)))
    if draw(st.integers(0, 3)) == 0:
        rule["exact"] = True
    return {"name": name, "type": kind, "rule": rule}


@st.composite
def texts(draw: DrawFn, name: str) -> Column:
    """A text of some kind."""
    rule = draw(
        st.sampled_from(
            [*TEXT_RULES, {"type": "pattern", "pattern": "A?-##"}, {"type": "regex", "regex": "[a-f]{2,4}x?"}]
        )
    )
    return {"name": name, "type": "str", "rule": rule}


@st.composite
def flags(draw: DrawFn, name: str) -> Column:
    """True with some probability, or in exactly that share of the rows."""
    rule: dict[str, Any] = {"type": "boolean", "true": draw(st.sampled_from(["0", "0.25", "1"]))}
    if draw(st.booleans()):
        rule["exact"] = True
    return {"name": name, "type": "bool", "rule": rule}


@st.composite
def plain(draw: DrawFn, name: str) -> Column:
    """Any column that stands on its own, perhaps with NULLs."""
    column: Column = draw(
        st.one_of(numbers(name), distributed(name), moments(name), choices(name), texts(name), flags(name))
    )
    if draw(st.integers(0, 4)) == 0:
        column["null_rate"] = draw(st.sampled_from([Decimal("0.1"), Decimal("0.5"), Decimal(1)]))
    return column


@st.composite
def unique(draw: DrawFn, name: str, rows: int) -> Column:
    """A column without equal values for `rows` rows; sometimes with exactly as many values as rows."""
    spare = draw(st.sampled_from([0, 0, 1, 10**6]))
    low = draw(st.integers(-50, 50))
    wide = {"type": "range", "min": low, "max": low + max(rows, 1) - 1 + spare}
    days = {"type": "range", "min": day(0), "max": day(max(rows, 1) - 1 + min(spare, 1))}
    options: list[Column] = [
        {"type": "int", "rule": {"type": "sequence", "start": low, "step": draw(st.sampled_from([1, -3, 10]))}},
        {"type": "int", "rule": wide},
        {"type": "decimal", "precision": 12, "scale": 2, "rule": wide},
        {"type": "date", "rule": days},
        {"type": "uuid", "rule": "uuid"},
        {"type": "str", "rule": {"type": "pattern", "pattern": "K-^####"}},
        {"type": "str", "rule": {"type": "regex", "regex": "[a-z]{3}[0-9]{2}"}},
        {"type": "str", "rule": {"type": "sequence", "prefix": "N-", "width": 5}},
        {"type": "str", "rule": "email"},
        {"type": "str", "rule": "username"},
    ]
    column: Column = {"name": name, **draw(st.sampled_from(options))}
    return column


@st.composite
def chains(draw: DrawFn, prefix: str) -> tuple[list[Column], list[str]]:
    """Two to four columns whose values stand in order in every row: each range holds one of some ascending points."""
    count = draw(st.integers(2, 4))
    ordered = draw(st.sampled_from([_number_link, _moment_link]))
    columns = [ordered(draw, f"{prefix}_{n}", 20 * n) for n in range(count)]
    pairs = [(n, m) for n in range(count) for m in range(n + 1, count) if m == n + 1 or draw(st.booleans())]
    signs = [draw(st.sampled_from([">", ">="])) for _ in pairs]
    written = [f"{prefix}_{m} {sign} {prefix}_{n}" for (n, m), sign in zip(pairs, signs, strict=True)]
    return columns, draw(st.permutations(written))


@st.composite
def tangles(draw: DrawFn, prefix: str) -> tuple[list[Column], list[str]]:
    """Columns of all kinds, some computed from others, and constraints that may or may not be met."""
    count = draw(st.integers(2, 5))
    names = [f"{prefix}{n}" for n in range(count)]
    tangled = draw(st.sampled_from([_tangled_number, _tangled_moment]))
    columns = [tangled(draw, name, names[:n]) for n, name in enumerate(names)]
    pairs = draw(
        st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), min_size=1, max_size=4, unique=True)
    )
    written = [
        f"{later} {draw(st.sampled_from(['>', '>=']))} {earlier}" for later, earlier in pairs if later != earlier
    ]
    return draw(st.permutations(columns)), written


def _tangled_number(draw: DrawFn, name: str, known: list[str]) -> Column:
    low = draw(st.integers(0, 40))
    wide = {"type": "range", "min": low, "max": low + draw(st.integers(0, 60))}
    form = draw(st.sampled_from(["range", "range", "choice", "formula", "conditional"]))
    if form == "choice":
        return {"name": name, "type": "int", "rule": {"type": "choice", "value": [low, low + 5, low + 20]}}
    if form == "formula" and known:
        formula = f"{draw(st.sampled_from(known))} + {draw(st.integers(0, 9))}"
        return {"name": name, "type": "int", "rule": {"type": "formula", "formula": formula}}
    if form == "conditional" and known:
        branch = {"condition": {"column": draw(st.sampled_from(known)), "operator": "<", "value": 30}, "rule": wide}
        return {"name": name, "type": "int", "conditional_rules": [branch]}
    return {"name": name, **draw(st.sampled_from([{"type": "int"}, {"type": "decimal", "scale": 1}])), "rule": wide}


def _tangled_moment(draw: DrawFn, name: str, known: list[str]) -> Column:
    kind = draw(st.sampled_from(["date", "datetime"]))
    if draw(st.booleans()) and known:
        low = draw(st.integers(-2, 3))
        rule = {
            "type": "offset",
            "column": draw(st.sampled_from(known)),
            "min": f"{low}d",
            "max": f"{low + draw(st.integers(0, 3))}d",
        }
        return {"name": name, "type": kind, "rule": rule}
    low = draw(st.integers(0, 30))
    return {
        "name": name,
        "type": kind,
        "rule": {"type": "range", "min": day(low), "max": day(low + draw(st.integers(0, 60)))},
    }


def _number_link(draw: DrawFn, name: str, point: int) -> Column:
    kind = draw(st.sampled_from(["int", "decimal", "float"]))
    rule = {"type": "range", "min": point - draw(st.integers(0, 60)), "max": point + draw(st.integers(0, 60))}
    scale = {} if kind == "int" else {"scale": draw(st.integers(0, 3))}
    return {"name": name, "type": kind, **scale, "rule": rule}


def _moment_link(draw: DrawFn, name: str, point: int) -> Column:
    rule = {
        "type": "range",
        "min": day(100 + point - draw(st.integers(0, 60))),
        "max": day(100 + point + draw(st.integers(0, 60))),
    }
    return {"name": name, "type": draw(st.sampled_from(["date", "datetime"])), "rule": rule}


@st.composite
def conditionals(draw: DrawFn, name: str, on: Column) -> Column:
    """A column whose range depends on a choice, a flag or a number of the row; without a rule of its own it is NULL elsewhere."""
    match on["type"]:
        case "bool":
            condition: dict[str, Any] = {"column": on["name"], "operator": "==", "value": draw(st.booleans())}
        case "str":
            condition = {"column": on["name"], "operator": "in", "value": [draw(st.sampled_from(on["rule"]["value"]))]}
        case _:
            condition = {"column": on["name"], "operator": draw(st.sampled_from(["<", ">=", "!="])), "value": 3}
    branch = {"condition": condition, "rule": {"type": "range", "min": 100, "max": 200}}
    column: Column = {"name": name, "type": "int", "conditional_rules": [branch]}
    if draw(st.booleans()):
        column["rule"] = {"type": "range", "min": 0, "max": 9}
    return column


@st.composite
def formulas(draw: DrawFn, name: str, first: str, second: str) -> Column:
    """Arithmetic over two numeric columns."""
    shape = draw(
        st.sampled_from(["{a} + {b}", "{a} * {b} - 3", "min({a}, {b}) * 2", "max({a}, {b}, 7)", "abs({a} - {b})"])
    )
    return {"name": name, "type": "decimal", "precision": 18, "scale": 4,
            "rule": {"type": "formula", "formula": shape.format(a=first, b=second)}}  # fmt: skip
