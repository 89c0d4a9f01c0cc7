"""Parents of some kinds have more children than others: how often each is referred to follows from one of its columns.

The column meets its shares to the row, so the parents of each value are a stretch of the shuffled parent table, and
the children of each value's parents a stretch of the children: both ways are closed form, as for any fan-out.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, NoReturn

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import FanOut, ForeignKeySchema
from syndata_engine.generation.columns.exact import apportioned
from syndata_engine.generation.families.fan_out import FanOutMap
from syndata_engine.generation.families.tiers import Tiers
from syndata_engine.generation.references.key_sets import KeySet, key_sets
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import derive_key

if TYPE_CHECKING:
    from syndata_engine.generation.references.references import References


def tiers_of(refs: References, fk: ForeignKeySchema, children: int) -> Tiers:
    """The children of a reference whose parents have weights; Refused where these cannot be met."""
    assert fk.weights is not None  # noqa: S101 -- asked for those only
    check_weighed(refs, fk)
    labels, shares, key = _values(refs, fk)
    given = dict(fk.weights.values)
    for label in given:
        if label not in labels:
            _refuse(fk, f"{fk.weights.column} never is {label!r}", f"it is one of: {', '.join(labels[:12])}")
    missing = [label for label in labels if label not in given]
    if missing:
        _refuse(fk, f"no weight is given for {', '.join(missing[:12])}", "give each value of the column a weight")
    parents = refs.dataset.rows(fk.parent_table or "")
    counts = apportioned(parents, shares)
    exact = [Fraction(given[label]) for label in labels]
    unit = lcm(*(weight.denominator for weight in exact))
    wanted = tuple(count * int(weight * unit) for count, weight in zip(counts, exact, strict=True))
    if parents and children and not any(wanted):
        _refuse(fk, f"every row of {fk.parent_table} has the weight 0", "give one that occurs a weight above 0")
    own = derive_key(refs.context.seed, "fan-out", refs.table.id, fk.id)
    keys = range(own, own + len(counts))
    if fk.fan_out is not None:
        shared = _inside(fk, children, counts, wanted)
        maps = tuple(_varied(fk.fan_out, *one) for one in zip(counts, shared, keys, strict=True))
    else:
        shared = apportioned(children, wanted) if any(wanted) else (0,) * len(wanted)
        maps = tuple(map(_even, counts, shared, keys))
    return Tiers(Bijection(max(parents, 1), key), maps, own)


def weighed_parents(refs: References, fk: ForeignKeySchema, parents: int) -> int:
    """How many of so many parents would have a weight above 0."""
    assert fk.weights is not None  # noqa: S101 -- asked for those only
    labels, shares, _ = _values(refs, fk)
    given = dict(fk.weights.values)
    return sum(count for label, count in zip(labels, apportioned(parents, shares), strict=True) if given.get(label))


def _inside(fk: ForeignKeySchema, children: int, counts: tuple[int, ...], wanted: tuple[int, ...]) -> tuple[int, ...]:
    """The children of each tier by weight, as far as min..max of each parent allows it.

    Tiers that would have too many, or too few, have their bound; the others share what is left by their weights.
    """
    assert fk.fan_out is not None  # noqa: S101 -- asked for those only
    low, high = fk.fan_out.min, fk.fan_out.max
    if not sum(counts) * low <= children <= sum(counts) * high:
        # Refused with the rows of both tables, where these are decided.
        return tuple(count * high for count in counts)
    if low and any(count and not weight for count, weight in zip(counts, wanted, strict=True)):
        what = f"a value of {fk.weights.column if fk.weights else ''} has the weight 0, and the fan-out gives every parent {low:,} children at least"
        _refuse(fk, what, "let the fan-out begin at 0, or give it a weight above 0")
    room = sum(count for count, weight in zip(counts, wanted, strict=True) if weight)
    if children and not room * low <= children <= room * high:
        word, bound = ("most", high) if children > room * high else ("least", low)
        what = f"{room:,} {fk.parent_table} with a weight above 0 x at {word} {bound:,} = {room * bound:,}, and {children:,} rows refer"
        _refuse(fk, what, "change the fan-out or the rows, or give more of them a weight above 0")
    fixed: dict[int, int] = {}
    while True:
        free = [tier for tier in range(len(counts)) if tier not in fixed]
        shares = apportioned(children - sum(fixed.values()), tuple(wanted[tier] for tier in free)) if any(wanted[tier] for tier in free) else (0,) * len(free)  # fmt: skip
        over = {
            tier: counts[tier] * high for tier, share in zip(free, shares, strict=True) if share > counts[tier] * high
        }
        under = {
            tier: counts[tier] * low for tier, share in zip(free, shares, strict=True) if share < counts[tier] * low
        }
        if not over and not under:
            found = {**fixed, **dict(zip(free, shares, strict=True))}
            return tuple(found[tier] for tier in range(len(counts)))
        # What is cut off one side goes to the others; the side with more to cut is never on the wrong bound in the end.
        cut = sum(shares[free.index(tier)] - bound for tier, bound in over.items())
        filled = sum(bound - shares[free.index(tier)] for tier, bound in under.items())
        fixed |= over if cut >= filled else under


def _varied(fan_out: FanOut, parents: int, children: int, key: int) -> FanOutMap:
    return FanOutMap(parents, fan_out.min, fan_out.max, key % 2**64, children, fan_out.distribution)


def _even(parents: int, children: int, key: int) -> FanOutMap:
    share, rest = divmod(children, parents) if parents else (0, 0)
    return FanOutMap(parents, share, share + bool(rest), key % 2**64, children)


def _values(refs: References, fk: ForeignKeySchema) -> tuple[list[str], tuple[int, ...], int]:
    """The values of the parent's column as text, their shares of its rows, and the key that scatters them."""
    assert fk.weights is not None  # noqa: S101
    name, parent = fk.weights.column, refs.dataset.tables[fk.parent_table or ""]
    found = parent.listed(name)
    if isinstance(found, str):
        what = f"nobody knows how many rows of {parent.schema.name} have each value of {name}: {found}"
        fix = f"give {name} the rule choice or boolean with exact: true, no conditions and no null rate"
        if found == "its values are drawn by chance":
            fix = f"add `exact: true` to the rule of {name}: then each value gets its share of {parent.schema.name} to the row"
        _refuse(fk, what, fix)
    parent.build(name, fk.path)
    labels = [
        "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        for value in found.values
    ]
    if len(set(labels)) < len(labels) and found.kind == "choice":
        _refuse(fk, f"a value of {name} stands twice", "list each value once, with its whole weight")
    return labels, found.weights, found.key


def check_weighed(refs: References, fk: ForeignKeySchema) -> None:
    """Refuse a reference whose parents are chosen by something else."""
    why = ""
    if fk.parent_table == refs.table.name:
        why = "refers to its own table"
    elif refs.within(fk) is not None or refs.apart_from(fk) is not None:
        why = "is tied to another reference"
    elif any(set(fk.child_columns) & set(key.columns) and not _counts(refs, fk, key) for key in key_sets(refs.table)):
        why = "is part of a key without its position"
    if why:
        _refuse(fk, f"the reference {fk.id} {why}, so its parents have no weights", "drop one of the two")


def _counts(refs: References, fk: ForeignKeySchema, key: KeySet) -> bool:
    """Whether a key tells the children of one parent apart by counting them, however many there are."""
    builder = refs.dataset.tables[refs.table.name]
    free = [builder.column_schema(name) for name in key.columns if name not in fk.child_columns]
    whole = set(fk.child_columns) <= set(key.columns) and not any(refs.covering(column.name) for column in free)
    return whole and builder.keys.has_position(free, [fk])


def _refuse(fk: ForeignKeySchema, what: str, fix: str) -> NoReturn:
    raise Refused(Fault(fk.weights.path if fk.weights else fk.path, what, fix))
