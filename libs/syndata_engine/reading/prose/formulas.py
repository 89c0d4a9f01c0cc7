"""Formulas in words -> expressions of the schema language."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from syndata_contracts.errors import Fault
from syndata_engine.generation.columns.context import name_words
from syndata_engine.reading.names import suggest
from syndata_engine.reading.prose.columns import Decided, Table, Wanted, fault, made

_SIGNS: Final = (
    (r"multiplied by|times", "*"),
    (r"plus|added to", "+"),
    (r"minus|less", "-"),
    (r"divided by|over", "/"),
)


def decide_formula(wanted: Wanted, table: Table, faults: list[Fault]) -> Decided:
    """An expression over columns of the table, whatever way they are written."""
    others = {other.name: other for other in table.columns if other is not wanted}
    text = (wanted.detail.formula or "").lower() or _usual(wanted.name, others)
    if not text:
        fix = "say how, with names of other columns: calculated as quantity * unit price"
        faults.append(fault(wanted, "it is calculated, and nothing says from what", fix))
        return made(wanted, "int", {"type": "formula", "formula": "0"})
    for said, sign in _SIGNS:
        text = re.sub(rf"\s*\b(?:{said})\b\s*", f" {sign} ", text)
    text = re.sub(r"\bsum of ([\w ]+?) and ([\w ]+)", r"\1 + \2", text)
    parts = re.split(r"(\s*[-+*/()]\s*)", text)
    written = "".join(part if index % 2 else _operand(part, wanted, others, faults) for index, part in enumerate(parts))
    return made(wanted, "decimal(14,2)", {"type": "formula", "formula": " ".join(written.split())})


def _usual(name: str, others: dict[str, Wanted]) -> str:
    """Quantity times price, where a total says only that it is calculated."""
    amounts = [one for one in others if set(name_words(one)) & {"quantity", "qty", "units", "count"}]
    prices = [one for one in others if set(name_words(one)) & {"price", "rate", "cost"}]
    total = bool({"total", "amount", "subtotal", "cost", "revenue", "sum", "value"} & set(name_words(name)))
    return f"{amounts[0]} * {prices[0]}" if total and len(amounts) == len(prices) == 1 else ""


def _operand(text: str, wanted: Wanted, others: dict[str, Wanted], faults: list[Fault]) -> str:
    plain = text.strip()
    if not plain or re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return plain
    if share := re.fullmatch(r"(\d+(?:\.\d+)?)\s*%(?: of (.+))?", plain):
        part = f"{(Decimal(share[1]) / 100).normalize():f}"
        return f"{part} * {_operand(share[2], wanted, others, faults)}" if share[2] else part
    name = "_".join(name_words(re.sub(r"\b(?:the|a|an)\b", "", plain)))
    close = [one for one in others if one == name or set(name.split("_")) <= set(one.split("_"))]
    if name in others:
        return name
    if len(close) == 1:
        return close[0]
    fix = suggest(name, others, noun="columns")
    faults.append(fault(wanted, f"it is calculated from {plain!r}, which is no column of this table", fix))
    return "0"
