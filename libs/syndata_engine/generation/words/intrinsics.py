"""Memory by byte offset and the high half of a product, as instructions: what kernels cannot say in Python."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


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
mulhi: Any = intrinsic(_mulhi)
load64: Any = intrinsic(_load64)
store64: Any = intrinsic(_store64)
store8: Any = intrinsic(_store8)
