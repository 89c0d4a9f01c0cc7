"""Only the numbers that a rule names change; every other byte stays."""

import pytest

from syndata_engine.formats import thrift


@pytest.mark.parametrize("value", [0, 1, -1, 63, 64, -64, -65, 2**31, -(2**63), 2**63 - 1])
def test_integers_come_back(value: int) -> None:
    assert thrift.read_integer(thrift.write_integer(value), 0) == value


@pytest.mark.parametrize("size", [0, 14, 15, 16, 1000])
def test_list_heads_come_back(size: int) -> None:
    written = thrift.write_list_head(thrift.STRUCT, size)

    assert thrift.list_head(written, 0) == (thrift.STRUCT, size, len(written))


def number(value: int) -> bytes:
    return thrift.write_integer(value)


INNER = bytes([0x16]) + number(1000) + b"\0"
"""A struct whose field 1 is 1000."""

EVERYTHING = b"".join(
    (
        bytes([0x11, 0x12]),  # 1: true, 2: false
        bytes([0x13, 0xFF]),  # 3: a byte
        bytes([0x16]) + number(-7),  # 4
        bytes([0x17]) + b"\x80" * 8,  # 5: a double
        bytes([0x18, 3]) + b"\0\xffa",  # 6: binary
        bytes([0x19, 0x21, 1, 2]),  # 7: a list of two flags
        bytes([0x1A, 0x25]) + number(1) + number(300),  # 8: a set
        bytes([0x1B, 2, 0x85, 1, 97]) + number(9) + bytes([1, 98]) + number(-9),  # 9: a map of text to integers
        bytes([0x1B, 0]),  # 10: an empty map
        bytes([0x1B, 1, 0x12, 1, 2]),  # 11: a map of flags
        bytes([0x1C]) + INNER,  # 12
        bytes([0x19, 0x2C]) + INNER + INNER,  # 13: a list of structs
        bytes([0x06]) + number(500) + number(77),  # 500, told in long form
        bytes([0x1D]) + b"u" * 16,  # 501: a UUID
        b"\0",
    )
)


def test_every_type_is_walked_over() -> None:
    found = thrift.fields(EVERYTHING, 0)

    assert [field.id for field in found] == [*range(1, 14), 500, 501]
    assert found[-1].stop == len(EVERYTHING) - 1
    assert thrift.read_integer(EVERYTHING, found[3].start) == -7


def test_without_rules_nothing_changes() -> None:
    out: list[bytes] = []

    assert thrift.rewrite(EVERYTHING + b"more", 0, {}, out) == len(EVERYTHING)
    assert b"".join(out) == EVERYTHING


def test_rules_reach_into_structs_and_lists() -> None:
    """A number may grow by bytes; its neighbours move over."""
    out: list[bytes] = []
    rules: thrift.Rules = {12: {1: lambda n: n * 2**40}, 13: {1: lambda n: n + 1}, 500: lambda n: -n, 99: {}}

    thrift.rewrite(EVERYTHING, 0, rules, out)

    grown = bytes([0x1C, 0x16]) + number(1000 * 2**40) + b"\0"
    expected = EVERYTHING.replace(bytes([0x1C]) + INNER, grown)
    expected = expected.replace(INNER, bytes([0x16]) + number(1001) + b"\0")
    expected = expected.replace(number(500) + number(77), number(500) + number(-77))
    assert b"".join(out) == expected


@pytest.mark.parametrize("rules", [{1: lambda n: n}, {4: {1: lambda n: n}}, {7: {1: lambda n: n}}])
def test_a_rule_of_another_shape_is_an_error(rules: thrift.Rules) -> None:
    with pytest.raises(ValueError, match="expected"):
        thrift.rewrite(EVERYTHING, 0, rules, [])


def test_unknown_types_are_an_error() -> None:
    with pytest.raises(ValueError, match="no type"):
        thrift.fields(b"\x1e\0", 0)
