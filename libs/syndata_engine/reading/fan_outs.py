"""Children per parent, in all spellings: a number, a range, a distribution with its parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from syndata_contracts.schema import Distribution, DistributionKind, FanOut
from syndata_engine.reading.spots import Fields, Spot, show

FAN_OUT_KEYS = ("min", "max", "distribution", "exponent", "p", "mean", "stddev", "histogram")
DISTRIBUTIONS: tuple[DistributionKind, ...] = get_args(DistributionKind)
MOST_BARS = 10_000
"""Entries of a histogram."""
_FAN_OUT = re.compile(r"\s*([0-9]{1,18})\s*\.\.\s*([0-9]{1,18})\s*")
_DASHED = re.compile(r"\s*([0-9]{1,18})\s*(?:-|\.{3,}|…|–|to)\s*([0-9]{1,18})\s*")  # noqa: RUF001 -- as people type it
"""A range as people write it elsewhere."""
_SHAPE = "`{min: 1, max: 5}`, `1..5` or a number of children"


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A number that a distribution takes."""

    least: Decimal
    most: Decimal
    needed: bool
    what: str


_PARAMETERS: dict[DistributionKind, dict[str, _Parameter]] = {
    "uniform": {},
    "histogram": {},
    "zipf": {"exponent": _Parameter(Decimal("0.01"), Decimal(10), needed=False, what="an exponent, such as 1.2")},
    "geometric": {"p": _Parameter(Decimal("0.001"), Decimal("0.999"), needed=True, what="a share, such as 0.3")},
    "poisson": {"mean": _Parameter(Decimal("0.001"), Decimal(1_000_000), needed=True, what="a mean, such as 4.5")},
    "normal": {
        "mean": _Parameter(Decimal(-1_000_000), Decimal(10) ** 12, needed=True, what="a mean, such as 20"),
        "stddev": _Parameter(Decimal("0.1"), Decimal(10_000), needed=True, what="a standard deviation, such as 5"),
    },
}


def read_fan_out(spot: Spot) -> FanOut | None:
    """Children per parent, as `{min, max}`, `3` or `1..5`, or with a distribution."""
    value = spot.node.value
    if isinstance(value, int) and not isinstance(value, bool):
        count = spot.whole("a number of children")
        return None if count is None else FanOut(path=spot.path, min=count, max=count)
    match = _FAN_OUT.fullmatch(value) if isinstance(value, str) else None
    if match:
        return _bounded(spot, int(match[1]), int(match[2]), None)
    if isinstance(value, str):
        dashed = _DASHED.fullmatch(value)
        spot.misfit(_SHAPE, f"write {dashed[1]}..{dashed[2]}" if dashed else "")
        return None
    fields = spot.fields(_SHAPE, FAN_OUT_KEYS)
    return None if fields is None else _mapped(spot, fields)


def _mapped(spot: Spot, fields: Fields) -> FanOut | None:
    known = len(spot.notes.faults)
    law = _distribution(fields)
    bars = [count for count, _ in law.histogram] if law else []
    least_at = fields.get("min")
    most_at = fields.get("max") if bars else fields.need("max", fix="add `max: ...`, the most children a parent has")
    least = least_at.whole("a number of children") if least_at else min(bars, default=0)
    most = most_at.whole("a number of children") if most_at else max(bars, default=None)
    if least is None or most is None or len(spot.notes.faults) > known:
        return None
    for at, beyond in ((least_at, [n for n in bars if n < least]), (most_at, [n for n in bars if n > most])):
        if at and beyond:
            at.fault(f"the histogram counts {beyond[0]} children, outside {least}..{most}", f"remove it: the histogram says {min(bars)}..{max(bars)}")  # fmt: skip
            return None
    return _bounded(spot, least, most, law)


def _bounded(spot: Spot, least: int, most: int, law: Distribution | None) -> FanOut | None:
    if least > most:
        spot.fault(f"min {least} is more than max {most}", "write the smaller number as min")
        return None
    return FanOut(path=spot.path, min=least, max=most, distribution=law)


def _distribution(fields: Fields) -> Distribution | None:
    """The distribution; None where none is named, or the named one has faults."""
    named, bars_at = fields.get("distribution"), fields.get("histogram")
    kind: DistributionKind | None = "histogram" if bars_at else "uniform"
    if named:
        kind = named.one_of(DISTRIBUTIONS, "a distribution")
    if kind is None:
        return None
    if bars_at and kind != "histogram":
        bars_at.fault(f"a histogram beside the distribution {kind}", "keep one of the two")
        return None
    numbers = {key: _number(fields, key, kind) for key in ("exponent", "p", "mean", "stddev")}
    if kind != "histogram":
        return None if kind == "uniform" else Distribution(path=fields.spot.path, kind=kind, **numbers)
    bars_at = fields.need("histogram", fix="add `histogram: [[0, 5], [1, 3]]`: numbers of children with their weights")
    bars = _histogram(bars_at) if bars_at else None
    return Distribution(path=fields.spot.path, kind=kind, histogram=bars) if bars else None


def _number(fields: Fields, key: str, kind: DistributionKind) -> Decimal | None:
    """A parameter of the distribution; notes one that it does not take, or that it lacks."""
    wanted, at = _PARAMETERS[kind].get(key), fields.get(key)
    if wanted is None:
        if at:
            takes = " and ".join(_PARAMETERS[kind]) or (
                "histogram" if kind == "histogram" else "nothing but min and max"
            )
            at.fault(f"the distribution {kind} has no {key}", f"remove it: {kind} takes {takes}")
        return None
    if at is None:
        if wanted.needed:
            fields.need(key, fix=f"add `{key}: ...`, {wanted.what}")
        return None
    value = at.node.value
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        at.misfit(wanted.what)
    elif not wanted.least <= value <= wanted.most:
        at.fault(
            f"{show(at.node)} is out of bounds for {key}", f"write a number from {wanted.least} to {wanted.most:,}"
        )
    else:
        return Decimal(value)
    return None


def _histogram(spot: Spot) -> tuple[tuple[int, Decimal], ...] | None:
    """`[[count, weight], ...]`, ascending; counts without weight are left out."""
    shape = "a list of numbers of children with their weights, such as [[0, 5], [1, 3], [10, 0.5]]"
    found: dict[int, Decimal] = {}
    items = spot.items(shape)
    for item in items or ():
        pair = item.items("a number of children and its weight, such as [3, 0.5]")
        if pair is None:
            continue
        if len(pair) != 2:
            item.misfit("a number of children and its weight, such as [3, 0.5]")
            continue
        count, weight = pair[0].whole("a number of children"), pair[1].node.value
        if not isinstance(weight, int | Decimal) or isinstance(weight, bool) or not 0 <= weight <= 10**15:
            pair[1].misfit("a weight from 0 up, such as 0.5")
        elif count in found:
            item.fault(f"{count} children stand twice", "keep one")
        elif count is not None:
            found[count] = Decimal(weight)
    bars = tuple(sorted((count, weight) for count, weight in found.items() if weight))
    if items is not None and (not bars or len(items) > MOST_BARS):
        what = f"{len(items):,} entries are too many" if bars else "no number of children has a weight"
        spot.fault(what, f"write at most {MOST_BARS:,} entries" if bars else f"write {shape}")
        return None
    return bars or None
