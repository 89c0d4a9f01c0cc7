"""A part's bytes lie where they belong, whenever that becomes known."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from syndata.local.dispatch import _Frontier
from syndata.local.parts import Shelf, Sink
from syndata_contracts.digests import digest, digest_of_digests, hasher


class Turnstile:
    """A gate that somebody else holds whenever `closed` says so to one who would not wait."""

    def __init__(self, closed: Iterable[bool]) -> None:
        self._closed = iter(closed)
        self.inside = False

    def acquire(self, block: bool, /) -> bool:
        assert not self.inside
        if not block and next(self._closed, False):
            return False
        self.inside = True
        return True

    def release(self) -> None:
        assert self.inside
        self.inside = False


@given(
    st.lists(st.tuples(st.binary(max_size=50), st.booleans()), max_size=12),
    st.integers(0, 12),
    st.integers(0, 1000),
    st.none() | st.lists(st.booleans(), max_size=20),
)
def test_a_sink_writes_the_same_however_late_it_learns_its_place_and_whoever_else_writes(
    tmp_path_factory: pytest.TempPathFactory,
    pieces: list[tuple[bytes, bool]],
    known_after: int,
    offset: int,
    closed: list[bool] | None,
) -> None:
    path = tmp_path_factory.getbasetemp() / "sink"
    asked = 0

    def place(wait: bool) -> int | None:
        nonlocal asked
        asked += 1
        return offset if wait or asked > known_after else None

    gate = None if closed is None else Turnstile(closed)
    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_RDWR)
    sink = Sink(descriptor, hasher("blake3"), place, Shelf(), gate)
    for piece, in_its_room in pieces:
        reused = sink.room(len(piece) + 7) if in_its_room else memoryview(bytearray(piece))
        reused[: len(piece)] = piece
        sink.write(reused[: len(piece)])
        if not in_its_room:
            reused[:] = b"x" * len(reused)
    found = sink.close()
    os.close(descriptor)

    body = b"".join(piece for piece, _ in pieces)
    assert sink.size == len(body)
    assert found == blake3(body).hexdigest()
    assert path.read_bytes() == (b"\0" * offset + body if body else b"")
    assert gate is None or not gate.inside


def test_a_sink_without_a_file_only_counts_and_hashes() -> None:
    def never(wait: bool) -> int | None:
        raise AssertionError

    sink = Sink(None, hasher("sha256"), never, Shelf(), None)
    sink.write(memoryview(b"abc"))

    assert sink.close() == digest(b"abc", "sha256")
    assert sink.size == 3


def test_a_gate_is_left_when_the_disk_is_full() -> None:
    gate = Turnstile([])
    descriptor = os.open("/dev/full", os.O_WRONLY)
    try:
        sink = Sink(descriptor, hasher("blake3"), lambda _wait: 0, Shelf(), gate)
        with pytest.raises(OSError, match="No space left"):
            sink.write(memoryview(b"abc"))
    finally:
        os.close(descriptor)

    assert not gate.inside


def test_what_waited_in_a_part_that_failed_is_not_in_the_next() -> None:
    shelf = Shelf()
    left = Sink(os.open(os.devnull, os.O_WRONLY), hasher("blake3"), lambda _wait: None, shelf, None)
    left.write(memoryview(b"left behind"))

    Sink(None, hasher("blake3"), lambda _wait: None, shelf, None)

    assert not shelf


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
