"""What cannot be profiled is refused: where, what, and how to mend it; never with a value of the data."""

from __future__ import annotations

import gzip

import pytest

from syndata_engine.profiling import LIMITS, Limits
from tests.unit.profiling.csvs import profiled, refusal_of

PERSON = "Erika-Mustermann"


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        (b"", None, "the file is empty"),
        (b"\xef\xbb\xbf", None, "no header"),
        (b"\n\r\n", None, "no header"),
        (b"name,age\n", 1, "no row"),
        (b"name,age", 1, "no row"),
        (b"name,age\na,1\nErika-Mustermann\n", 3, "1 fields, and the header 2"),
        (b"name,age\n\na,1\nErika-Mustermann,2,3\nb,2\n", 4, "3 fields, and the header 2"),
        (b'name,age\r\n"Erika\r\n-\r\nMustermann",1\r\nErika-Mustermann\r\n', 5, "1 fields"),
        (b'name,age\r"Erika\r-\rMustermann",1\rErika-Mustermann\r', 5, "1 fields"),
        (b'name,age\n"Erika-Mustermann,1\nb,2\n', 2, "never closed"),
        (b'name,age\na,1\n"Erika-"Mustermann,2\n', 3, "follows a closing quote"),
        (b"name,age\na,1\nErika\0Mustermann,2\n", 3, "NUL"),
        ("name,age\na,1\nErika-Mustermann é,2\n".encode("latin-1"), 3, "not UTF-8"),
        (b"name,age\na,1\nErika-Mustermann \xc3", 3, "not UTF-8"),
        ("name,age\nErika-Mustermann,1\n".encode("utf-16"), 1, "UTF-16"),
        ("name,age\nErika-Mustermann,1\n".encode("utf-16-le"), 1, "UTF-16"),
        ("name,age\nErika-Mustermann,1\n".encode("utf-16-be"), 1, "UTF-16"),
        (b"name,age,name\nErika-Mustermann,1,2\n", 1, "same as that of column 1"),
        (b",name\n0,Erika-Mustermann\n", 1, "no name"),
        (b"1,2024-01-01\n2,2024-01-02\n", 1, "seems to be data"),
        (b"name," + b"x" * 501 + b"\nErika-Mustermann,1\n", 1, "longer than 500 characters"),
        (gzip.compress(b"name,age\nErika-Mustermann,1\n", mtime=0), None, "a gzip file"),
        (b"PAR1" + bytes(range(256)) + b"PAR1", None, "a Parquet file"),
        (b"PK\x03\x04" + bytes(100), None, "a ZIP archive"),
        (bytes(range(128, 256)) * 10, 1, "not UTF-8"),
    ],
)
def test_a_fault_is_told_with_its_line_and_without_the_data(body: bytes, line: int | None, words: str) -> None:
    refusal = refusal_of(body)

    assert words in str(refusal)
    assert refusal.faults[0].line == line
    assert not [word for word in PERSON.split("-") if word in str(refusal)]


def test_every_faulty_name_of_a_header_is_told_at_once() -> None:
    refusal = refusal_of("a,a,,b,b\n1,2,3,4,5\n")

    assert [fault.path for fault in refusal.faults] == ["column 2", "column 3", "column 5"]


def test_the_first_fault_of_the_file_is_the_one_that_is_told() -> None:
    latin_first = b"a,b\n\xe9,1\n1,2,3\n"
    ragged_first = b"a,b\n1,2,3\n\xe9,1\n"

    assert "UTF-8" in str(refusal_of(latin_first))
    assert "3 fields" in str(refusal_of(ragged_first))


def test_a_fault_far_into_the_file_is_told_with_its_line() -> None:
    body = b"id,name\n" + b"1,abcdefghijklmnop\n" * 500_000 + b"1\n"
    refusal = refusal_of(body)

    assert refusal.faults[0].line == 500_002


@pytest.mark.parametrize(
    ("limits", "within", "beyond", "words"),
    [
        (Limits(columns=2), "a,b\n1,2\n", "a,b,c\n1,2,3\n", "3 columns, and at most 2"),
        (Limits(rows=2), "a\n1\n2\n", "a\n1\n2\n3\n", "more than 2 rows"),
        (Limits(field_bytes=9), "a,b\n123456789,2\n", "a,b\n1234567890,2\n", "longer than 9 bytes"),
        (Limits(field_bytes=9), 'a,b\n"1234567",2\n', 'a,b\n"123456789",2\n', "opened in line 2"),
        (Limits(row_bytes=9), "a,b\n1234,5678\n", "a,b\n1234,56789\n", "the row is longer than 9 bytes"),
    ],
)
def test_a_limit_is_kept_to_the_byte(limits: Limits, within: str, beyond: str, words: str) -> None:
    assert profiled(within, limits).rows
    assert words in str(refusal_of(beyond, limits))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (",".join(f"c{position}" for position in range(2001)) + "\n", "2,001 columns, and at most 2,000"),
        ("a,b\n1," + "x" * (LIMITS.field_bytes + 1) + "\n", "longer than 1,048,576 bytes"),
        ('a,b\n1,"' + "x\n" * LIMITS.field_bytes, "its quote was opened in line 2"),
        ("a,b\n" + "," * (LIMITS.row_bytes + 1), "the row is longer than 16,777,216 bytes"),
    ],
)
def test_the_limits_hold_before_the_row_ends(body: str, words: str) -> None:
    """So no file, however it is made, fills the memory."""
    assert words in str(refusal_of(body))
