"""What queries ask for: the names and labels in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml

from deploy.grafana.panels import queries
from deploy.grafana.written import DIRECTORY
from tests.running import REPOSITORY

_WORDS: Final = {"and", "or", "unless", "on", "ignoring", "bool", "offset", "inf", "nan"}
_GROUPING: Final = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
_SELECTOR: Final = re.compile(r"(?<![\w:$])([a-zA-Z_:][\w:]*)?\s*(?:\{([^}]*)\})?(?!\w)")
_MATCHER: Final = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Asked:
    """A series that a query names."""

    name: str
    """Empty where it is named by a matcher of `__name__`."""
    matchers: tuple[tuple[str, str, str], ...]
    """Label, operator, value."""
    grouped: frozenset[str]
    """Labels that the query groups by."""


def read(query: str) -> list[Asked]:
    """Every series that a query names."""
    grouped = frozenset(label.strip() for one in _GROUPING.findall(query) for label in one.split(",") if label.strip())
    rest = re.sub(r"\[[^\]]*\]", "", _GROUPING.sub(" ", query))
    found = []
    for match in _SELECTOR.finditer(rest):
        name, inside = match.group(1) or "", match.group(2)
        if _inside_braces(rest, match.start()) or (not name and inside is None) or name.lower() in _WORDS:
            continue
        if re.match(r"\s*\(", rest[match.end() :]):
            continue  # a function
        found.append(Asked(name, tuple(_MATCHER.findall(inside or "")), grouped))
    return found


def _inside_braces(text: str, at: int) -> bool:
    before = text[:at]
    return before.count("{") > before.count("}")


def everything() -> Iterator[tuple[str, str]]:
    """Every query of the dashboards and alerts, with where it stands."""
    for path in sorted(DIRECTORY.glob("*.json")):
        for query in queries(json.loads(path.read_text(encoding="utf-8"))):
            yield path.name, query
    for path in sorted((REPOSITORY / "deploy" / "prometheus" / "rules").glob("*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            for rule in group["rules"]:
                yield rule.get("alert") or rule["record"], rule["expr"]
