"""Real and synthetic files are read and compared."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from syndata_contracts.errors import Fault, Refused, Unavailable

if TYPE_CHECKING:
    import pyarrow as pa

    from syndata_contracts.plan import Plan
    from syndata_engine.quality import Link, Report

_KINDS: Final = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_BESIDE: Final = {"plan.json", "manifest.json"}
_BATCH_ROWS: Final = 65_536


def evaluate(
    real: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Mapping[str, Any],
    synthetic: str | os.PathLike[str] | Mapping[str, Any],
) -> Report:
    """Score how like the real data synthetic data is, from 0 to 1, and how much of it was copied.

    Args:
        real: a file (CSV, Parquet, JSON Lines), several, or tables (of Arrow, pandas or Polars) by name. A table is named by its file.
        synthetic: a directory that `write` made, one file, or tables by name. References are those of the directory's plan.

    Raises:
        Refused: a file cannot be read as what its name says, or no table is in both.
        Unavailable: a file cannot be read now.
    """
    from syndata_engine.quality import Report, compare, link_scores

    there = _in_memory(real) if isinstance(real, Mapping) else _files(real)
    found, plan = (_in_memory(synthetic), None) if isinstance(synthetic, Mapping) else _synthetic(Path(synthetic))
    pairs = _matched(there, found)
    whole = {name: _table(there[name]) for name in pairs}
    tables = tuple(compare(name, whole[name], _batches(found[other])) for name, other in pairs.items())
    links = _links(plan) if plan else []
    needed = {name for link in links for name in (link.child, link.parent)}
    made = {name: _table(found[name]) for name in sorted(needed & found.keys())}
    missing = tuple(name for name in there if name not in pairs)
    extra = tuple(name for name in found if name not in pairs.values())
    return Report(tables, link_scores(links, whole, made), missing, extra)


def _in_memory(tables: Mapping[str, Any]) -> dict[str, Path | pa.Table]:
    """Tables of Arrow, pandas or Polars."""
    from syndata.observing import arrow_table

    return {name: arrow_table(one) for name, one in tables.items()}


def _files(given: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> dict[str, Path | pa.Table]:
    paths = [Path(given)] if isinstance(given, str | os.PathLike) else [Path(one) for one in given]
    found: dict[str, Path | pa.Table] = {}
    for path in paths:
        if path.is_dir():
            found |= {one.stem: one for one in sorted(path.iterdir()) if one.suffix in _KINDS}
        else:
            found[path.stem] = path
    return found


def _synthetic(path: Path) -> tuple[dict[str, Path | pa.Table], Plan | None]:
    from syndata_contracts.plan import Plan

    if not path.exists():
        raise Refused(Fault("", "there is no such file or directory", "check the path", str(path)))
    if not path.is_dir():
        return _files(path), None
    plan = path / "plan.json"
    return _files(path), Plan.from_bytes(plan.read_bytes(), file=str(plan)) if plan.is_file() else None


def _matched(real: Mapping[str, Any], synthetic: Mapping[str, Any]) -> dict[str, str]:
    """Tables by their names; one on each side belong together whatever they are called."""
    if len(real) == len(synthetic) == 1:
        return {next(iter(real)): next(iter(synthetic))}
    both = {name: name for name in real if name in synthetic}
    if not both:
        fix = "name files alike, or give one of each"
        what = f"no table is in both: real are {', '.join(real) or 'none'}; synthetic {', '.join(synthetic) or 'none'}"
        raise Refused(Fault("", what, fix))
    return both


def _table(source: Path | pa.Table) -> pa.Table:
    import pyarrow as pa

    if isinstance(source, pa.Table):
        return source
    batches = list(_batches(source))
    if not batches:
        raise Refused(Fault("", "the file has no rows to compare", "give one with rows", str(source)))
    return pa.Table.from_batches(batches)


def _batches(source: Path | pa.Table) -> Iterator[pa.RecordBatch]:
    for batch in _read(source):
        names = batch.schema.names
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise Refused(Fault(twice, "two columns have this name", "give each column its own name", str(source)))
        yield batch


def _read(source: Path | pa.Table) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv, parquet

    if isinstance(source, pa.Table):
        yield from source.to_batches(max_chunksize=_BATCH_ROWS)
        return
    kind = _KINDS.get(source.suffix.lower())
    with _readable(source):
        if kind == "parquet":
            yield from parquet.ParquetFile(source).iter_batches(_BATCH_ROWS)
        elif kind == "jsonl":
            from pyarrow import json

            yield from json.read_json(source).to_batches(max_chunksize=_BATCH_ROWS)
        elif kind == "csv":
            # Types follow from the whole column: an early batch of whole numbers must not decide for later ones.
            options = csv.ConvertOptions(strings_can_be_null=True)
            yield from csv.read_csv(source, convert_options=options).to_batches(max_chunksize=_BATCH_ROWS)
        else:
            known = ", ".join(sorted(_KINDS))
            raise Refused(
                Fault("", f"a file of the kind {source.suffix!r} is not read here", f"give one of {known}", str(source))
            )


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except FileNotFoundError:
        raise Refused(Fault("", "there is no such file", "check the path", str(path))) from None
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        first = str(error).splitlines()[0]
        raise Refused(
            Fault("", f"it cannot be read as {_KINDS[path.suffix.lower()]}: {first}", "check the file", str(path))
        ) from None
    except OSError as error:
        raise Unavailable(f"{path} could not be read: {error.strerror or error}") from error


def _links(plan: Plan) -> list[Link]:
    """References with one parent; those that choose among several say with a column which, and are left out."""
    from syndata_engine.quality import Link

    return [
        Link(table.name, one.child_columns, one.parent_table, one.parent_columns)
        for table in plan.schema_.tables
        for one in table.foreign_keys
        if one.parent_table is not None and one.parent_columns
    ]
