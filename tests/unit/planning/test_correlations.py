"""Correlated columns: they go along with each other as asked, keep their distributions, and contradictions are refused."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndata_contracts.plan import Plan
from syndata_engine.generation.columns.correlations import factors_of
from syndata_engine.generation.quantiles.normal_words import CELLS, FARTHEST, _beyond, words_of_scores
from syndata_engine.reading.correlations import _is_positive
from tests.unit.kinds import theory
from tests.unit.kinds.making import by, dataset_of, faults_of, plan_of

ROWS = 20_000
NUMBERS = st.decimals(Decimal("-0.99"), Decimal("0.99"), places=2)
COLUMNS: dict[str, Any] = {
    "size": {"type": "float", "scale": 6, **by("normal", mean=170, stddev=9)},
    "wage": {"type": "decimal(12,2)", **by("lognormal", median=3000, sigma=Decimal("0.5"))},
    "wait": {"type": "float", "scale": 6, **by("exponential", mean=3)},
    "age": {"type": "int", **by("range", min=18, max=90)},
    "calls": by("poisson", mean=3),
    "grade": by("choice", value=["low", "middle", "high"], weights=[1, 2, 1]),
    "member": by("boolean", true=Decimal("0.4")),
    "since": {"type": "date", **by("beta", alpha=2, beta=3, low="2020-01-01", high="2023-12-31")},
    "both": by("mixture", components=[{"type": "normal", "mean": 10, "stddev": 1}, {"type": "gamma", "shape": 2, "scale": 9}]),
}  # fmt: skip


def people(correlate: Any, columns: dict[str, Any] | None = None, rows: int = ROWS) -> dict[str, Any]:
    return {"tables": {"people": {"rows": rows, "columns": columns or COLUMNS, "correlate": correlate}}}


def values(document: dict[str, Any]) -> dict[str, Any]:
    """Every column as numbers; texts as their place in the list of choices."""
    table = dataset_of(document).tables["people"]
    return {name: table.span(0, ROWS).get(column.code) for name, column in table.columns.items() if column.code}


def scores(found: Any) -> Any:
    """The normal scores of ranks; equal values take any order."""
    from statistics import NormalDist

    order = np.argsort(found, kind="stable")
    places = np.empty(len(found))
    places[order] = [NormalDist().inv_cdf((n + 0.5) / len(found)) for n in range(len(found))]
    return places


CHAIN: list[list[Any]] = [
    ["size", "wage", Decimal("0.6")],
    ["wage", "wait", Decimal("-0.5")],
    ["wait", "since", Decimal("0.7")],
]
CHAIN_NAMES = ("size", "wage", "wait", "since")


def test_pairs_go_along_as_much_as_asked_and_others_through_those_between() -> None:
    """Correlations of the normal scores, to 5 standard errors of 20,000 rows. Along a chain they multiply."""
    found = {name: scores(codes) for name, codes in values(people(CHAIN)).items()}
    names = (*CHAIN_NAMES, "both")

    for n, name in enumerate(names):
        for other in names[:n]:
            between = CHAIN_NAMES.index(other) if name != "both" and other in CHAIN_NAMES else None
            links = CHAIN[between : CHAIN_NAMES.index(name)] if between is not None else []
            asked = float(math.prod((link[2] for link in links), start=1)) if links else 0.0
            assert abs(np.corrcoef(found[name], found[other])[0, 1] - asked) < 5 / math.sqrt(ROWS)


def test_a_matrix_of_every_sort_of_column_is_met() -> None:
    """For coarse columns the sign and size show: their own correlation is weaker than that of the scores."""
    names = ["size", "age", "calls", "grade", "member", "both"]
    found = values(people([{"columns": names, "correlation": Decimal("0.7")}]))

    for n, name in enumerate(names):
        for other in names[:n]:
            assert 0.45 < np.corrcoef(found[name], found[other])[0, 1] < 0.73


@pytest.mark.parametrize(
    ("column", "cdf"),
    [
        ("wage", theory.lognormal(3000, 0.5)),
        ("wait", theory.exponential(3)),
        ("both", theory.mixed((0.5, theory.normal(10, 1)), (0.5, theory.gamma(2, 9)))),
        ("calls", theory.poisson(3)),
    ],
)
def test_each_column_keeps_its_distribution(column: str, cdf: theory.Cdf) -> None:
    """Kolmogorov and Smirnov's distance stays below what one sample in 10,000 exceeds."""
    document = people([{"columns": ["size", column], "correlation": Decimal("0.9")}])
    found = dataset_of(document).tables["people"].batch(0, ROWS).column(column).to_pylist()
    sorted_values = np.sort(np.array([float(value) for value in found]))
    different = np.unique(sorted_values)
    below = np.searchsorted(sorted_values, different, side="right") / ROWS
    half = {"wage": 0.005, "calls": 0.5}.get(column, 0.5e-6)

    assert np.max(np.abs(below - [cdf(value + half) for value in different])) < 2.2 / math.sqrt(ROWS)


def test_the_first_column_and_those_that_are_not_named_stay_what_they_were() -> None:
    plain = dataset_of({"tables": {"people": {"rows": 300, "columns": COLUMNS}}}).tables["people"].batch(0, 300)
    made = dataset_of(people(CHAIN, rows=300)).tables["people"].batch(0, 300)
    same = {name for name in COLUMNS if made.column(name).equals(plain.column(name))}

    assert same == set(COLUMNS) - {"wage", "wait", "since"}


def test_another_distribution_of_one_column_changes_no_other() -> None:
    """Columns share words, not values."""
    changed = {**COLUMNS, "size": {"type": "int", **by("poisson", mean=3)}}
    one = dataset_of(people(CHAIN, rows=300)).tables["people"].batch(0, 300)
    other = dataset_of(people(CHAIN, changed, rows=300)).tables["people"].batch(0, 300)

    assert all(one.column(name).equals(other.column(name)) for name in COLUMNS if name != "size")


def test_a_cell_is_the_same_alone() -> None:
    table = dataset_of(people(CHAIN)).tables["people"]
    whole = table.batch(0, ROWS)

    assert all(table.batch(row, row + 3).equals(whole.slice(row, 3)) for row in (0, 4_094, 4_095, 16_383, ROWS - 3))


def test_children_read_a_correlated_column_of_their_parent() -> None:
    document = people([["size", "wage", Decimal("0.8")]], {"id": by("sequence"), **COLUMNS})
    document["tables"]["people"]["primary_key"] = "id"
    document["tables"]["pay"] = {
        "columns": {"of": {"references": {"table": "people", "column": "id", "fan_out": 1}}, "wage": by("lookup", column="wage")}
    }  # fmt: skip
    tables = dataset_of(document).tables
    wages = dict(
        zip(*(tables["people"].batch(0, 500).column(name).to_pylist() for name in ("id", "wage")), strict=True)
    )
    rows = tables["pay"].batch(0, 500).to_pylist()

    assert all(row["wage"] == wages[row["of"]] for row in rows if row["of"] in wages)


def test_sensitive_columns_can_be_correlated() -> None:
    columns = {**COLUMNS, "wage": {**COLUMNS["wage"], "sensitivity": "PII"}}
    found = values(people([["size", "wage", Decimal("0.8")]], columns))

    assert abs(np.corrcoef(scores(found["size"]), scores(found["wage"]))[0, 1] - 0.8) < 0.02


def test_half_a_matrix_is_the_matrix() -> None:
    half = {"columns": ["size", "wage", "wait"], "matrix": [[1], [Decimal("0.5"), 1], [Decimal("0.2"), 0, 1]]}
    whole = {**half, "matrix": [[1, Decimal("0.5"), Decimal("0.2")], [Decimal("0.5"), 1, 0], [Decimal("0.2"), 0, 1]]}
    (one,), (other,) = (plan_of(people([group])).schema_.tables[0].correlations for group in (half, whole))

    assert one == other
    assert one.columns == ("size", "wage", "wait")
    assert one.coefficients == ((), (Decimal("0.5"),), (Decimal("0.2"), Decimal(0)))


def test_plans_keep_correlations_and_say_nothing_without() -> None:
    """So plans of before have the digest they had."""
    plan = plan_of(people(CHAIN))

    assert Plan.from_bytes(plan.to_bytes()).to_bytes() == plan.to_bytes()
    assert "correlations" not in json.dumps(plan_of(people([])).model_dump(mode="json"))


def test_words_of_scores_are_the_normal_distribution() -> None:
    """To a millionth of the smaller tail, and never falling."""
    asked = np.linspace(-9, 9, 20_001)
    out = np.empty(len(asked), np.uint64)
    words_of_scores(asked, _beyond(), out)
    below = [0.5 * math.erfc(-x / math.sqrt(2)) for x in asked.tolist()]
    beyond = [0.5 * math.erfc(x / math.sqrt(2)) for x in asked.tolist()]

    assert (out[1:] >= out[:-1]).all()
    for word, low, high in zip(out.tolist(), below, beyond, strict=True):
        rest, wanted = min(word, 2**64 - 1 - word), min(low, high) * 2**64
        assert abs(rest - wanted) <= 1e-6 * wanted + 2


def test_scores_beyond_the_table_give_the_last_words() -> None:
    out = np.empty(4, np.uint64)
    words_of_scores(np.array([-FARTHEST - 1.0, -FARTHEST + 1 / CELLS, FARTHEST, 1e300]), _beyond(), out)

    assert out.tolist() == [0, 0, 2**64 - 1, 2**64 - 1]


@given(st.lists(NUMBERS, min_size=1, max_size=10))
@settings(max_examples=100, deadline=None)
def test_a_matrix_is_positive_definite_if_its_factor_makes_it_again(numbers: list[Decimal]) -> None:
    size = 2 + (len(numbers) >= 3) + (len(numbers) >= 6) + (len(numbers) >= 10)
    given_numbers = iter(numbers)
    rows = tuple(tuple(next(given_numbers) for _ in range(n)) for n in range(size))
    whole = np.eye(size)
    for n, row in enumerate(rows):
        for m, value in enumerate(row):
            whole[n, m] = whole[m, n] = float(value)
    least = float(np.linalg.eigvalsh(whole).min())

    if abs(least) > 1e-9:
        assert _is_positive(rows) == (least > 0)
    if _is_positive(rows):
        factors = factors_of(rows)
        for n, made in enumerate(factors):
            assert abs(sum(factor * factor for factor in made) - 1) < 1e-12
            for m, other in enumerate(factors[:n]):
                assert abs(sum(a * b for a, b in zip(made, other, strict=False)) - float(rows[n][m])) < 1e-12


def test_a_matrix_that_is_singular_is_not_positive_definite() -> None:
    """0.6, 0.8 and 0 lie exactly on the border, which rounded arithmetic could not tell."""
    border = ((), (Decimal("0.6"),), (Decimal("0.8"), Decimal(0)))

    assert Fraction(36 + 64, 100) == 1
    assert not _is_positive(border)
    assert _is_positive(((), (Decimal("0.6"),), (Decimal("0.7999999999999999999999"), Decimal(0))))


A, B = Decimal("0.9"), Decimal("-0.9")
REFUSED: list[tuple[Any, str, str]] = [
    ([["size", "wage", A], ["wage", "wait", A], ["size", "wait", B]], "[2]", "size-wage 0.9, size-wait -0.9, wage-wait 0.9"),
    ([["age", "calls", A], ["size", "wage", A], ["size", "wait", 0], ["wage", "wait", A]], "[3]", "size-wage 0.9, size-wait 0, wage-wait 0.9"),
    ([{"columns": ["size", "wage", "wait"], "matrix": [[1, A, B], [A, 1, A], [B, A, 1]]}], "[0].matrix[2][1]", "not positive definite"),
    ([{"columns": ["size", "wage", "wait", "age"], "correlation": Decimal("-0.4")}], "[0].correlation", "not positive definite"),
    ([["size", "wage", 1]], "[0][2]", "not between -1 and 1"),
    ([["size", "wage", "much"]], "[0][2]", "expected a correlation"),
    ([["size", "wage", True]], "[0][2]", "expected a correlation"),
    ([["size", "wage"]], "[0]", "two columns and their correlation"),
    ([["size", "size", A]], "[0]", "correlated with itself"),
    ([["size", "wag", A]], "[0][1]", "no column 'wag'"),
    ([["size", "wage", A], ["wage", "size", A]], "[1]", "stands twice"),
    ("size", "", "expected a list of correlations"),
    ([{"columns": ["size", "wage"]}], "[0]", "need a matrix or one correlation"),
    ([{"columns": ["size"], "correlation": A}], "[0]", "a column alone"),
    ([{"columns": ["size", "wage"], "correlation": A, "matrix": [[1]]}], "[0]", "need a matrix or one correlation"),
    ([{"columns": ["size", "wage"], "matrix": [[1, A], [B, 1]]}], "[0].matrix[0][1]", "have two correlations"),
    ([{"columns": ["size", "wage"], "matrix": [[1, A], [A, A]]}], "[0].matrix[1][1]", "goes along with itself wholly"),
    ([{"columns": ["size", "wage"], "matrix": [[1, A]]}], "[0].matrix", "2 columns need 2 rows"),
    ([{"columns": ["size", "wage"], "matrix": [[1, A], "x"]}], "[0].matrix[1]", "expected a list of numbers"),
    ([{"columns": ["size", "wage"], "corelation": A}], "[0].corelation", "not known here"),
]  # fmt: skip


@pytest.mark.parametrize(("correlate", "place", "word"), REFUSED)
def test_what_cannot_hold_is_refused_where_it_stands(correlate: Any, place: str, word: str) -> None:
    faults = faults_of(people(correlate))

    assert any(fault.path == f"tables.people.correlate{place}" and word in fault.what for fault in faults), faults
    assert len(faults) == 1, faults


def test_a_contradiction_names_the_fewest_pairs_and_what_would_do() -> None:
    pairs = [["age", "size", Decimal("0.1")], ["size", "wage", A], ["wage", "wait", A], ["size", "wait", B]]
    (fault,) = faults_of(people(pairs))

    assert set(fault.related) | {fault.path} == {f"tables.people.correlate[{n}]" for n in (1, 2, 3)}
    assert "between -1.000 and -0.620" in fault.fix
    for left_out in (1, 2, 3):
        plan_of(people([pair for n, pair in enumerate(pairs) if n != left_out]))
    plan_of(people([*pairs[:2], ["wage", "wait", Decimal("-0.621")], pairs[3]]))


@pytest.mark.parametrize(
    ("column", "word"),
    [
        ("first_name", "draws nothing that could rise"),
        ({"type": "int", "unique": True, **by("range", min=1, max=10**6)}, "it is unique"),
        (
            {"type": "int", "conditional_rules": [{"when": "age > 40", **by("range")}], **by("range")},
            "conditional rules",
        ),
        (by("sequence"), "draws nothing"),
        (by("choice", value={"low": 3, "high": 1}), "a mapping, which has no order"),
        (by("choice", weights={"low": 3, "high": 1}), "a mapping, which has no order"),
        ({"references": "firms.id"}, "refers to another table"),
    ],
)
def test_columns_that_cannot_rise_and_fall_are_refused(column: Any, word: str) -> None:
    document = people([["size", "x", A]], {**COLUMNS, "x": column})
    document["tables"]["firms"] = {"rows": 5, "columns": {"id": {"primary_key": True, **by("sequence")}}}
    (fault,) = faults_of(document)

    assert fault.path == "tables.people.correlate[0]"
    assert "x cannot be correlated" in fault.what
    assert word in fault.what


def test_what_is_not_stated_follows_from_what_is() -> None:
    """Through two columns that both go along with a third, whatever the order of the pairs; 0 is 0 where it is stated."""
    pairs = [["size", "wage", Decimal("0.8")], ["size", "wait", Decimal("0.5")], ["calls", "age", Decimal("0.3")]]
    plan = plan_of(people(pairs))
    stated = plan_of(people([*pairs, ["wait", "wage", 0]]))

    assert [group.columns for group in plan.schema_.tables[0].correlations] == [
        ("size", "wage", "wait"),
        ("calls", "age"),
    ]
    assert plan.schema_.tables[0].correlations[0].coefficients[2] == (Decimal("0.5"), Decimal("0.4"))
    assert stated.schema_.tables[0].correlations[0].coefficients[2] == (Decimal("0.5"), Decimal(0))
