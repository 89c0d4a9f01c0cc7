"""What a panel is to us, and how Grafana wants to read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

SOURCE: Final = {"type": "prometheus", "uid": "prometheus"}
COLUMNS: Final = 24
"""Of Grafana's grid."""
_TALL: Final = {"timeseries": 8, "stat": 4, "table": 8, "heatmap": 8, "text": 4, "state-timeline": 8}
WHOLE: Final = "locale"
"""Grafana's unit for numbers that are shown digit by digit, where `short` would say 3 Mil."""

Target = tuple[str, str]
"""A query, and how its lines are called: `{{label}}` stands for a label's value."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture, which answers one question."""

    title: str
    says: str
    """What is to be seen, and what would be wrong; shown when pointed at."""
    targets: Sequence[Target] = ()
    kind: str = "timeseries"
    """timeseries, stat, table, heatmap, state-timeline (a bar for each line), or text, which shows `says` itself."""
    unit: str = "short"
    """One of Grafana's units."""
    width: int = 8
    stacked: bool = False
    thresholds: Sequence[tuple[float, str]] = ()
    """From this value on, this colour."""
    words: Sequence[tuple[int, str, str]] = ()
    """What a value is called, and its colour, where it is not a number to people."""
    columns: Sequence[tuple[str, str]] = ()
    """Of a table: what Grafana calls a column, and what people do; others are not shown."""
    exemplars: bool = False
    """Show traces as dots."""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Panels that answer one question together."""

    uid: str
    question: str
    panels: Sequence[Panel]
    since: str = "now-1h"


def quantile(share: float, histogram: str, *, by: str = "le", where: str = "") -> str:
    """The query for what a share of a histogram's values does not exceed; `by` must keep `le`."""
    return f"histogram_quantile({share}, sum by ({by}) (rate({histogram}_bucket{where}[$__rate_interval])))"


def queries(dashboard: dict[str, Any]) -> list[str]:
    """Every query of a dashboard's document, as Prometheus would get it."""
    found = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    return [re.sub(r"\$__(rate_interval|range|interval)", "5m", query) for query in found]


def document(dashboard: Dashboard) -> dict[str, Any]:
    """A dashboard as Grafana provisions it."""
    panels: list[dict[str, Any]] = []
    left, top, tallest = 0, 0, 0
    for number, panel in enumerate(dashboard.panels, 1):
        tall = _TALL[panel.kind]
        if left + panel.width > COLUMNS:
            left, top, tallest = 0, top + tallest, 0
        panels.append(_panel(panel, number) | {"gridPos": {"x": left, "y": top, "w": panel.width, "h": tall}})
        left, tallest = left + panel.width, max(tallest, tall)
    return {
        "uid": dashboard.uid,
        "title": dashboard.question,
        "tags": ["syndata"],
        "schemaVersion": 39,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "15s",
        "time": {"from": dashboard.since, "to": "now"},
        "timezone": "browser",
        "links": [{"type": "dashboards", "tags": ["syndata"], "title": "Questions", "asDropdown": False,
                   "includeVars": False, "keepTime": True}],
        "panels": panels,
    }  # fmt: skip


def _panel(panel: Panel, number: int) -> dict[str, Any]:
    if panel.kind == "text":
        return {
            "id": number,
            "title": panel.title,
            "type": "text",
            "options": {"mode": "markdown", "content": panel.says},
        }
    return {
        "id": number,
        "title": panel.title,
        "description": panel.says,
        "type": panel.kind,
        "datasource": SOURCE,
        "targets": [_target(panel, target, letter) for target, letter in zip(panel.targets, "ABCDEF", strict=False)],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _options(panel),
        **_transformed(panel),
    }


def _transformed(panel: Panel) -> dict[str, Any]:
    """A table's columns in order, and without the moment of asking."""
    if not panel.columns:
        return {}
    options = {
        "excludeByName": {"Time": True},
        "indexByName": {name: place for place, (name, _) in enumerate(panel.columns)},
        "renameByName": dict(panel.columns),
    }
    return {"transformations": [{"id": "organize", "options": options}]}


def _target(panel: Panel, target: Target, letter: str) -> dict[str, Any]:
    query, legend = target
    now = panel.kind in {"stat", "table"}
    return {
        "refId": letter,
        "datasource": SOURCE,
        "expr": query,
        "legendFormat": legend,
        "instant": now,
        "range": not now,
        "exemplar": panel.exemplars,
        "format": {"table": "table", "heatmap": "heatmap"}.get(panel.kind, "time_series"),
    }


def _defaults(panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green" if panel.thresholds else "text", "value": None}]
    steps += [{"color": colour, "value": value} for value, colour in panel.thresholds]
    defaults: dict[str, Any] = {"unit": panel.unit, "min": 0, "thresholds": {"mode": "absolute", "steps": steps}}
    if panel.kind == "stat" and panel.unit in {"short", WHOLE}:
        defaults["decimals"] = 0  # increases are extrapolated; nobody made half a job
    if panel.kind == "table":
        defaults["noValue"] = "nothing"
    if panel.words:
        options = {str(value): {"text": word, "color": colour} for value, word, colour in panel.words}
        defaults["mappings"] = [{"type": "value", "options": options}]
    if panel.kind == "timeseries":
        defaults["custom"] = {
            "lineWidth": 1,
            "fillOpacity": 25 if panel.stacked else 5,
            "showPoints": "never",
            "stacking": {"mode": "normal" if panel.stacked else "none"},
        }
        if panel.thresholds:
            defaults["custom"]["thresholdsStyle"] = {"mode": "line"}
    return defaults


def _options(panel: Panel) -> dict[str, Any]:
    match panel.kind:
        case "stat":
            return {
                "colorMode": "background" if panel.thresholds else "value",
                "graphMode": "none",
                "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            }
        case "heatmap":
            return {"calculate": False, "yAxis": {"unit": panel.unit}, "color": {"scheme": "Blues", "mode": "scheme"}}
        case "table":
            return {"showHeader": True}
        case "state-timeline":
            return {"mergeValues": True, "showValue": "never", "legend": {"showLegend": False}}
        case _:
            return {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}}
