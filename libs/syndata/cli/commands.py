"""The commands and their options; what they do lives elsewhere, and heavy libraries are imported inside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from syndata.cli.edge import FAILED
from syndata.cli.parameters import (
    BatchOption,
    CheckOption,
    DebugOption,
    ParamOption,
    PerformanceOption,
    PriorityOption,
    RulesOption,
    SampleDataOption,
    StrategyOption,
    TemplateOption,
    WaitOption,
    configured,
    moment,
    parsed_scale,
    sampled,
    take_priority,
    template_named,
    with_rules,
)
from syndata_contracts.presets import PRESETS
from syndata_contracts.version import __version__

if TYPE_CHECKING:
    from syndata.configuration import Config
    from syndata_engine.planning import Prepared

app = typer.Typer(
    name="syndata",
    help="Synthetic data: any amount, realistic, with references that hold, and the same bytes every time.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

FormatName = Literal["csv", "json", "jsonl", "parquet", "sql", "copy"]
PresetName = Literal["user", "ecommerce", "company", "iot", "finance", "crm", "healthcare"]

ConfigOption = Annotated[str | None, typer.Option("--config", metavar="FILE", help="A YAML or JSON configuration.")]
PresetOption = Annotated[PresetName | None, typer.Option("--preset", help="A configuration that comes with syndata.")]
RowsOption = Annotated[int | None, typer.Option("--rows", min=0, max=2**62, help="Rows of tables that state none.")]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, max=2**64 - 1, help="Another seed, other data.")]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="TIME", help="Dates count from here: ISO 8601, or now.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
ScaleOption = Annotated[
    str | None, typer.Option("--scale", metavar="SHARE", help="Share of all rows, such as 0.001; references close.")
]
TablesOption = Annotated[
    list[str] | None,
    typer.Option("--tables", metavar="NAMES", help="Only these: orders,items; orders+parents, +children, +derived."),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Refuse where there would be a warning.")]


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Synthetic data: any amount, realistic, with references that hold, and the same bytes every time."""
    if version:
        typer.echo(f"syndata {__version__}")
        raise typer.Exit


@app.command()
def generate(
    output_dir: Annotated[Path, typer.Option("--output-dir", metavar="DIR", help="Where the files go.")],
    config: ConfigOption = None,
    preset: PresetOption = None,
    strategy: StrategyOption = None,
    param: ParamOption = None,
    sample_data: SampleDataOption = None,
    rules: RulesOption = None,
    rows: RowsOption = None,
    seed: SeedOption = None,
    as_of: AsOfOption = None,
    scale: ScaleOption = None,
    tables: TablesOption = None,
    output_format: Annotated[
        FormatName | None, typer.Option("--output-format", help="Else the configuration's, else csv.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=1024, help="Processes; else one per core, one for small work.")
    ] = None,
    digest: Annotated[
        Literal["blake3", "sha256"], typer.Option("--digest", help="Algorithm of the digests.")
    ] = "blake3",
    template: TemplateOption = None,
    wait: WaitOption = False,
    priority: PriorityOption = "normal",
    batch_size: BatchOption = None,
    profile_performance: PerformanceOption = False,
    debug_relationships: DebugOption = False,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write every table to a file, with plan.json and manifest.json."""
    from syndata.cli.progress import compiling, shown
    from syndata.cli.run_telling import Asked, Steps, accounts
    from syndata.local.writing import Output, write_dataset

    _ = wait  # it says what is so anyway
    steps = Steps()
    with_rules(rules)
    take_priority(priority)
    source: Config
    if sample_data:
        source, rows = sampled(sample_data, rows, beside=config or preset or strategy or template), None
    else:
        source = _source(config, template_named(template, preset), strategy, param)
    prepared = _prepared(source, rows, seed, as_of, strict, scale, tables)
    steps.done("planning")
    output = Output(output_dir, output_format or prepared.output_format or "csv", workers, digest)
    compiling()
    with shown(prepared.plan, output.output_format, quiet=as_json, batch=batch_size) as told:
        written = write_dataset(prepared, output, told)
    steps.done("generating and writing")
    from syndata.cli import telling  # not before: the first file need not wait for it

    asked = Asked(relationships=debug_relationships, performance=profile_performance)
    more = accounts(asked, steps, prepared, written, quiet=as_json)
    telling.written(written, prepared, as_json=as_json, more=more)


@app.command()
def validate(
    config: ConfigOption = None,
    preset: PresetOption = None,
    strategy: StrategyOption = None,
    param: ParamOption = None,
    rules: RulesOption = None,
    rows: RowsOption = None,
    seed: SeedOption = None,
    as_of: AsOfOption = None,
    scale: ScaleOption = None,
    check_relationships: CheckOption = False,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say everything that is wrong with a configuration, and write nothing."""
    from syndata.cli import telling

    with_rules(rules)
    prepared = _prepared(_source(config, preset, strategy, param), rows, seed, as_of, strict, scale)
    checked = None
    if check_relationships:
        from syndata.cli import relationships
        from syndata.cli.progress import compiling

        compiling()
        checked = relationships.check_relationships(prepared)
    telling.validated(prepared, checked, as_json=as_json)
    if any(one.missing for one in checked or ()):
        raise typer.Exit(FAILED)


@app.command()
def plan(
    config: ConfigOption = None,
    preset: PresetOption = None,
    strategy: StrategyOption = None,
    param: ParamOption = None,
    rules: RulesOption = None,
    rows: RowsOption = None,
    seed: SeedOption = None,
    as_of: AsOfOption = None,
    scale: ScaleOption = None,
    tables: TablesOption = None,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what would be made: how tables hang together, how full keys are, what each column costs, bytes, time."""
    from syndata.cli import plan_telling

    with_rules(rules)
    plan_telling.planned(
        _prepared(_source(config, preset, strategy, param), rows, seed, as_of, strict, scale, tables), as_json=as_json
    )


@app.command()
def rows(
    table: Annotated[str, typer.Option("--table", metavar="NAME", help="Which table.")],
    start: Annotated[int, typer.Option("--start", min=0, help="The first row, counted from 0.")] = 0,
    count: Annotated[int, typer.Option("--count", min=0, max=1_000_000, help="How many rows.")] = 10,
    config: ConfigOption = None,
    preset: PresetOption = None,
    strategy: StrategyOption = None,
    param: ParamOption = None,
    rules: RulesOption = None,
    all_rows: RowsOption = None,
    seed: SeedOption = None,
    as_of: AsOfOption = None,
    scale: ScaleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look at any rows of a table, however far in, without making the others."""
    from syndata.cli import telling
    from syndata.cli.progress import compiling
    from syndata.tables import rows_as_json

    with_rules(rules)
    prepared = _prepared(_source(config, preset, strategy, param), all_rows, seed, as_of, strict=False, scale=scale)
    compiling()
    telling.looked_at(rows_as_json(prepared, table, start, count), table, start, as_json=as_json)


@app.command()
def verify(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A directory that generate wrote.")],
    sample: Annotated[
        int | None, typer.Option("--sample", min=1, help="Make only this many parts of each table again.")
    ] = None,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Prove that the files hold, byte for byte, what their plan gives."""
    from syndata.cli import telling
    from syndata.cli.progress import compiling
    from syndata.local.verifying import verify as verify_directory

    with_rules(rules)
    compiling()
    seen = verify_directory(directory, sample)
    telling.verified(seen, directory, as_json=as_json)
    if seen.findings:
        raise typer.Exit(FAILED)


@app.command()
def kinds(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Show the options of this one.")] = None,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the rules that a column can have, or the options of one."""
    from syndata.binding import load_kinds
    from syndata.cli import telling
    from syndata_engine.generation.kinds.registry import all_kinds, kind_wanted

    with_rules(rules)
    load_kinds()
    if name is None or as_json:
        telling.listed(all_kinds() if name is None else [kind_wanted(name)], as_json=as_json)
    else:
        telling.explained(kind_wanted(name))


def _source(
    config: str | None, preset: str | None, strategy: str | None = None, param: list[str] | None = None
) -> Config:
    if sum(one is not None for one in (config, preset, strategy)) != 1:
        presets = "|".join(PRESETS)
        what = f"give either --config FILE or --preset {presets} or --strategy NAME"
        raise typer.BadParameter(what, param_hint="--config")
    if param and strategy is None:
        raise typer.BadParameter("only a strategy has parameters", param_hint="--param")
    if strategy is not None:
        return configured(strategy, param)
    if preset is not None:
        return preset
    return Path(config or "")


def _prepared(
    config: Config,
    rows: int | None,
    seed: int | None,
    as_of: str | None,
    strict: bool,
    scale: str | None = None,
    tables: list[str] | None = None,
) -> Prepared:
    from syndata.configuration import table_names
    from syndata.preparing import prepare
    from syndata_engine.planning import Overrides

    return prepare(config, Overrides(rows, seed, moment(as_of), strict, parsed_scale(scale), table_names(tables)))
