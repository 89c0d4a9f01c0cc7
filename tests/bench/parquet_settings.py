"""What each choice of the Parquet writer costs and saves: `python -m tests.bench.parquet_settings`.

A table of 20 columns like the user record, one part of 245,760 rows, written to memory on one core. Each line
differs from `ours` in what it says; the rules themselves stand at `syndata_engine.formats.parquet.ColumnLayout`.
"""

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from syndata_engine.formats.parquet import ColumnLayout, encode_part, writer_options
from tests.bench import timing
from tests.bench.spike_pools import words

ROWS = 245_760
POOLS = {"first_name": 700, "last_name": 1_000, "city": 4_000, "state": 50, "country": 1, "job": 600, "company": 4_000}
SCATTERED = {"id": 32, "phone": 10, "postal_code": 5}
"""Columns of random characters, and how many."""


def table() -> pa.Table:
    """The record: seven pools, three random texts, four composed texts, numbers, dates, flags."""
    draw = np.random.default_rng(1)
    columns: dict[str, pa.Array] = {}
    for name, size in POOLS.items():
        index = pa.array(draw.integers(0, size, ROWS).astype(np.int32))
        columns[name] = pa.DictionaryArray.from_arrays(index, pa.array(words(size, 2)))
    for name, length in SCATTERED.items():
        columns[name] = _characters(draw, length)
    number = pa.array(draw.integers(0, 1_000, ROWS)).cast(pa.string())
    first, last, city = (columns[name].dictionary_decode() for name in ("first_name", "last_name", "city"))
    columns["full_name"] = pc.binary_join_element_wise(first, last, " ")
    columns["email"] = pc.binary_join_element_wise(first, ".", last, number, "@example.com", "")
    columns["username"] = pc.binary_join_element_wise(first, last, number, "")
    columns["street"] = pc.binary_join_element_wise(number, city, " ")
    columns["age"] = pa.array(draw.integers(18, 80, ROWS))
    columns["salary"] = pa.array(draw.integers(30_000, 150_000, ROWS))
    columns["born"] = pa.array(draw.integers(-9_000, 13_000, ROWS).astype(np.int32)).cast(pa.date32())
    moment = draw.integers(1_600_000_000, 1_767_000_000, ROWS) * 1_000_000
    columns["created_at"] = pa.array(moment).cast(pa.timestamp("us", "UTC"))
    columns["rating"] = pa.array(draw.random(ROWS))
    columns["is_active"] = pa.array(draw.random(ROWS) < 0.8)
    return pa.table(columns)


def _characters(draw: np.random.Generator, length: int) -> pa.Array:
    alphabet = np.frombuffer(b"0123456789abcdef" if length > 10 else b"0123456789", np.uint8)
    data = alphabet[draw.integers(0, len(alphabet), ROWS * length)]
    ends = np.arange(0, ROWS * length + 1, length, dtype=np.int32)
    return pa.StringArray.from_buffers(ROWS, pa.py_buffer(ends), pa.py_buffer(data))


def variants(made: pa.Table) -> dict[str, dict[str, Any]]:
    """Options of the writer, by what is different."""
    layouts = [ColumnLayout(name, high_entropy=True) for name in SCATTERED]
    ours = writer_options(made.schema, layouts)
    composed = [name for name, codec in ours["compression"].items() if codec != "none"]
    zstd = {name: "zstd" if name in composed else "none" for name in made.column_names}
    return {
        "ours": ours,
        "pyarrow's own": {},
        "everything with Snappy": ours | {"compression": "snappy"},
        "nothing compressed": ours | {"compression": "none"},
        "composed text with Zstandard 1": ours | {"compression": zstd, "compression_level": dict.fromkeys(composed, 1)},
        "numbers plain": ours | {"column_encoding": None},
        "statistics on all columns": ours | {"write_statistics": True},
        "pages of 1 MiB": ours | {"data_page_size": 1 << 20},
        "data pages of version 2": ours | {"data_page_version": "2.0"},
        "write batches of 1,024": ours | {"write_batch_size": 1_024},
    }


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.parquet_settings", description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    rounds = options.parse_args().rounds
    timing.pin()
    made = table()
    sizes: dict[str, int] = {}

    def writer(name: str, settings: dict[str, Any]) -> Callable[[], None]:
        def write() -> None:
            sink = pa.BufferOutputStream()
            with pq.ParquetWriter(sink, made.schema, **settings) as file:
                file.write_table(made, row_group_size=ROWS)
            sizes[name] = sink.getvalue().size

        return write

    works = {name: writer(name, settings) for name, settings in variants(made).items()}
    layouts = [ColumnLayout(name, high_entropy=True) for name in SCATTERED]
    works["ours, by encode_part"] = lambda: sizes.update({"ours, by encode_part": len(encode_part(made, layouts).body)})
    taken = timing.interleaved(works, rounds)
    print(f"{'':32}{'M rows/s':>10}{'ns/row':>8}{'x ours':>8}{'bytes/row':>11}")
    for name, seconds in taken.items():
        rate = ROWS / seconds / 1e6
        share = taken["ours"] / seconds
        print(f"{name:32}{rate:10.2f}{seconds / ROWS * 1e9:8.0f}{share:8.2f}{sizes[name] / ROWS:11.1f}")


if __name__ == "__main__":
    main()
