"""A profile depends on the bytes of a file, and on nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata_contracts.errors import Refused
from syndata_engine.profiling import Profile, profile_csv, reader
from syndata_engine.profiling.columns import TableSummary
from tests.running import environment

FIELDS = st.one_of(
    st.just(""),
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(repr),
    st.decimals(-1000, 1000, places=2).map(str),
    st.dates().map(str),
    st.datetimes().map(str),
    st.uuids().map(str),
    st.booleans().map(str),
    st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12),
    st.sampled_from(["new", "paid", "sent"]),
)
ALIKE = st.sampled_from(
    [
        st.integers(-(2**63), 2**63 - 1).map(str),
        st.integers(0, 5).map(str),
        st.floats().map(repr),
        st.floats(-1e3, 1e3, width=16).map(repr),
        st.decimals(-(10**15), 10**15, places=2).map(str),
        st.datetimes().map(str),
        st.dates().map(str),
        st.sampled_from(["new", "paid", "sent", ""]),
        FIELDS,
    ]
)


def columns_of(rows: int) -> st.SearchStrategy[list[list[str]]]:
    """Columns of so many fields; most of one sort each, some of any."""
    column = ALIKE.flatmap(lambda fields: st.lists(fields, min_size=rows, max_size=rows))
    return st.lists(column, min_size=1, max_size=4)


COLUMNS = st.integers(1, 30).flatmap(columns_of)


def written(columns: list[list[str]], end: str = "\n") -> bytes:
    """A CSV of these columns."""

    def field(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if set(text) & set(',;|\t"\r\n') or not text else text

    header = ",".join(f"c{position}" for position in range(len(columns)))
    rows = [",".join(map(field, row)) for row in zip(*columns, strict=True)]
    return (end.join([header, *rows]) + end).encode()


def cut(body: bytes, places: list[int]) -> Iterator[bytes]:
    """The bytes in pieces that end at these places."""
    ends = sorted(place % (len(body) + 1) for place in places)
    for start, stop in zip([0, *ends], [*ends, len(body)], strict=True):
        yield body[start:stop]


def outcome(pieces: Iterator[bytes] | list[bytes]) -> bytes | str:
    """The profile's bytes, or the refusal's text."""
    try:
        return profile_csv(pieces).to_bytes()
    except Refused as refusal:
        return str(refusal)


@contextmanager
def windows_of(size: int) -> Iterator[None]:
    """Windows so small that rows, fields, line ends and characters straddle them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_WINDOW", size)
        yield


@given(COLUMNS, st.lists(st.integers(0)), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_cut_of_the_bytes_gives_the_same_profile(columns: list[list[str]], places: list[int], end: str) -> None:
    body = written(columns, end)
    whole = profile_csv([body])

    assert profile_csv(cut(body, places)).to_bytes() == whole.to_bytes()
    assert whole.rows == len(columns[0])
    assert [one.nulls for one in whole.columns] == [column.count("") for column in columns]


@given(st.binary(max_size=200), st.lists(st.integers(0)))
def test_any_bytes_are_profiled_or_refused_and_any_cut_of_them_alike(body: bytes, places: list[int]) -> None:
    assert outcome(cut(body, places)) == outcome([body])


@given(st.text(st.sampled_from('a1,"\n\r\0é'), max_size=60), st.lists(st.integers(0)))
def test_any_text_of_delimiters_and_quotes_is_profiled_or_refused_alike(text: str, places: list[int]) -> None:
    body = ("a,b\n" + text).encode()

    assert outcome(cut(body, places)) == outcome([body])


@given(COLUMNS, st.integers(64, 300), st.sampled_from(["\n", "\r\n", "\r"]))
def test_windows_of_any_size_find_the_same_rows(columns: list[list[str]], size: int, end: str) -> None:
    body = written(columns, end)
    whole = profile_csv([body])
    with windows_of(size):
        assert profile_csv([body]).to_bytes() == whole.to_bytes()


@given(COLUMNS, st.lists(st.integers(0, 30), max_size=3))
def test_summaries_of_stretches_of_rows_merge_into_that_of_all(columns: list[list[str]], places: list[int]) -> None:
    names = [f"c{position}" for position in range(len(columns))]
    arrays = [pa.array([text or None for text in column], pa.string()) for column in columns]
    whole = TableSummary(names)
    whole.add(arrays)
    merged = TableSummary(names)
    ends = sorted(min(place, len(columns[0])) for place in places)
    for start, stop in zip([0, *ends], [*ends, len(columns[0])], strict=True):
        stretch = TableSummary(names)
        stretch.add([array.slice(start, stop - start) for array in arrays])
        merged.merge(stretch)

    assert merged.profiles() == whole.profiles()
    assert merged.rows == whole.rows


@given(COLUMNS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(columns: list[list[str]], random: object) -> None:
    rows = list(zip(*columns, strict=True))
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # a random.Random
    turned = [list(column) for column in zip(*shuffled, strict=True)]

    assert profile_csv([written(turned)]) == profile_csv([written(columns)])


@given(COLUMNS)
def test_a_profile_is_read_back_as_it_was(columns: list[list[str]]) -> None:
    profile = profile_csv([written(columns)])

    assert Profile.from_bytes(profile.to_bytes()) == profile


def test_rows_that_straddle_the_real_windows_are_whole() -> None:
    """A file of several windows, cut at odd places, with line breaks in quotes."""
    rows = [f'{number},"a\nb {number % 977}",{number / 8}\r\n' for number in range(400_000)]
    body = ("id,note,share\r\n" + "".join(rows)).encode()
    odd = [body[start : start + 999_983] for start in range(0, len(body), 999_983)]
    profile = profile_csv(odd)

    assert len(body) > 2 * reader._WINDOW
    assert profile.to_bytes() == profile_csv([body]).to_bytes()
    assert profile.rows == 400_000
    assert profile.columns[0].candidate_key
    assert profile.columns[1].distinct == 977


def test_profiling_loads_no_pandas() -> None:
    """Arrow imports it unasked in many of its calls, which would cost a worker a second and 60 MB."""
    program = (
        "import sys\n"
        "from syndata_engine.profiling import profile_csv\n"
        "profile_csv([b'a,b,c,d,e\\n1,2.50,2024-01-31,x,0.1\\n2,,2024-01-31 10:00,y,nan\\n'])\n"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], env=environment(), check=False).returncode == 0
