"""`syndata evaluate`: how like the real data synthetic data is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syndata.cli.commands import JsonOption, app

if TYPE_CHECKING:
    from syndata_engine.quality import Report

_WORST = 5
_CHANCE = 0.01
_ALL_BUT_ONE = 0.9995
FAILED = 5


@app.command()
def evaluate(
    synthetic: Annotated[
        Path,
        typer.Argument(metavar="SYNTHETIC", help="A directory that `generate` wrote, or a file.", show_default=False),
    ],
    real: Annotated[
        list[Path],
        typer.Option(
            "--real", metavar="FILE", help="A real table, CSV, Parquet or JSON Lines; give it again for more."
        ),
    ],
    fail_under: Annotated[
        float | None, typer.Option("--fail-under", min=0, max=1, help="Exit with 5 where the quality is less.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Score how like real tables synthetic ones are, from whole data, and how many rows were copied."""
    from syndata.cli import telling
    from syndata.evaluating import evaluate as compare

    report = compare(real, synthetic)
    low = fail_under is not None and report.quality < fail_under
    if as_json:
        telling.print_json({**report.document(), **({} if fail_under is None else {"passed": not low})})
    else:
        _tell(report)
        if low:
            telling.say(f"the quality is less than {fail_under}")
    return FAILED if low else 0


def _tell(report: Report) -> None:
    from syndata.cli import telling

    grid = telling.grid("table", ">real", ">synthetic", ">quality", ">shapes", ">pairs", ">ceiling", ">copied rows")
    for table in report.tables:
        scores = (f"{score:.3f}" for score in (table.quality, table.shapes, table.trends, table.ceiling))
        copies = f"{table.copies:.2%} ({table.copies_expected:.2%})"
        grid.add_row(table.name, f"{table.rows_real:,}", f"{table.rows_synthetic:,}", *scores, copies)
    telling.screen().print(grid)
    if report.links:
        links = telling.grid("reference", ">children", ">orphans", ">fan-out")
        for one in report.links:
            name = f"{one.link.child} ({', '.join(one.link.columns)}) to {one.link.parent}"
            links.add_row(
                name, f"{one.children:,}", f"{one.orphans:,}", "" if one.fan_out is None else f"{one.fan_out:.3f}"
            )
        telling.screen().print(links)
    for score, what in _least(report):
        telling.say(f"least alike: {what} {score:.3f}")
    for table in report.tables:
        if table.copies > max(2 * table.copies_expected, table.copies_expected + _CHANCE):
            telling.say(f"copied: {table.copies:.2%} of {table.name}; chance alone gives {table.copies_expected:.2%}")
    if report.missing:
        telling.say(f"missing, and scored 0: {', '.join(report.missing)}")
    if report.extra:
        telling.say(f"not compared, as no real table is given: {', '.join(report.extra)}")
    telling.say(
        f"quality {report.quality:.3f}; the ceiling is what one half of the real rows scores against the other, "
        "the copies in brackets are those between the halves"
    )


def _least(report: Report) -> list[tuple[float, str]]:
    """The columns and pairs that are least like the real ones, as far as any is."""
    found = [
        (one.score, f"{table.name}.{one.name}" + (f" ({one.remark})" if one.remark else ""))
        for table in report.tables
        for one in table.columns
    ]
    found += [
        (one.score, f"{table.name}: {one.left} with {one.right}") for table in report.tables for one in table.pairs
    ]
    return [one for one in sorted(found)[:_WORST] if one[0] < _ALL_BUT_ONE]
