"""The report as one page of HTML that needs nothing else: no script, no network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Final

_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:2px solid #d8dee4;padding-bottom:.2rem}
table{border-collapse:collapse;width:100%;margin:.8rem 0}th,td{text-align:left;vertical-align:top;padding:.35rem .7rem;border-bottom:1px solid #e4e8ec}
th{background:#f3f5f7}td.n{text-align:right;font-variant-numeric:tabular-nums}code{background:#f3f5f7;padding:0 .25rem}
.error{color:#a40e26;font-weight:600}.warning{color:#8a5a00;font-weight:600}.note{color:#57606a}.small{color:#57606a;font-size:.85rem}
svg{display:block}rect{fill:#3b7dd8}.scroll{overflow-x:auto}
"""
_WIDTH, _HEIGHT = 240, 44


def page(report: dict[str, Any]) -> str:
    """The page of a report."""
    names = ", ".join(table["name"] for table in report["tables"])
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>Profile of {_text(names)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Profile of {_text(names)}</h1>",
        f"<p>{_text(_opening(report))}</p>",
        _findings(report["findings"]),
        _references(report["references"]),
        *(_table(table) for table in report["tables"]),
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _opening(report: dict[str, Any]) -> str:
    tables = report["tables"]
    rows = sum(table["rows"] for table in tables)
    threshold = report["threshold"]
    return (
        f"{len(tables)} tables, {sum(len(table['columns']) for table in tables)} columns, {rows:,} rows. "
        f"Values are shown that at least {threshold['rows']} rows and {threshold['per_mille']} in 1,000 have, "
        "and none that look personal; names that no list of ours has, under a header that does not say so, do not. The least and greatest numbers are those of the data."
    )


def _text(value: object) -> str:
    return escape(str(value), quote=True)


def _rows(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{_text(name)}</th>" for name in head)
    lines = "".join("<tr>" + "".join(cells) + "</tr>" for cells in body)
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>'


def _cell(value: object, style: str = "") -> str:
    shown = f' class="{style}"' if style else ""
    return f"<td{shown}>{_text(value)}</td>"


def _findings(findings: list[dict[str, Any]]) -> str:
    if not findings:
        return "<h2>Findings</h2><p>Nothing seems wrong.</p>"
    body = (
        [
            _cell(one["severity"], one["severity"]),
            f"<td><code>{_text(one['table'])}{'.' if one['column'] else ''}{_text(one['column'])}</code></td>",
            _cell(one["what"]),
            _cell(one["advice"]),
        ]
        for one in sorted(findings, key=lambda one: ("error", "warning", "note").index(one["severity"]))
    )
    return "<h2>Findings</h2>" + _rows(("severity", "where", "what", "what to do"), body)


def _references(references: list[dict[str, Any]]) -> str:
    if not references:
        return ""
    body = (
        [
            f"<td><code>{_text(one['table'])}.{_text(one['column'])}</code></td>",
            f"<td><code>{_text(one['parent_table'])}.{_text(one['parent_column'])}</code></td>",
            _cell(f"{math.floor(one['contained_share'] * 1000) / 10:.1f}%", "n"),
            _cell(f"{one['orphan_rows']:,}", "n"),
            _cell(_children(one["children_per_parent"]), "n"),
        ]
        for one in references
    )
    head = ("column", "refers to", "values found there", "orphan rows", "children of a parent")
    return "<h2>References</h2>" + _rows(head, body)


def _children(found: dict[str, Any]) -> str:
    if found["mean"] is None:
        return ""
    return f"{found['min']} to {found['max']}, {found['mean']:.2f} on average"


def _table(table: dict[str, Any]) -> str:
    told = f"{table['rows']:,} rows"
    if table["sampled"]:
        told += f"; quantiles, frequent values and correlations of a sample of {table['sampled_rows']:,}"
    if table["primary_key"]:
        told += f"; key: {', '.join(table['primary_key'])}"
    body = (_column(column) for column in table["columns"])
    parts = [f"<h2>{_text(table['name'])}</h2><p>{_text(told)}</p>"]
    parts.append(_rows(("column", "type", "missing", "different", "values", "how they are spread"), body))
    parts += [_correlations(table["correlations"]), _combinations(table["combinations"])]
    return "".join(parts)


def _column(column: dict[str, Any]) -> list[str]:
    about = "" if column["distinct_exact"] else "about "
    meaning = column.get("meaning")
    meant = f'<br><span class="small">{_text(meaning["kind"])}, {meaning["share"]:.0%}</span>' if meaning else ""
    return [
        f"<td><code>{_text(column['name'])}</code>{meant}</td>",
        _cell(column["type"]),
        _cell(f"{column['null_share']:.1%}", "n"),
        _cell(f"{about}{column['distinct']:,}{', a key' if column['unique'] else ''}", "n"),
        f"<td>{_told(column)}</td>",
        f"<td>{_drawn(column)}</td>",
    ]


def _told(column: dict[str, Any]) -> str:
    if "quantiles" in column:
        quantiles = column["quantiles"]
        middle = f"{quantiles['0.25']} · {quantiles['0.50']} · {quantiles['0.75']}"
        mean = column.get("mean")
        parts = [f"{column['min']} to {column['max']}", f"quartiles {middle}"]
        parts += [] if mean is None else [f"mean {mean:.6g}, deviation {column['standard_deviation'] or 0:.6g}"]
        return "<br>".join(_text(part) for part in parts)
    if "frequent" in column:
        rare = column.get("rare_values", 0)
        return _text(f"and {rare:,} rare ones" if rare else "all of them are shown")
    if "lengths" in column:
        lengths = column["lengths"]
        return _text(f"{lengths['minimum']} to {lengths['maximum']} characters") + (
            f"<br><code>{_text(column['shape'])}</code>" if "shape" in column else ""
        )
    return ""


def _drawn(column: dict[str, Any]) -> str:
    if "frequent" in column:
        return _bars_across([(one["value"], one["share"]) for one in column["frequent"][:8]])
    if "bars" in column:
        bars = column["bars"]
        return _bars_up(bars["rows"]) + f'<span class="small">{_text(bars["from"])} to {_text(bars["to"])}</span>'
    return ""


def _bars_up(rows: list[int]) -> str:
    most, width = max(rows), _WIDTH / len(rows)
    rectangles = "".join(
        f'<rect x="{place * width:.1f}" y="{_HEIGHT - _HEIGHT * count / most:.1f}" width="{width - 1:.1f}" height="{_HEIGHT * count / most:.1f}"/>'
        for place, count in enumerate(rows)
    )
    return f'<svg role="img" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}">{rectangles}</svg>'


def _bars_across(values: list[tuple[str, float]]) -> str:
    most, step = max(share for _, share in values), 18
    lines = "".join(
        f'<rect x="0" y="{place * step + 3}" width="{70 * share / most:.1f}" height="11"/>'
        f'<text x="76" y="{place * step + 13}" font-size="12">{_text(_short(value))} {share:.1%}</text>'
        for place, (value, share) in enumerate(values)
    )
    height = len(values) * step
    return f'<svg role="img" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}">{lines}</svg>'


def _short(value: str) -> str:
    return value if len(value) <= 24 else value[:23] + "…"


def _correlations(pairs: list[dict[str, Any]]) -> str:
    strong = sorted((one for one in pairs if abs(one["rank"]) >= 0.1), key=lambda one: -abs(one["rank"]))[:20]
    if not strong:
        return ""
    body = ([_cell(" and ".join(one["columns"])), _cell(f"{one['rank']:+.2f}", "n")] for one in strong)
    return "<h3>Columns that rise and fall together</h3>" + _rows(("columns", "correlation of ranks"), body)


def _combinations(found: list[dict[str, Any]]) -> str:
    if not found:
        return ""
    body = ([_cell(", ".join(one["columns"])), _cell(one["combinations"], "n")] for one in found)
    return "<h3>Columns whose values belong together</h3>" + _rows(("columns", "frequent combinations"), body)
