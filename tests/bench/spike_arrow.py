"""The spike's first side: NumPy draws, Arrow takes and joins."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from blake3 import blake3
from numpy.typing import NDArray

from tests.bench.spike_pools import CENTS, CITY, DAYS, DOMAIN, FIRST, KEYS, LAST, RECORD

Words = NDArray[np.uint64]


class ArrowSide:
    """Draws a block of rows at a time. Pieces that can be made once are: `first.`, `last42@domain`, every date."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.inner = np.empty(rows, np.uint64)
        self.first, self.last, self.city = (pa.array(pool) for pool in (FIRST, LAST, CITY))
        self.first_dot = pa.array([f"{name.lower()}." for name in FIRST])
        self.last_low = pa.array([name.lower() for name in LAST])
        self.number_domain = pa.array([f"{number}{domain}" for number in range(100) for domain in DOMAIN])
        self.cents = pa.array([f".{number:02d}" for number in range(100)])
        self.dates = pa.array(np.arange(DAYS, dtype=np.int32), pa.int32()).cast(pa.date32()).cast(pa.string())

    def start(self, row: int) -> None:
        """Mix the row numbers of the block that begins at `row`."""
        self.inner = _mixed(np.arange(row, row + self.rows, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))

    def pool(self, name: str = "city") -> pa.Array:
        """A text drawn from a pool."""
        pool = {"first": self.first, "last": self.last, "city": self.city}[name]
        return pool.take(pa.array(_below(self._words(name), len(pool))))

    def email(self) -> pa.Array:
        """An address made of the row's first and last name, a number and a domain."""
        first = self.first_dot.take(pa.array(_below(self._words("first"), len(FIRST))))
        last = self.last_low.take(pa.array(_below(self._words("last"), len(LAST))))
        rest = self.number_domain.take(pa.array(_below(self._words("email"), 100 * len(DOMAIN))))
        return pc.binary_join_element_wise(first, last, rest, "")

    def amount(self, name: str = "amount") -> pa.Array:
        """A number with two decimals, as text."""
        value = _below(self._words(name), CENTS)
        whole = pa.array(value // 100).cast(pa.string())
        return pc.binary_join_element_wise(whole, self.cents.take(pa.array(value % 100)), "")

    def date(self, name: str = "born") -> pa.Array:
        """A date, as text."""
        return self.dates.take(pa.array(_below(self._words(name), DAYS)))

    def texts(self) -> list[pa.Array]:
        """The record's columns, all as text."""
        make: dict[str, Callable[[str], pa.Array]] = {
            "amount": self.amount,
            "fee": self.amount,
            "born": self.date,
            "seen": self.date,
        }
        return [self.email() if name == "email" else make.get(name, self.pool)(name) for name in RECORD]

    def csv_by_join(self) -> bytes:
        """CSV of the block by one big join, hashed."""
        comma, end = pa.scalar(","), pa.scalar("\n")
        pieces: list[pa.Array | pa.Scalar] = []
        for column in self.texts():
            pieces += [column, comma]
        pieces[-1] = end
        joined = pc.binary_join_element_wise(*pieces, "")
        text = memoryview(joined.buffers()[2])[: joined.buffers()[2].size]
        blake3(text).digest()
        return bytes(text[:200])

    def csv_by_writer(self) -> bytes:
        """CSV of the block by pyarrow's writer from typed columns, hashed."""
        table = pa.record_batch(
            {
                "first": self.pool("first"),
                "last": self.pool("last"),
                "email": self.email(),
                "city": self.pool("city"),
                "amount": self._decimal("amount"),
                "fee": self._decimal("fee"),
                "born": pa.array(_below(self._words("born"), DAYS).astype(np.int32)).cast(pa.date32()),
                "seen": pa.array(_below(self._words("seen"), DAYS).astype(np.int32)).cast(pa.date32()),
            }
        )
        sink = pa.BufferOutputStream()
        options = pyarrow.csv.WriteOptions(include_header=False, batch_size=self.rows)
        pyarrow.csv.write_csv(table, sink, options)
        text = memoryview(sink.getvalue())
        blake3(text).digest()
        return bytes(text[:200])

    def _decimal(self, name: str) -> pa.Array:
        wide = np.zeros((self.rows, 2), np.int64)
        wide[:, 0] = _below(self._words(name), CENTS)
        return pa.Array.from_buffers(pa.decimal128(12, 2), self.rows, [None, pa.py_buffer(wide)])

    def _words(self, name: str) -> Words:
        return _mixed(self.inner ^ KEYS[name])


def _mixed(value: Words) -> Words:
    value = value ^ (value >> np.uint64(30))
    value *= np.uint64(0xBF58476D1CE4E5B9)
    value ^= value >> np.uint64(27)
    value *= np.uint64(0x94D049BB133111EB)
    value ^= value >> np.uint64(31)
    return value


def _below(word: Words, size: int) -> NDArray[np.int64]:
    """0..size-1 by the upper half of the word: quicker than the exact product, and good enough to time."""
    return ((word >> np.uint64(32)) * np.uint64(size) >> np.uint64(32)).view(np.int64)
