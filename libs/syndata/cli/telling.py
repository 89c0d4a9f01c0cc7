"""What commands say: text for people, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

from syndata.cli.edge import fault_document

if TYPE_CHECKING:
    from syndata.cli.relationships import Checked
    from syndata.local.verifying import Verification
    from syndata.local.writing import Written
    from syndata_contracts.plan import Plan
    from syndata_engine.generation.kinds.registry import Kind
    from syndata_engine.planning import Prepared

_PIPED_WIDTH = 160
_NARROWEST_CELL = 10
_RECORD_WIDTH = 48


def written(result: Written, prepared: Prepared, *, as_json: bool, more: Mapping[str, Any] | None = None) -> None:
    """Say what a run wrote; `more` is what JSON shows beside it."""
    manifest, seconds = result.manifest, max(result.seconds, 1e-6)
    rows = sum(table.rows for table in manifest.tables)
    if as_json:
        tables = [
            {
                "name": table.name,
                "file": str(result.directory / table.file),
                "rows": table.rows,
                "bytes": table.bytes,
                "parts": len(table.parts),
                "digest": table.digest,
                "rows_per_second": round(table.rows / result.table_seconds[table.name]),
            }
            for table in manifest.tables
        ]
        document = {"directory": str(result.directory), "output_format": manifest.output_format, "rows": rows}
        timing = {"seconds": round(seconds, 6), "rows_per_second": round(rows / seconds), "workers": result.workers}
        print_json(
            {**in_force(prepared.plan), **document, **timing, "tables": tables, **warned(prepared), **(more or {})}
        )
        return
    warn(prepared)
    table = grid("table", ">rows", ">bytes", ">rows/s", "file")
    for record in manifest.tables:
        rate = record.rows / result.table_seconds[record.name]
        path = str(result.directory / record.file)
        table.add_row(record.name, f"{record.rows:,}", human_bytes(record.bytes), f"{rate:,.0f}", path)
    screen().print(table)
    total = human_bytes(sum(table.bytes for table in manifest.tables))
    workers = "1 worker" if result.workers == 1 else f"{result.workers} workers"
    say(f"{rows:,} rows, {total} in {seconds:.2f} s with {workers}; {in_force_text(prepared.plan)}")
    say(f"prove it at any time: syndata verify {result.directory}")


def validated(prepared: Prepared, checked: Sequence[Checked] | None = None, *, as_json: bool) -> None:
    """Say that a configuration can be used, and what became of its references where these were looked into."""
    tables = [table.name for table in prepared.plan.tables]
    if as_json:
        looked = {} if checked is None else {"relationships": [asdict(one) for one in checked]}
        print_json(
            {"valid": not any(one.missing for one in checked or ()), "tables": tables, **looked, **warned(prepared)}
        )
        return
    warn(prepared)
    for one in checked or ():
        say(str(one))
    count = len(prepared.warnings)
    warnings = f", {count} warning{'s' if count != 1 else ''}" if count else ""
    say(f"valid: {len(tables)} table{'s' if len(tables) != 1 else ''} ({', '.join(tables)}){warnings}")


def looked_at(rows: Sequence[str], table: str, start: int, *, as_json: bool) -> None:
    """Show rows of a table, given as JSON objects: to programs as they stand, digit by digit, to people as cells."""
    if as_json:
        head = json.dumps({"table": table, "start": start, "count": len(rows)}, ensure_ascii=False)
        sys.stdout.write(f'{head[:-1]}, "rows": [' + ", ".join(rows) + "]}\n")
        return
    records = [_cells(row) for row in rows]
    if not records:
        say(f"{table}: no rows")
        return
    names = list(records[0])
    console = screen()
    if len(names) * (_NARROWEST_CELL + 3) <= console.width:
        lying = grid("row", *names)
        for number, record in enumerate(records, start):
            lying.add_row(f"{number:,}", *(record[name] for name in names))
        console.print(lying)
        return
    across = max(1, console.width // _RECORD_WIDTH)
    for first in range(0, len(records), across):
        shown = records[first : first + across]
        standing = grid("column", *(f"row {start + first + index:,}" for index in range(len(shown))))
        for name in names:
            standing.add_row(name, *(record[name] for record in shown))
        console.print(standing)


def verified(seen: Verification, directory: Path, *, as_json: bool) -> None:
    """Say what verification found."""
    if as_json:
        findings = [
            {"file": one.file, "part": one.part, "start": one.start, "stop": one.stop, "what": one.what}
            for one in seen.findings
        ]
        counts = {"rows": seen.rows, "bytes": seen.bytes, "parts": seen.parts, "regenerated": seen.regenerated}
        print_json({"verified": not findings, "findings": findings, "notes": seen.notes, **counts})
        return
    for note in seen.notes:
        sys.stderr.write(f"note: {note}\n")
    for finding in seen.findings:
        say(str(finding))
    if seen.findings:
        say(f"not verified: {len(seen.findings)} difference{'s' if len(seen.findings) != 1 else ''} in {directory}")
        return
    made = f"all {seen.parts}" if seen.regenerated == seen.parts else f"{seen.regenerated} of {seen.parts}"
    say(f"verified: {seen.rows:,} rows, {human_bytes(seen.bytes)} by digest, {made} parts made again and equal")


def listed(kinds: Sequence[Kind], *, as_json: bool) -> None:
    """List kinds."""
    if as_json:
        documents = [
            {
                "name": kind.name,
                "summary": kind.summary,
                "types": list(kind.types),
                "aliases": list(kind.aliases),
                "options": sorted(field.alias or name for name, field in kind.options.model_fields.items()),
                "values_version": kind.version,
            }
            for kind in kinds
        ]
        print_json({"kinds": documents})
        return
    table = grid("rule", "types", "what it gives", "options")
    for kind in kinds:
        options = sorted(field.alias or name for name, field in kind.options.model_fields.items())
        table.add_row(kind.name, " ".join(kind.types), kind.summary, " ".join(options))
    screen().print(table)


def explained(kind: Kind) -> None:
    """Say what one kind makes, and of what options."""
    say(f"{kind.name}: {kind.summary}")
    if kind.aliases:
        say(f"also called {', '.join(kind.aliases)}")
    say(f"makes {', '.join(kind.types)}")
    table = grid("option", "left out", "meaning")
    for name, field in kind.options.model_fields.items():
        usual = "required" if field.is_required() else field.get_default(call_default_factory=True)
        table.add_row(
            field.alias or name,
            "" if usual is None else json.dumps(usual, default=str).strip('"'),
            field.description or "",
        )
    if kind.options.model_fields:
        screen().print(table)


def print_json(document: object) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def say(text: str) -> None:
    """Print a line for people."""
    sys.stdout.write(text + "\n")


def warn(prepared: Prepared) -> None:
    """Print a plan's warnings on standard error."""
    for fault in prepared.warnings:
        sys.stderr.write(f"warning: {fault}\n")


def screen() -> Console:
    """Standard output; wide when it is no terminal, so that nothing is cut for want of one."""
    return Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH)


def _cells(row: str) -> dict[str, str]:
    """The values of a JSON object without blanks, as they are shown to people: texts bare, all else as it is written."""
    decoder = json.JSONDecoder()
    cells: dict[str, str] = {}
    at = 0
    while row[at] != "}":
        name, begin = decoder.raw_decode(row, at + 1)
        value, at = decoder.raw_decode(row, begin + 1)
        shown = value if isinstance(value, str) else row[begin + 1 : at]
        cells[name] = "NULL" if value is None else shown
    return cells


def human_bytes(count: float) -> str:
    """1536 becomes 1.5 KiB."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:,.1f} PiB"


def grid(*heads: str) -> Table:
    """An empty table; `>` before a head aligns its column to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        table.add_column(head.lstrip(">"), justify="right" if head.startswith(">") else "left", overflow="fold")
    return table


def in_force(plan: Plan) -> dict[str, Any]:
    """Seed and moment, which decide the values, as JSON shows them."""
    return {"seed": plan.seed, "as_of": _moment(plan.as_of)}


def in_force_text(plan: Plan) -> str:
    """Seed and moment, for people."""
    return f"seed {plan.seed}, as of {_moment(plan.as_of)}"


def warned(prepared: Prepared) -> dict[str, Any]:
    """A plan's warnings, as JSON shows them."""
    return {"warnings": [fault_document(fault) for fault in prepared.warnings]}


def _moment(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")
