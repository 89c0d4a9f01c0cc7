"""Where every random bit comes from: keyed mixing of row numbers, and the memory access kernels need.

A cell's bits are `mix64(mix64(row * GOLDEN + table_key) ^ column_key)` (SplitMix64's finaliser, Steele,
Lea and Flood 2014), so a cell depends on no other draw, neighbour, part, worker or clock.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndata_engine.generation.words.kernel import Later, inlined

Words = NDArray[np.uint64]
Codes = NDArray[np.int64]
Bytes = NDArray[np.uint8]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)
MASK64 = 2**64 - 1


def derive_key(seed: int, *path: str, secret: bytes = b"") -> int:
    """A 64-bit key that belongs to `path` under this seed and secret, and to nothing else.

    `repr`, not a join: ("a", "b/c") and ("a/b", "c") must differ.
    """
    name = repr(path).encode()
    salt = seed.to_bytes(8, "little")
    return int.from_bytes(blake2b(name, digest_size=8, salt=salt, key=secret[:64]).digest(), "little")


def mix64_int(value: int) -> int:
    """SplitMix64's finaliser on a Python integer; the kernels' `mix64` gives the same."""
    value = ((value ^ (value >> 30)) * int(_M1)) & MASK64
    value = ((value ^ (value >> 27)) * int(_M2)) & MASK64
    return value ^ (value >> 31)


@inlined
def mix64(value):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """SplitMix64's finaliser: a bijection of 64 bits."""
    value = (value ^ (value >> _S30)) * _M1
    value = (value ^ (value >> _S27)) * _M2
    return value ^ (value >> _S31)


# The intrinsics below read and write memory at any byte offset. They check no bounds: a caller keeps SLACK spare
# bytes behind everything it hands to a kernel, because copies move whole words.
SLACK = 64


def _intrinsic(name: str) -> Any:
    def make() -> Any:
        from syndata_engine.generation.words import intrinsics

        return getattr(intrinsics, name)

    return Later(make)


peek = _intrinsic("peek")
"""array[:], int64 -> element; no bounds check, no negative indices."""
mulhi = _intrinsic("mulhi")
"""uint64, uint64 -> uint64: high half of the product."""
load64 = _intrinsic("load64")
"""uint8[:], offset -> uint64."""
store64 = _intrinsic("store64")
"""uint8[:], offset, uint64 -> None."""
store8 = _intrinsic("store8")
"""uint8[:], offset, uint8 -> None."""
