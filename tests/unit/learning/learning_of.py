"""What is learnt of small tables that tests write."""

from __future__ import annotations

from typing import Any

import yaml

from syndata.profiles import known_names
from syndata_engine.learning import CsvObserver, LearntTables, Threshold, learn, report, write_configuration


def learnt_of(tables: dict[str, str], least: int = 1) -> LearntTables:
    """What is learnt of CSVs by name."""
    observed = []
    for name, text in tables.items():
        observer = CsvObserver(name)
        observer.add(text.encode())
        observed.append(observer.finish())
    return learn(observed, Threshold(rows=least), known_names())


def table_of(text: str, least: int = 1) -> dict[str, Any]:
    """The configuration of one table, parsed."""
    document = yaml.safe_load(write_configuration(learnt_of({"things": text}, least)))
    found: dict[str, Any] = document["tables"][0]
    return found


def column_of(values: list[str], name: str = "value", least: int = 1) -> dict[str, Any]:
    """The configuration of one column of these fields, beside one that is never empty."""
    quoted = ['"' + value.replace('"', '""') + '"' for value in values]
    table = table_of(f"{name},filler\n" + "".join(f"{value},x\n" for value in quoted), least)
    found: dict[str, Any] = table["columns"][0]
    return found


def findings_of(tables: dict[str, str], least: int = 1) -> set[tuple[str, str]]:
    """Columns, and what was found in them."""
    return {(one["column"], one["code"]) for one in report(learnt_of(tables, least))["findings"]}
