"""Any parameters of any distribution: a column whose promises hold, or a refusal; never a warning, never a long wait."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndata_contracts.errors import Refused
from syndata_engine.generation.quantiles.table import Quantile
from tests.unit.kinds.making import by, table_of

SLOWEST = 3
"""Seconds; a busy machine's, not ours."""
WORDS = np.array([0, 1, 2**10, 2**32, 2**62, 2**63 - 1, 2**63, 2**64 - 2**62, 2**64 - 2**12, 2**64 - 1], np.uint64)
WORDS = np.sort(np.concatenate([WORDS, np.arange(2_000, dtype=np.uint64) * np.uint64(2**53)]))


def decimals(low: str, high: str) -> st.SearchStrategy[Decimal]:
    """Numbers of every size between two, as often small as great."""
    least, most = Decimal(low), Decimal(high)
    tens = st.integers(least.adjusted(), most.adjusted())
    made = st.builds(lambda digits, exponent: Decimal(digits).scaleb(exponent - 2), st.integers(100, 999), tens)
    return made.map(lambda value: min(max(value, least), most))


PLACES = decimals("1e-6", "1e9").flatmap(lambda value: st.sampled_from([value, -value, Decimal(0)]))
SIZES = decimals("1e-6", "1e9")
SHAPES = decimals("0.001", "1000000")
CHANCES = decimals("0.0001", "1")
WEIGHTS = st.integers(0, 9)
COUNTS = st.integers(0, 10_000)


@st.composite
def tables(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """Histograms and quantiles."""
    values = sorted(draw(st.lists(st.integers(-1000, 1000), min_size=2, max_size=8, unique=True)))
    if kind == "histogram":
        return by(kind, edges=values, weights=[1, *(draw(WEIGHTS) for _ in values[2:])])
    shares = [Decimal(n) / (len(values) - 1) for n in range(len(values))]
    return by(kind, points=[[share, value] for share, value in zip(shares, values, strict=True)])


RULES = st.one_of(
    st.builds(lambda mean, stddev: by("normal", mean=mean, stddev=stddev), PLACES, SIZES),
    st.builds(lambda m, s, start: by("lognormal", median=m, sigma=s, start=start), SIZES, decimals("0.001", "100"), PLACES),
    st.builds(lambda mean, start: by("exponential", mean=mean, start=start), SIZES, PLACES),
    st.builds(lambda shape, mean, start: by("gamma", shape=shape, mean=mean, start=start), SHAPES, SIZES, PLACES),
    st.builds(lambda a, b, low, size: by("beta", alpha=a, beta=b, low=low, high=low + size), SHAPES, SHAPES, PLACES, SIZES),
    st.builds(lambda shape: by("pareto", shape=shape), SHAPES),
    st.builds(lambda mean: by("poisson", mean=mean), decimals("0.0001", "10000000")),
    st.builds(lambda n, p: by("binomial", trials=n, probability=p), st.integers(1, 10**8), CHANCES),
    st.builds(lambda p: by("geometric", probability=p), CHANCES),
    st.builds(lambda exponent: by("zipf", exponent=exponent), decimals("0.01", "20")),
    tables("histogram"),
    tables("quantiles"),
)  # fmt: skip
TYPES = st.sampled_from([{"type": "int"}, {"type": "float"}, {"type": "float", "scale": 3}, {"type": "decimal(18,4)"}])


@given(RULES, TYPES, st.none() | PLACES, st.none() | SIZES, st.booleans())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_distribution_keeps_its_promises_or_is_refused(
    column: dict[str, Any], declared: dict[str, Any], low: Decimal | None, size: Decimal | None, whole: bool
) -> None:
    """Inside min..max, rising with the word, bounds as told, the same for each word alone."""
    rule = dict(column["rule"])
    if low is not None and rule["type"] != "pareto":
        rule["min"] = round(low)
    if size is not None:
        rule["max"] = round((low or 0) + size)
    if whole and rule["type"] in {"poisson", "binomial", "geometric", "zipf"}:
        declared = {}
    started = time.process_time()
    try:
        table = table_of({"x": {**declared, "rule": rule}}, 50)
    except Refused:
        return
    finally:
        assert time.process_time() - started < SLOWEST
    made = table.columns["x"]
    unit = 10**made.type.scale
    values = table.span(0, 50).get(made.code) if made.code else np.empty(0)

    assert made.low is not None
    assert made.high is not None
    assert (made.low <= values).all()
    assert (values <= made.high).all()
    assert made.low >= rule.get("min", -(10**18)) * unit
    assert made.high <= rule.get("max", 10**18) * unit
    if isinstance(made.code, Quantile):
        codes = made.code.table.codes(WORDS)
        assert (np.diff(codes) >= 0).all()
        assert made.low <= codes[0]
        assert codes[-1] <= made.high
        alone = [int(made.code.table.codes(WORDS[n : n + 1])[0]) for n in range(0, len(WORDS), 97)]
        assert alone == codes[::97].tolist()
