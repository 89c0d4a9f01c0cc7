"""What was learnt -> a configuration in our own language, with comments that say what was learnt and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from syndata_engine.learning.result import LearntTable, LearntTables
from syndata_engine.reading.flow_text import commented, flow_text, scalar_text

_WIDEST: Final = 150


@dataclass(frozen=True, slots=True)
class Kept:
    """Which of what was learnt of several columns together stands in the configuration."""

    fan_outs: bool = True
    orders: bool = True
    combinations: bool = True
    correlations: bool = True
    unique: bool = True


ALL: Final = Kept()
LESS: Final = (
    ALL,
    Kept(orders=False),
    Kept(orders=False, combinations=False),
    Kept(orders=False, combinations=False, correlations=False),
    Kept(orders=False, combinations=False, correlations=False, fan_outs=False),
    Kept(orders=False, combinations=False, correlations=False, fan_outs=False, unique=False),
)
"""What is kept, ever less of it: for data of which no plan can hold all."""


def write_configuration(learnt: LearntTables, kept: Kept = ALL, remarks: tuple[str, ...] = ()) -> str:
    """The configuration as YAML."""
    told = learnt.threshold
    lines = [
        "# Learnt from data. No value stands here that fewer than",
        f"# {told.rows} rows (or {told.per_mille} in 1,000) have; values that may tell who somebody is are made up.",
        *(f"# {commented(remark)}" for remark in remarks),
        "syndata: 1",
        "tables:",
    ]
    for table in learnt.tables:
        lines += _table(table, learnt, kept)
    return "\n".join(lines) + "\n"


def _table(table: LearntTable, learnt: LearntTables, kept: Kept) -> list[str]:
    observed = table.observed
    sampled = "" if observed.whole else f"; distributions from a sample of {observed.sampled:,} rows"
    lines = [
        f"  # {observed.rows:,} rows, {len(table.columns)} columns{sampled}",
        f"  - table_name: {scalar_text(table.name)}",
        f"    rows: {observed.rows}",
    ]
    if table.primary_key:
        lines.append(f"    primary_key: {flow_text(list(table.primary_key))}")
    lines.append("    columns:")
    for column in table.columns:
        body = {"name": column.name, **column.body}
        lines += _item(body, "; ".join(column.remarks))
    return lines


def _item(body: dict[str, Any], comment: str) -> list[str]:
    shown = {key: value["type"] if key == "rule" and set(value) == {"type"} else value for key, value in body.items()}
    flow = f"      - {flow_text(shown)}"
    told = commented(comment)
    if not told:
        return [flow]
    if len(flow) + len(told) + 4 <= _WIDEST:
        return [f"{flow}  # {told}"]
    return [f"      # {told}", flow]
