"""Change numbers inside a Thrift compact-protocol message and leave every other byte alone.

A Parquet footer is such a message. Copying the bytes around the numbers, instead of reading a tree and
writing it again, keeps fields that this code has never heard of, and costs a third of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT, UUID = range(1, 14)
"""Type codes of the compact protocol."""

Rules: TypeAlias = "Mapping[int, Rules | Callable[[int], int]]"
"""What to change in a struct: by field id, a function of the integer that stands there, or the rules of
the struct (or of every struct of the list) that stands there. Other fields are kept as they are."""

_FIXED = {TRUE: 0, FALSE: 0, BYTE: 1, DOUBLE: 8, UUID: 16}
_VARINTS = frozenset({I16, I32, I64})


class Field(NamedTuple):
    """One field of a struct and the span of its value's bytes."""

    id: int
    type: int
    start: int
    stop: int


class ListHead(NamedTuple):
    """The header of a list: its elements' type, how many there are, where the first one starts."""

    type: int
    size: int
    start: int


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The unsigned integer at `at`, and one past its last byte."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def write_varint(value: int) -> bytes:
    """An unsigned integer in seven bits per byte, lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_integer(data: bytes, at: int) -> int:
    """The signed integer at `at`."""
    value, _ = read_varint(data, at)
    return (value >> 1) ^ -(value & 1)


def write_integer(value: int) -> bytes:
    """A signed integer of up to 64 bits."""
    return write_varint(value << 1 if value >= 0 else ~value << 1 | 1)


def list_head(data: bytes, at: int) -> ListHead:
    """Read the header of the list or set at `at`."""
    head = data[at]
    size, start = head >> 4, at + 1
    if size == 15:
        size, start = read_varint(data, start)
    return ListHead(head & 15, size, start)


def write_list_head(kind: int, size: int) -> bytes:
    """The header of a list of `size` elements of one type."""
    return bytes((size << 4 | kind,)) if size < 15 else bytes((0xF0 | kind,)) + write_varint(size)


def fields(data: bytes, at: int) -> list[Field]:
    """The fields of the struct at `at`, in the order in which they stand; IndexError when it is cut short."""
    found = []
    field_id = 0
    while head := data[at]:
        at += 1
        if head >> 4:
            field_id += head >> 4
        else:
            field_id = read_integer(data, at)
            at = _after_varint(data, at)
        stop = after(data, at, head & 15)
        found.append(Field(field_id, head & 15, at, stop))
        at = stop
    return found


def after(data: bytes, at: int, kind: int) -> int:
    """One past the last byte of the value of this type at `at`; ValueError for a type that does not exist."""
    if kind in _VARINTS:
        return _after_varint(data, at)
    if kind == BINARY:
        size, at = read_varint(data, at)
        return at + size
    if kind == STRUCT:
        return _after_struct(data, at)
    if kind in (LIST, SET):
        return _after_list(data, at)
    if kind in _FIXED:
        return at + _FIXED[kind]
    if kind == MAP:
        return _after_map(data, at)
    raise ValueError(f"byte {at}: {kind} is no type of the compact protocol")


def rewrite(data: bytes, at: int, rules: Rules, out: list[bytes]) -> int:
    """Append the struct at `at`, changed by `rules`, to `out` piece by piece; return one past its last byte.

    ValueError when a rule meets a value of another shape than it expects.
    """
    copied = at
    field_id = 0
    while head := data[at]:
        at += 1
        if head >> 4:
            field_id += head >> 4
        else:
            field_id = read_integer(data, at)
            at = _after_varint(data, at)
        rule = rules.get(field_id)
        if rule is None:
            at = after(data, at, head & 15)
            continue
        out.append(data[copied:at])
        at = copied = _rewrite_value(data, at, head & 15, rule, out)
    out.append(data[copied : at + 1])
    return at + 1


def _rewrite_value(data: bytes, at: int, kind: int, rule: Rules | Callable[[int], int], out: list[bytes]) -> int:
    if callable(rule):
        if kind not in _VARINTS:
            raise ValueError(f"byte {at}: an integer was expected, not a value of type {kind}")
        out.append(write_integer(rule(read_integer(data, at))))
        return _after_varint(data, at)
    if kind == STRUCT:
        return rewrite(data, at, rule, out)
    if kind == LIST and list_head(data, at).type == STRUCT:
        _, size, start = list_head(data, at)
        out.append(data[at:start])
        at = start
        for _ in range(size):
            at = rewrite(data, at, rule, out)
        return at
    raise ValueError(f"byte {at}: a struct was expected, not a value of type {kind}")


def _after_varint(data: bytes, at: int) -> int:
    while data[at] > 0x7F:
        at += 1
    return at + 1


def _after_struct(data: bytes, at: int) -> int:
    while head := data[at]:
        at += 1
        if head < 16:
            at = _after_varint(data, at)
        kind = head & 15
        if kind in _VARINTS:  # the commonest field by far, spared a call
            while data[at] > 0x7F:
                at += 1
            at += 1
        else:
            at = after(data, at, kind)
    return at + 1


def _after_list(data: bytes, at: int) -> int:
    kind, size, at = list_head(data, at)
    if kind in (TRUE, FALSE):  # a flag in a list takes a byte; as a field it is its own type
        return at + size
    for _ in range(size):
        at = after(data, at, kind)
    return at


def _after_map(data: bytes, at: int) -> int:
    size, at = read_varint(data, at)
    if not size:
        return at
    key, value = data[at] >> 4, data[at] & 15
    at += 1
    for _ in range(size):
        for kind in (key, value):
            at += 1 if kind in (TRUE, FALSE) else after(data, at, kind) - at
    return at
