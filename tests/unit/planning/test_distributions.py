"""Distributions of children per parent: what they mean, what is refused, and what plans keep of them."""

from __future__ import annotations

import decimal
import json
import math
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from syndata_contracts.plan import Plan
from syndata_contracts.schema import Distribution
from syndata_engine.generation.families.fan_out import FanOutMap
from syndata_engine.generation.families.fan_out_laws import law_quantiles
from tests.unit.kinds.making import dataset_of, faults_of, plan_of

BARS = ((0, Decimal(5)), (1, Decimal("2.5")), (7, Decimal("0.5")), (90, Decimal("0.1")))
Weight = Callable[[int], float | Fraction]
NORMAL = NormalDist(12.5, 3)
LAWS: list[tuple[Distribution, int, int, Weight]] = [
    (Distribution(kind="zipf"), 1, 400, lambda n: Fraction(1, n)),
    (Distribution(kind="zipf", exponent=Decimal(2)), 0, 800, lambda n: Fraction(1, (n + 1) ** 2)),
    (Distribution(kind="zipf", exponent=Decimal("1.3")), 1, 20_000, lambda n: n**-1.3),
    (Distribution(kind="zipf"), 3, 30_000, lambda n: 1 / (n - 2)),
    (Distribution(kind="geometric", p=Decimal("0.2")), 2, 60, lambda n: Fraction(4, 5) ** n),
    (Distribution(kind="poisson", mean=Decimal("4.5")), 0, 30, lambda n: Fraction(9, 2) ** n / math.factorial(n)),
    (Distribution(kind="poisson", mean=Decimal(2)), 5, 12, lambda n: Fraction(2) ** n / math.factorial(n)),
    (Distribution(kind="normal", mean=Decimal("12.5"), stddev=Decimal(3)), 0, 40, NORMAL.pdf),
    (Distribution(kind="normal", mean=Decimal("12.5"), stddev=Decimal(3)), 16, 40, NORMAL.pdf),
    (Distribution(kind="histogram", histogram=BARS), 0, 90, lambda n: float(dict(BARS).get(n, 0))),
]


@pytest.mark.parametrize(("law", "low", "high", "weight"), LAWS)
@pytest.mark.parametrize("count", [1, 7, 1024])
def test_quantiles_are_those_of_the_distribution_cut_to_its_bounds(
    law: Distribution, low: int, high: int, weight: Weight, count: int
) -> None:
    """Up to every number, as many parents as its share says, to half a parent."""
    found = law_quantiles(law, low, high, count)
    total = sum(float(weight(n)) for n in range(low, high + 1))
    seen, share, counts = 0, 0.0, Counter(found)

    assert list(found) == sorted(found)
    assert low <= found[0] <= found[-1] <= high
    for n in range(low, high + 1):
        seen, share = seen + counts[n], share + float(weight(n)) / total
        assert abs(seen - count * share) <= 0.5 + 1e-3


def test_quantiles_do_not_depend_on_the_callers_decimal_context() -> None:
    law = Distribution(kind="zipf", exponent=Decimal("0.7"))
    usual = law_quantiles(law, 0, 5_000, 1024)
    law_quantiles.cache_clear()
    with decimal.localcontext(prec=3, rounding=decimal.ROUND_UP):
        assert law_quantiles(law, 0, 5_000, 1024) == usual


@pytest.mark.parametrize(
    "law",
    [
        Distribution(kind="zipf", exponent=Decimal("1.07")),
        Distribution(kind="geometric", p=Decimal("0.001")),
        Distribution(kind="poisson", mean=Decimal(1_000_000)),
        Distribution(kind="normal", mean=Decimal(10**9), stddev=Decimal(10_000)),
    ],
)
def test_the_widest_distributions_are_planned_at_once(law: Distribution) -> None:
    started = time.process_time()
    found = law_quantiles(law, 0, 2**40, 1024)

    assert time.process_time() - started < 2
    assert found[0] < found[-1] <= 2**40


@pytest.mark.parametrize(("law", "low", "high", "_weight"), LAWS)
@pytest.mark.parametrize("parents", [0, 1, 60, 1024, 3000])
def test_maps_keep_their_promises_under_every_law(
    law: Distribution, low: int, high: int, _weight: Weight, parents: int
) -> None:
    """Families lie end to end with low..high members, for the children that the law gives and for stated ones."""
    for wanted in (None, parents * low, parents * low + parents * (high - low) // 3, parents * high):
        fan_out = FanOutMap(parents, low, high, 7, wanted, law)
        first, last = fan_out.children_of(np.arange(parents))
        assert fan_out.children == (last[-1] if parents else 0)
        assert wanted in {None, fan_out.children}
        assert ((last - first >= low) & (last - first <= min(high, fan_out.most))).all()


def shop(fan_out: Any, **lines: Any) -> dict[str, Any]:
    """Orders and their lines."""
    reference = {"table": "orders", "column": "id", "fan_out": fan_out}
    return {
        "tables": {
            "orders": {"rows": 2048, "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}}},
            "lines": {**lines, "columns": {"order_id": {"references": reference}, "n": {"rule": "position"}}},
        }
    }


def sizes(document: dict[str, Any]) -> Counter[int]:
    """How many orders have so many lines."""
    lines = dataset_of(document).tables["lines"]
    families = Counter(lines.batch(0, lines.planned.rows).column("order_id").to_pylist())
    found = Counter(families.values())
    found[0] = 2048 - len(families)
    return found


def test_a_histogram_is_met_to_the_parent() -> None:
    assert sizes(shop({"histogram": [[0, 1], [2, 2], [9, 1]]})) == {0: 512, 2: 1024, 9: 512}


def test_every_parent_has_at_least_the_least() -> None:
    found = sizes(shop({"min": 1, "max": 50, "distribution": "Zipf", "exponent": 1.5}))

    assert found[0] == 0
    assert found[1] > found[2] > found[3] > found[10] > 0


def test_stated_rows_are_met_inside_the_bounds_and_keep_the_shape() -> None:
    """Twice as many lines as the law gives: the orders with few still are the most."""
    fan_out = {"min": 0, "max": 500, "distribution": "geometric", "p": 0.25}
    natural = plan_of(shop(fan_out)).table("lines").rows
    found = sizes(shop(fan_out, rows=2 * natural))

    assert sum(size * orders for size, orders in found.items()) == 2 * natural
    assert found[0] == sizes(shop(fan_out))[0]
    assert max(found) > max(sizes(shop(fan_out)))


def test_plans_keep_a_distribution_and_say_nothing_without_one() -> None:
    """So plans of before have the digest they had."""
    plan = plan_of(shop({"min": 0, "max": 90, "distribution": "poisson", "mean": 4.5}))

    assert Plan.from_bytes(plan.to_bytes()).to_bytes() == plan.to_bytes()
    assert '"distribution"' not in json.dumps(plan_of(shop("0..5")).model_dump(mode="json"))


@pytest.mark.parametrize(
    ("fan_out", "place", "word"),
    [
        ({"max": 9, "distribution": "zip"}, ".distribution", "not known as a distribution"),
        ({"max": 9, "distribution": "zipf", "exponent": 0}, ".exponent", "out of bounds"),
        ({"max": 9, "distribution": "zipf", "exponent": "big"}, ".exponent", "expected an exponent"),
        ({"max": 9, "distribution": "zipf", "mean": 2}, ".mean", "zipf has no mean"),
        ({"max": 9, "mean": 2}, ".mean", "uniform has no mean"),
        ({"max": 9, "distribution": "poisson"}, "", "'mean' is missing"),
        ({"max": 9, "distribution": "poisson", "mean": 0}, ".mean", "out of bounds"),
        ({"max": 9, "distribution": "normal", "mean": 2}, "", "'stddev' is missing"),
        ({"max": 9, "distribution": "geometric", "p": 1}, ".p", "out of bounds"),
        ({"distribution": "zipf"}, "", "'max' is missing"),
        ({"min": 5, "max": 2, "distribution": "zipf"}, "", "min 5 is more than max 2"),
        ({"max": 9, "distribution": "histogram"}, "", "'histogram' is missing"),
        ({"max": 9, "distribution": "zipf", "histogram": [[1, 1]]}, ".histogram", "a histogram beside"),
        ({"histogram": []}, ".histogram", "no number of children has a weight"),
        ({"histogram": [[1, 0]]}, ".histogram", "no number of children has a weight"),
        ({"histogram": [[1, 1], [1, 2]]}, ".histogram[1]", "stand twice"),
        ({"histogram": [[1, -1], [2, 1]]}, ".histogram[0][1]", "expected a weight"),
        ({"histogram": [[1]]}, ".histogram[0]", "expected a number of children and its weight"),
        ({"max": 4, "histogram": [[1, 1], [5, 1]]}, ".max", "counts 5 children"),
    ],
)
def test_an_impossible_distribution_is_refused_where_it_stands(fan_out: Any, place: str, word: str) -> None:
    faults = faults_of(shop(fan_out))

    assert any(
        fault.path == f"tables.lines.columns.order_id.references.fan_out{place}" and word in fault.what
        for fault in faults
    ), faults


def test_rows_outside_what_the_bounds_allow_are_refused_with_the_reckoning() -> None:
    (fault,) = faults_of(shop({"min": 1, "max": 3, "distribution": "zipf"}, rows=10_000))

    assert "x at most 3 = 6,144 < 10,000 rows" in fault.what
