"""What was learnt -> a configuration in our own language, with comments that say what was learnt and why."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal, get_args

from syndata_engine.learning.columns import Learnt, nulls_of
from syndata_engine.learning.result import Combined, LearntTable, LearntTables, Reference
from syndata_engine.learning.shapes import pooled
from syndata_engine.reading.flow_text import commented, flow_text, scalar_text

_WIDEST: Final = 150


Aspect = Literal["formulas", "combinations", "correlations", "fan_outs", "unique", "references", "keys", "columns"]
ASPECTS: Final[tuple[Aspect, ...]] = get_args(Aspect)
"""What is learnt of several columns together, in the order in which it may be given up; of `columns` only names are left."""

Dropped = frozenset[tuple[str, Aspect]]
"""What a configuration leaves out, by table: nothing, unless no plan can hold all that was learnt."""


def write_configuration(
    learnt: LearntTables, dropped: Dropped = frozenset(), remarks: tuple[str, ...] = (), rows: int | None = None
) -> str:
    """The configuration as YAML. With `rows` the first table gets so many, and all others keep their proportion to it."""
    told = learnt.threshold
    share = Fraction(1) if rows is None else Fraction(rows, learnt.tables[0].observed.rows)
    lines = [
        "# Learnt from data. No value stands here that fewer than",
        f"# {told.rows} rows (or {told.per_mille} in 1,000) have; values that look personal are made up. Names that no list of",
        "# ours has, under a header that does not say so, do not look so: read this before you give it away.",
        *(f"# {commented(remark)}" for remark in remarks),
        "syndata: 1",
        "tables:",
    ]
    for table in learnt.tables:
        lines += _table(table, learnt, dropped, share)
    return "\n".join(lines) + "\n"


def _table(table: LearntTable, learnt: LearntTables, dropped: Dropped, share: Fraction) -> list[str]:
    observed = table.observed
    sampled = "" if observed.whole else f"; distributions from a sample of {observed.sampled:,} rows"
    lines = [
        f"  # {_counted(observed.rows, 'row')}, {_counted(len(table.columns), 'column')}{sampled}",
        f"  - table_name: {scalar_text(table.name)}",
        f"    rows: {_scaled(observed.rows, share)}",
    ]
    keyless = (table.name, "keys") in dropped or (len(table.primary_key) > 1 and (table.name, "references") in dropped)
    if table.primary_key and not keyless:
        lines.append(f"    primary_key: {flow_text(list(table.primary_key))}")
    if table.unique and (table.name, "unique") not in dropped:
        lines.append(f"    unique: {flow_text(list(table.unique))}")
    lines.append("    columns:")
    combined = [] if (table.name, "combinations") in dropped else table.combined
    together = {name for one in combined for name in one.columns}
    for column in table.columns:
        body, remarks = _body(column, table.name, dropped)
        if column.name in together:
            body = {"name": column.name, "type": column.body["type"]}
            remarks = ["drawn together with others, see combinations"]
        lines += _item(body, "; ".join(remarks))
    lines += _combinations(combined)
    if (table.name, "correlations") not in dropped:
        lines += _correlations(table)
    return lines + _references(table, learnt, dropped, share)


def _body(column: Learnt, table: str, dropped: Dropped) -> tuple[dict[str, Any], list[str]]:
    """A column and what is told of it, without what is given up."""
    if (table, "columns") in dropped:
        return {"name": column.name, "type": "str", "rule": {"type": "null"}}, []
    alone = (table, "references" if column.role == "reference" else "formulas") in dropped
    alone |= column.role == "copied" and (table, "references") in dropped
    if column.drawn is not None and alone:
        return {"name": column.name, **column.drawn}, []
    return {"name": column.name, **column.body}, column.remarks


def _combinations(combined: list[Combined]) -> list[str]:
    lines: list[str] = []
    for one in combined:
        body = {
            "columns": list(one.columns),
            "values": [list(values) for values, _ in one.rows],
            "weights": [min(count, 999_999_999) for _, count in one.rows],
        }
        told = "they depend on each other" + (f"; {one.rare} rarer combinations are not told" if one.rare else "")
        lines += _item(body, told)
    return ["    combinations:", *lines] if lines else []


def _correlations(table: LearntTable) -> list[str]:
    """One group, as a matrix that has a row for every column: what stands on and below the diagonal."""
    names = list(dict.fromkeys(name for pair in table.correlated for name in (pair.one, pair.other)))
    if not names:
        return []
    found = {(pair.one, pair.other): pair.normal for pair in table.correlated}
    matrix = [
        [*(_rounded(found.get((other, one), found.get((one, other), 0.0))) for other in names[:place]), 1]
        for place, one in enumerate(names)
    ]
    lines = ["    correlate:", "      # correlations of normal scores, from those of ranks"]
    lines += [f"      - columns: {flow_text(names)}", "        matrix:"]
    return lines + [f"          - {flow_text(row)}" for row in matrix]


def _rounded(number: float) -> Decimal:
    return Decimal(str(number + 0.0))


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _scaled(rows: int, share: Fraction) -> int:
    return max(1, round(rows * share)) if share else 0


def _references(table: LearntTable, learnt: LearntTables, dropped: Dropped, share: Fraction) -> list[str]:
    entries = []
    if (table.name, "references") in dropped:
        return []
    for one in learnt.references:
        if one.table == table.name:
            body, told = _reference(one, learnt, fan_out=(table.name, "fan_outs") not in dropped)
            if "roots" in body:
                body["roots"] = _scaled(body["roots"], share)
            entries += _item(body, told)
    return ["    foreign_keys:", *entries] if entries else []


def _reference(one: Reference, learnt: LearntTables, *, fan_out: bool) -> tuple[dict[str, Any], str]:
    """A reference as our language has it, and what is told of it."""
    table = learnt.table(one.table)
    body: dict[str, Any] = {"child_column": one.column, "parent_table": one.parent, "parent_column": one.key}
    if one.reflexive:
        if one.roots:
            body["roots"] = one.roots
        if one.depth and fan_out:
            body["depth"] = one.depth
        return body, "levels and roots as in the source"
    observed = table.column(one.column).observed
    body |= nulls_of(observed)
    if one.column in table.keys:
        body["fan_out"] = {"min": 0, "max": 1}
        return body, "at most one for each parent"
    if one.column in table.primary_key and one is not _counting(table, learnt):
        return body, "part of the key, so the other reference alone says how many children parents have"
    histogram = pooled(one.children, learnt.threshold) if fan_out else None
    if histogram is None:
        return body, "too few parents to tell how many children they have" if fan_out else ""
    held = _holding(histogram, observed.values, learnt.table(one.parent).observed.rows)
    body["fan_out"] = {"histogram": [list(pair) for pair in held]}
    return body, "how many children parents have; each number is that of enough parents, or a mean"


def _counting(table: LearntTable, learnt: LearntTables) -> Reference:
    """Of references that are a key together, the one that says how many children parents have: of the larger parent."""
    parts = [one for one in learnt.references if one.table == table.name and one.column in table.primary_key]
    return max(parts, key=lambda one: learnt.table(one.parent).observed.rows)


def _holding(histogram: list[tuple[int, int]], children: int, parents: int) -> list[tuple[int, int]]:
    """The histogram, widened where so many parents could not have so many children by it."""
    numbers = dict(histogram)
    for number in (children // parents, -(-children // parents)):
        if not min(numbers) <= number <= max(numbers):
            numbers[number] = 1
    return sorted(numbers.items())


def _item(body: dict[str, Any], comment: str) -> list[str]:
    shown = {key: value["type"] if key == "rule" and set(value) == {"type"} else value for key, value in body.items()}
    flow = f"      - {flow_text(shown)}"
    told = commented(comment)
    if not told:
        return [flow]
    if len(flow) + len(told) + 4 <= _WIDEST:
        return [f"{flow}  # {told}"]
    return [f"      # {told}", flow]
