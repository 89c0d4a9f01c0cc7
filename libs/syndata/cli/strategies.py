"""`syndata strategies`: which there are, and what each can be told."""

from __future__ import annotations

from typing import Annotated

import typer

from syndata.cli.commands import app


@app.command()
def strategies(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Show the parameters of this one.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, with JSON Schemas of the parameters.")
    ] = False,
) -> None:
    """List the strategies, or the parameters of one."""
    from syndata.cli.telling import grid, print_json, screen
    from syndata_contracts.strategies import STRATEGIES, strategy_named

    shown = STRATEGIES if name is None else (strategy_named(name),)
    if as_json:
        listed = [
            {"name": one.name, "family": one.family, "summary": one.says, "parameters": one.schema()} for one in shown
        ]
        print_json({"strategies": listed})
        return
    if name is None:
        table = grid("strategy", "family", "what it makes", "parameters")
        for one in shown:
            table.add_row(one.name, one.family, one.says, " ".join(each.name for each in one.parameters))
    else:
        table = grid("parameter", "type", "default", "least", "most", "meaning")
        for each in shown[0].parameters:
            bounds = ("" if bound is None else str(bound) for bound in (each.least, each.most))
            kind = " or ".join(each.among) or each.type
            table.add_row(each.name, kind, str(each.default).lower(), *bounds, each.says)
    screen().print(table)
