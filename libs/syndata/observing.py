"""Tables that a user has, observed: CSV and Parquet files, and tables in memory. Read piece by piece, so that a file may be larger than memory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from syndata_contracts.errors import Fault, Refused, Unavailable

if TYPE_CHECKING:
    from syndata_engine.learning import ObservedTable

_PIECE: Final = 4 * 1024 * 1024
_BATCH_ROWS: Final = 65_536
_LONGEST_NAME: Final = 128
_PARQUET: Final = b"PAR1"


def observe(data: Any) -> list[ObservedTable]:
    """Observe a file, a table in memory, several files, or a mapping of names to any of these; Refused with what is wrong."""
    given = list(_named(data))
    if not given:
        raise Refused(Fault("data", "there is no table", "give a CSV or Parquet file, or a table"))
    first: dict[str, str] = {}
    for name, one in given:
        if name.lower() in first:
            what = f"two tables are called {name}: a table is called as its file, without folder and ending"
            raise Refused(Fault("data", what, "rename one of the files", _shown(one)))
        first[name.lower()] = name
    return [_observed(name, one) for name, one in given]


def _named(data: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(data, Mapping):
        yield from ((str(name), one) for name, one in data.items())
    elif isinstance(data, str | os.PathLike):
        yield table_name(Path(data)), data
    elif isinstance(data, list | tuple):
        for one in data:
            yield from _named(one)
    else:
        yield "data", data


def table_name(path: Path) -> str:
    """What the table of a file is called: the file's name, as far as tables may be called so."""
    stem = path.name.partition(".")[0] or path.stem
    name = re.sub(r"[^A-Za-z0-9_\- ]", "_", stem).strip()[:_LONGEST_NAME]
    return f"{name}_table" if name.lower() in {"plan", "manifest", ""} else name


def _observed(name: str, one: Any) -> ObservedTable:
    if not isinstance(one, str | os.PathLike):
        table = arrow_table(one)
        return _of_batches(name, table.schema, table.to_batches(_BATCH_ROWS))
    path = Path(one)
    try:
        with path.open("rb") as stream:
            if stream.read(len(_PARQUET)) == _PARQUET:
                return _of_parquet(name, path)
            stream.seek(0)
            return _of_csv(name, iter(lambda: stream.read(_PIECE), b""))
    except Refused as refusal:
        raise Refused(replace(fault, file=fault.file or str(path)) for fault in refusal.faults) from None
    except (FileNotFoundError, NotADirectoryError):
        raise Refused(Fault("", "there is no such file", "check the path", str(path))) from None
    except IsADirectoryError:
        raise Refused(Fault("", "this is a directory, not a table", "name its files one by one", str(path))) from None
    except PermissionError:
        raise Refused(Fault("", "this file may not be read", "give yourself the right to read it", str(path))) from None
    except OSError as error:
        raise Unavailable(f"{path} could not be read: {error.strerror or error}") from error


def _of_csv(name: str, pieces: Iterable[bytes]) -> ObservedTable:
    from syndata_engine.learning import CsvObserver

    observer = CsvObserver(name)
    for piece in pieces:
        observer.add(piece)
    return observer.finish()


def _of_parquet(name: str, path: Path) -> ObservedTable:
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            return _of_batches(name, file.schema_arrow, file.iter_batches(_BATCH_ROWS, use_threads=False))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        what = f"this Parquet file cannot be read: {str(error).splitlines()[0][:200]}"
        raise Refused(Fault("", what, "write it anew; was it cut off?")) from None


def _of_batches(name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> ObservedTable:
    from syndata_engine.learning import observe_batches

    return observe_batches(name, schema, batches)


def arrow_table(one: Any) -> pa.Table:
    """A table in memory as Arrow has it: one of Arrow, pandas, Polars, or of whatever speaks Arrow's protocol."""
    if isinstance(one, pa.Table):
        return one
    if isinstance(one, pa.RecordBatch):
        return pa.Table.from_batches([one])
    try:
        if type(one).__module__.partition(".")[0] == "pandas":
            return pa.Table.from_pandas(one, preserve_index=False)
        if hasattr(one, "__arrow_c_stream__"):
            return pa.table(one)
    except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError) as error:
        what = f"this table cannot be read: {str(error).splitlines()[0][:200]}"
        raise Refused(Fault("data", what, "give every column values of one type")) from None
    what = f"{type(one).__name__} is no table"
    raise Refused(Fault("data", what, "give the path of a CSV or Parquet file, or a table of Arrow, pandas or Polars"))


def _shown(one: Any) -> str | None:
    return str(one) if isinstance(one, str | os.PathLike) else None
