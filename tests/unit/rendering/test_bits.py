"""Where random bits come from: against published values and slow readings of the same papers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_engine.generation.words import draws
from syndata_engine.generation.words.bits import derive_key, mix64, mix64_int

WORD = st.integers(0, 2**64 - 1)


def test_words_of_rows_are_splitmix64() -> None:
    """The published sequence of SplitMix64 from seed 1234567: row n holds output n."""
    published = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    out = np.empty(5, np.uint64)
    draws.inner_words(np.arange(1, 6), np.uint64(1234567), out)

    assert out.tolist() == published


@given(WORD)
def test_the_finaliser_is_the_same_in_python_and_in_kernels(word: int) -> None:
    out = np.empty(1, np.uint64)
    draws.column_words(np.array([word], np.uint64), np.uint64(0), out)

    assert int(out[0]) == mix64_int(word) == int(mix64(np.uint64(word)))


def unmixed(value: int) -> int:
    """The finaliser backwards."""
    for factor, shift in ((0x94D049BB133111EB, 31), (0xBF58476D1CE4E5B9, 27)):
        value = unshifted(value, shift) * pow(factor, -1, 2**64) % 2**64
    return unshifted(value, 30)


def unshifted(value: int, shift: int) -> int:
    """The x of value = x ^ x >> shift."""
    found = value
    for _ in range(64 // shift + 1):
        found = value ^ found >> shift
    return found


@given(WORD)
def test_the_finaliser_is_a_bijection(word: int) -> None:
    assert unmixed(mix64_int(word)) == word


def sip_hash(key: bytes, message: bytes) -> int:
    """SipHash-2-4 as the paper has it (Aumasson and Bernstein 2012), for a message of any length."""
    k0, k1 = (int.from_bytes(key[at : at + 8], "little") for at in (0, 8))
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]
    padded = message + bytes(7 - len(message) % 8) + bytes([len(message) % 256])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at : at + 8], "little")
        v[3] ^= word
        v = sip_round(sip_round(v))
        v[0] ^= word
    v[2] ^= 0xFF
    for _ in range(4):
        v = sip_round(v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def sip_round(v: list[int]) -> list[int]:
    """One round: half of it twice, on pairs that change places."""
    a, b, c, d = v
    a, c = (a + b) % 2**64, (c + d) % 2**64
    b, d = turned(b, 13) ^ a, turned(d, 16) ^ c
    a = turned(a, 32)
    c, a = (c + b) % 2**64, (a + d) % 2**64
    b, d = turned(b, 17) ^ c, turned(d, 21) ^ a
    return [a, b, turned(c, 32), d]


def turned(value: int, bits: int) -> int:
    """Rotate left."""
    return (value << bits | value >> 64 - bits) % 2**64


def test_the_slow_hash_gives_the_papers_value() -> None:
    """Appendix A of the paper: key 00 to 0f, message 00 to 0e."""
    assert sip_hash(bytes(range(16)), bytes(range(15))) == 0xA129CA6149BE45E5


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=10), WORD, WORD)
def test_secret_words_are_siphash_2_4_of_the_row(rows: list[int], key0: int, key1: int) -> None:
    out = np.empty(len(rows), np.uint64)
    draws.secret_words(np.array(rows, np.int64), np.uint64(key0), np.uint64(key1), out)
    key = key0.to_bytes(8, "little") + key1.to_bytes(8, "little")

    assert out.tolist() == [sip_hash(key, row.to_bytes(8, "little")) for row in rows]


def test_keys_of_different_paths_differ() -> None:
    """Also where the joined names are the same, and where seed or secret differ."""
    keys = [
        derive_key(0, *path)
        for path in ((), ("",), ("a", "b/c"), ("a/b", "c"), ("a", "b", "c"), ("a", "b', 'c"), ("abc",))
    ]
    keys += [derive_key(1, "a"), derive_key(0, "a"), derive_key(0, "a", secret=b"s"), derive_key(2**64 - 1, "a")]

    assert len(set(keys)) == len(keys)


@given(st.lists(WORD, min_size=1, max_size=20), st.integers(1, 2**63 - 1))
def test_uniform_draws_take_the_high_half_of_the_whole_product(words: list[int], size: int) -> None:
    """Any size to 2**63 - 1; the 32-bit short cut would be wrong past 2**32."""
    out = np.empty(len(words), np.int64)
    draws.uniform_codes(np.array(words, np.uint64), np.uint64(0), 0, np.uint64(size), 1, out)

    assert out.tolist() == [word * size >> 64 for word in words]


@pytest.mark.parametrize("size", [2**32 - 1, 2**32, 2**32 + 1, 3 * 2**40 + 7, 2**62, 2**63 - 1])
def test_draws_beyond_32_bits_fill_their_range_evenly(size: int) -> None:
    """Each of 64 equal stretches within 5 sigma; both ends are reached by the smallest and largest word."""
    rows = 200_000
    words, out, ends = np.empty(rows, np.uint64), np.empty(rows, np.int64), np.empty(2, np.int64)
    draws.inner_words(np.arange(rows), np.uint64(7), words)
    draws.uniform_codes(words, np.uint64(0), 0, np.uint64(size), 1, out)
    draws.uniform_codes(np.array([0, 2**64 - 1], np.uint64), np.uint64(0), 0, np.uint64(size), 1, ends)
    share = rows / 64
    counts = np.bincount([value * 64 // size for value in out.tolist()], minlength=64)

    assert ends.tolist() == [0, size - 1]
    assert abs(counts - share).max() < 5 * (share * (1 - 1 / 64)) ** 0.5


@given(st.lists(st.tuples(WORD, st.integers(1 - 2**62, 2**62 - 1), st.integers(0, 2**62)), min_size=1, max_size=20))
def test_bounded_draws(cells: list[tuple[int, int, int]]) -> None:
    words = np.array([word for word, _, _ in cells], np.uint64)
    low = np.array([low for _, low, _ in cells], np.int64)
    high = np.array([low + width for _, low, width in cells], np.int64)
    out = np.empty(len(cells), np.int64)
    draws.bounded_codes(words, low, high, out)

    assert out.tolist() == [low + (word * (width + 1) >> 64) for word, low, width in cells]


@given(st.lists(WORD, min_size=1, max_size=20), st.integers(1, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_a_chance_is_a_comparison_of_64_bits(words: list[int], key: int, threshold: int) -> None:
    out = np.empty(len(words), np.int64)
    draws.below_threshold(np.array(words, np.uint64), np.uint64(key), np.uint64(threshold), out)

    assert out.tolist() == [int(mix64_int((word + key) % 2**64) < threshold) for word in words]
