"""A draft -> YAML in our language, with a comment wherever something was guessed or could not be taken over."""

from __future__ import annotations

from typing import Any

from syndata_engine.reading.flow_text import commented, flow_text, scalar_text
from syndata_engine.reading.sql.drafts import ColumnDraft, Draft, TableDraft

_WIDEST = 160


def write_yaml(draft: Draft) -> str:
    """The document as text."""
    catalogue = draft.catalogue
    said = f" ({catalogue.dialect})" if catalogue.dialect else ""
    lines = [
        f"# Read from {commented(catalogue.source)}{said}. Comments say what was guessed, and what was not taken over."
    ]
    lines += [f"# {commented(remark)}" for remark in (draft.rows_told, *draft.remarks) if remark]
    lines += ["syndata: 1", f"rows: {draft.rows}", "tables:"]
    for table in draft.tables:
        lines += _table(table)
    return "\n".join(lines) + "\n"


def _table(table: TableDraft) -> list[str]:
    body = table.body()
    lines = ["", *(f"  # {commented(remark)}" for remark in table.remarks)]
    lines.append(f"  - table_name: {scalar_text(table.name)}")
    short = ("rows", "primary_key") if table.conditional else ("rows", "primary_key", "unique")
    lines += [f"    {key}: {flow_text(body[key])}{_why_rows(table, key)}" for key in short if key in body]
    if table.conditional:
        lines += ["    unique:", *(f"      - {flow_text(item)}" for item in body["unique"])]
    lines.append("    columns:")
    for column, written in zip(table.columns, body["columns"], strict=True):
        lines += _column(column, written)
    for key in ("constraints", "foreign_keys"):
        if key in body:
            lines.append(f"    {key}:")
            lines += [f"      - {flow_text(item)}" for item in body[key]]
    return lines


def _why_rows(table: TableDraft, key: str) -> str:
    return f"  # {commented(table.rows_told)}" if key == "rows" and table.rows_told else ""


def _column(column: ColumnDraft, written: dict[str, Any]) -> list[str]:
    shown = {key: value["type"] if key == "rule" and _is_bare(value) else value for key, value in written.items()}
    comments = [commented(column.sql.type.text), *map(commented, column.remarks)]
    flow = f"      - {flow_text(shown)}"
    joined = "; ".join(comments)
    if len(flow) + len(joined) + 4 <= _WIDEST:
        return [f"{flow}  # {joined}"]
    return [*(f"      # {comment}" for comment in comments), flow]


def _is_bare(rule: object) -> bool:
    return isinstance(rule, dict) and set(rule) == {"type"}
