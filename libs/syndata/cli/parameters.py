"""The options by which a strategy is told what to make, and a command which rules of one's own there are."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from syndata_contracts.errors import Refused
from syndata_contracts.presets import PRESETS

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


PriorityName = Literal["low", "normal", "high"]
TemplateOption = Annotated[
    str | None, typer.Option("--template", metavar="NAME", help="The same as --preset, as other systems call it.")
]
WaitOption = Annotated[bool, typer.Option("--wait", help="Changes nothing: this command always waits for its files.")]
PriorityOption = Annotated[
    PriorityName,
    typer.Option("--priority", help="low: leave the processor to others. A server's queue has all three: `submit`."),
]
BatchOption = Annotated[
    int | None,
    typer.Option(
        "--batch-size", min=1, metavar="ROWS", help="A line of progress for each so many. Bytes stay the same."
    ),
]
PerformanceOption = Annotated[bool, typer.Option("--profile-performance", help="Say where the time went.")]
DebugOption = Annotated[bool, typer.Option("--debug-relationships", help="Say how tables hang together.")]
CheckOption = Annotated[
    bool, typer.Option("--check-relationships", help="Make rows of every reference and look their parents up.")
]


def take_priority(priority: PriorityName) -> None:
    """Leave the processor to others, if that is wanted; the workers that come follow."""
    if priority == "low":
        os.nice(10)
    elif priority == "high":
        sys.stderr.write("note: --priority high changes nothing here; a server that makes several jobs knows it\n")


def template_named(template: str | None, preset: str | None) -> str | None:
    """The preset that either option names; a usage error for both, or for a name that there is not."""
    if template is None:
        return preset
    if preset is not None:
        raise typer.BadParameter("this is the same as --preset: give one of them", param_hint="--template")
    if template not in PRESETS:
        raise typer.BadParameter(
            f"there is no template {template!r}; there are {', '.join(PRESETS)}", param_hint="--template"
        )
    return template


def with_rules(rules: Path | None) -> None:
    """Announce the rules of a file, where one is named; Refused, with its line, when it fails."""
    if rules is not None:
        from syndata.own_rules import load_rules

        load_rules(rules)


def sampled(data: Sequence[str], rows: int | None, *, beside: str | None) -> str:
    """The configuration of tables like those in files; `rows` are the first one's, and others keep their proportion.

    A usage error where something else says what to make, `beside` them.
    """
    if beside:
        raise typer.BadParameter("data stands for a configuration: give one of the two", param_hint="--sample-data")
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


def parsed_scale(scale: str | None) -> Decimal:
    """The scale of a command line; a usage error where it is none."""
    from syndata_engine.planning import parse_scale

    try:
        return Decimal(1) if scale is None else parse_scale(scale)
    except Refused as refusal:
        fault = refusal.faults[0]
        raise typer.BadParameter(f"{fault.what}; {fault.fix}", param_hint="--scale") from None


def moment(as_of: str | None) -> datetime | None:
    """The moment of a command line; a usage error where it is none."""
    from syndata.preparing import parse_as_of

    try:
        return None if as_of is None else parse_as_of(as_of)
    except Refused as refusal:
        fault = refusal.faults[0]
        raise typer.BadParameter(f"{fault.what}; {fault.fix}", param_hint="--as-of") from None
