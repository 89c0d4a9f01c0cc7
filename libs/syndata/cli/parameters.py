"""The options by which a strategy is told what to make, and a command which rules of one's own there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

StrategyOption = Annotated[
    str | None, typer.Option("--strategy", metavar="NAME", help="A strategy; `syndata strategies` lists them.")
]
ParamOption = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="NAME=VALUE", help="A parameter of the strategy; may be repeated."),
]
SampleDataOption = Annotated[
    list[str] | None,
    typer.Option(
        "--sample-data",
        metavar="FILE",
        help="CSV or Parquet to learn from: as `profile`, then generate. May be repeated; --rows are the first table's.",
    ),
]
RulesOption = Annotated[
    Path | None,
    typer.Option("--rules", metavar="FILE", help="A Python file that announces rules of your own; it is run."),
]


def with_rules(rules: Path | None) -> None:
    """Announce the rules of a file, where one is named; Refused, with its line, when it fails."""
    if rules is not None:
        from syndata.own_rules import load_rules

        load_rules(rules)


def sampled(data: Sequence[str], rows: int | None) -> str:
    """The configuration of tables like those in files; `rows` are the first one's, and others keep their proportion."""
    from syndata.profiles import profile

    return profile(list(data)).config(rows=rows)


def configured(strategy: str, params: Sequence[str] | None) -> dict[str, Any]:
    """The configuration of a strategy with parameters as they are typed; Refused where they are wrong."""
    from syndata_contracts.strategies import strategy_named

    given: dict[str, Any] = {}
    for param in params or ():
        name, equals, value = param.partition("=")
        if not equals or not name.strip():
            raise typer.BadParameter(f"expected NAME=VALUE, got {param!r}", param_hint="--param")
        if name.strip() in given:
            raise typer.BadParameter(f"{name.strip()} is given twice", param_hint="--param")
        given[name.strip()] = _value(value.strip())
    return strategy_named(strategy).configuration(given)


def _value(text: str) -> Any:
    """A number, true or false; else the text itself."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
