"""A draft -> YAML in our language, with a comment wherever something was guessed or could not be taken over."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from syndata_engine.reading.sql.drafts import ColumnDraft, Draft, TableDraft

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_WIDEST = 160


def write_yaml(draft: Draft) -> str:
    """The document as text."""
    catalogue = draft.catalogue
    said = f" ({catalogue.dialect})" if catalogue.dialect else ""
    lines = [
        f"# Read from {_line(catalogue.source)}{said}. Comments say what was guessed, and what was not taken over."
    ]
    lines += [f"# {_line(remark)}" for remark in (draft.rows_told, *draft.remarks) if remark]
    lines += ["syndata: 1", f"rows: {draft.rows}", "tables:"]
    for table in draft.tables:
        lines += _table(table)
    return "\n".join(lines) + "\n"


def _table(table: TableDraft) -> list[str]:
    body = table.body()
    lines = ["", *(f"  # {_line(remark)}" for remark in table.remarks)]
    lines.append(f"  - table_name: {_scalar(table.name)}")
    short = ("rows", "primary_key") if table.conditional else ("rows", "primary_key", "unique")
    lines += [f"    {key}: {_flow(body[key])}{_why_rows(table, key)}" for key in short if key in body]
    if table.conditional:
        lines += ["    unique:", *(f"      - {_flow(item)}" for item in body["unique"])]
    lines.append("    columns:")
    for column, written in zip(table.columns, body["columns"], strict=True):
        lines += _column(column, written)
    for key in ("constraints", "foreign_keys"):
        if key in body:
            lines.append(f"    {key}:")
            lines += [f"      - {_flow(item)}" for item in body[key]]
    return lines


def _why_rows(table: TableDraft, key: str) -> str:
    return f"  # {_line(table.rows_told)}" if key == "rows" and table.rows_told else ""


def _column(column: ColumnDraft, written: dict[str, Any]) -> list[str]:
    shown = {key: value["type"] if key == "rule" and _is_bare(value) else value for key, value in written.items()}
    comments = [_line(column.sql.type.text), *map(_line, column.remarks)]
    flow = f"      - {_flow(shown)}"
    joined = "; ".join(comments)
    if len(flow) + len(joined) + 4 <= _WIDEST:
        return [f"{flow}  # {joined}"]
    return [*(f"      # {comment}" for comment in comments), flow]


def _is_bare(rule: object) -> bool:
    return isinstance(rule, dict) and set(rule) == {"type"}


def _line(text: str) -> str:
    """A text that stays inside its comment."""
    return "".join(mark if mark.isprintable() else " " for mark in text).strip()


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(mark if mark.isprintable() else f"\\U{ord(mark):08X}" for mark in quoted)
