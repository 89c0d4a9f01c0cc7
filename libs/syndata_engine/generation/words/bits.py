"""Where every random bit comes from: keyed mixing of row numbers, and the memory access kernels need.

A cell's bits are `mix64(mix64(row * GOLDEN + table_key) ^ column_key)` (SplitMix64's finaliser, Steele,
Lea and Flood 2014), so a cell depends on no other draw, neighbour, part, worker or clock.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

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


@njit(inline="always")
def mix64(value):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """SplitMix64's finaliser: a bijection of 64 bits."""
    value = (value ^ (value >> _S30)) * _M1
    value = (value ^ (value >> _S27)) * _M2
    return value ^ (value >> _S31)


# The intrinsics read and write memory at any byte offset. They check no bounds: a caller keeps SLACK spare
# bytes behind everything it hands to a kernel, because copies move whole words.
SLACK = 64


def _mulhi(typingctx: Any, left: Any, right: Any) -> Any:  # noqa: ARG001
    """High 64 bits of the full 128-bit product: maps a word to 0..n-1 without bias worth 2**-64."""

    def codegen(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), codegen


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, offset: Any) -> Any:
    return builder.gep(context.make_array(array_type)(context, builder, array).data, [offset])


def _load64(typingctx: Any, array: Any, offset: Any) -> Any:  # noqa: ARG001
    """Eight bytes of a uint8 array from any offset, as a little-endian word."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        at = _pointer(context, builder, signature.args[0], args[0], args[1])
        return builder.load(builder.bitcast(at, ir.IntType(64).as_pointer()), align=1)

    return types.uint64(array, types.int64), codegen


def _store64(typingctx: Any, array: Any, offset: Any, word: Any) -> Any:  # noqa: ARG001
    """Write a word's eight bytes, little-endian, at any offset of a uint8 array."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        at = _pointer(context, builder, signature.args[0], args[0], args[1])
        builder.store(args[2], builder.bitcast(at, ir.IntType(64).as_pointer()), align=1)
        return context.get_dummy_value()

    return types.void(array, types.int64, types.uint64), codegen


def _store8(typingctx: Any, array: Any, offset: Any, byte: Any) -> Any:  # noqa: ARG001
    """Write one byte at any offset of a uint8 array."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _pointer(context, builder, signature.args[0], args[0], args[1]))
        return context.get_dummy_value()

    return types.void(array, types.int64, types.uint8), codegen


def _peek(typingctx: Any, array: Any, index: Any) -> Any:  # noqa: ARG001
    """An element by an index that is never negative: spares the check that Python's indexing needs."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_pointer(context, builder, signature.args[0], args[0], args[1]))

    return array.dtype(array, types.int64), codegen


peek: Any = intrinsic(_peek)
"""array[:], int64 -> element; no bounds check, no negative indices."""
mulhi: Any = intrinsic(_mulhi)
"""uint64, uint64 -> uint64: high half of the product."""
load64: Any = intrinsic(_load64)
"""uint8[:], offset -> uint64."""
store64: Any = intrinsic(_store64)
"""uint8[:], offset, uint64 -> None."""
store8: Any = intrinsic(_store8)
"""uint8[:], offset, uint8 -> None."""
