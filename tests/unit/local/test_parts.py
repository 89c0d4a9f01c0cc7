"""A part's bytes lie where they belong, whenever that becomes known."""

from __future__ import annotations

import os

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from syndata.local.dispatch import _Frontier
from syndata.local.parts import Shelf, Sink
from syndata_contracts.digests import digest, digest_of_digests, hasher


@given(st.lists(st.binary(max_size=50), max_size=12), st.integers(0, 12), st.integers(0, 1000))
def test_a_sink_writes_the_same_however_late_it_learns_its_place(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], known_after: int, offset: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "sink"
    asked = 0

    def place(wait: bool) -> int | None:
        nonlocal asked
        asked += 1
        return offset if wait or asked > known_after else None

    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_RDWR)
    sink = Sink(descriptor, hasher("blake3"), place, Shelf())
    for piece in pieces:
        reused = bytearray(piece)
        sink.write(memoryview(reused))
        reused[:] = b"x" * len(reused)
    found = sink.close()
    os.close(descriptor)

    body = b"".join(pieces)
    assert sink.size == len(body)
    assert found == blake3(body).hexdigest()
    assert path.read_bytes() == (b"\0" * offset + body if body else b"")


def test_a_sink_without_a_file_only_counts_and_hashes() -> None:
    def never(wait: bool) -> int | None:
        raise AssertionError

    sink = Sink(None, hasher("sha256"), never, Shelf())
    sink.write(memoryview(b"abc"))

    assert sink.close() == digest(b"abc", "sha256")
    assert sink.size == 3


@given(st.permutations(range(8)), st.lists(st.integers(0, 100), min_size=8, max_size=8))
def test_places_follow_from_sizes_in_any_order(order: list[int], sizes: list[int]) -> None:
    frontier = _Frontier()
    placed = {0: 0}
    for part in order:
        placed |= frontier.sized(part, sizes[part])

    assert placed == {part: sum(sizes[:part]) for part in range(9)}


def test_a_tables_digest_covers_its_parts_in_order() -> None:
    first, second = digest(b"a", "blake3"), digest(b"b", "blake3")

    expected = blake3(blake3(b"a").digest() + blake3(b"b").digest()).hexdigest()
    assert digest_of_digests([first, second], "blake3") == expected
    assert digest_of_digests([second, first], "blake3") != expected
