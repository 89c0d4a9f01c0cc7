"""CSVs as others write them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.unit.profiling.csvs import profiled

FRAME = pd.DataFrame(
    {
        "order_id": range(1, 201),
        "customer": [f'Müller, {number % 40} "Jr."\n; | \t' for number in range(200)],
        "amount": [number / 8 for number in range(200)],
        "paid": [number % 3 == 0 for number in range(200)],
        "placed": pd.date_range("2024-01-01", periods=200, freq="h"),
        "note": [None if number % 2 else "kept" for number in range(200)],
    }
)
TYPES = ["int", "str", "float", "bool", "datetime", "str"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_pandas_writes_is_read(delimiter: str, quoting: int, encoding: str, end: str) -> None:
    text = FRAME.to_csv(index=False, sep=delimiter, quoting=quoting, lineterminator=end)
    profile = profiled(text.encode(encoding))

    assert profile.delimiter == delimiter
    assert profile.rows == 200
    assert [column.name for column in profile.columns] == list(FRAME.columns)
    assert [column.type for column in profile.columns] == TYPES
    assert [column.nulls for column in profile.columns] == [0, 0, 0, 0, 0, 100]
    assert profile.columns[1].distinct == 40
    assert profile.columns[0].candidate_key


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_what_duckdb_writes_is_read(delimiter: str, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    query = f"""
        COPY (SELECT range AS id, (range * 1.25)::DECIMAL(12, 2) AS amount, (range / 7)::DOUBLE AS share,
                     DATE '2024-01-01' + range::INT AS day, uuid() AS token, range % 2 = 0 AS even,
                     TIMESTAMPTZ '2024-01-01 10:00:00+02' AS seen,
                     CASE WHEN range % 4 = 0 THEN NULL ELSE 'a' || chr(10) || '"b"' END AS note
              FROM range(500))
        TO '{path}' (HEADER, DELIMITER '{delimiter}')
    """  # noqa: S608 -- COPY takes no parameters
    duckdb.execute(query)
    profile = profiled(path.read_bytes())

    assert profile.delimiter == delimiter
    assert profile.rows == 500
    kinds = [column.type for column in profile.columns]
    assert kinds == ["int", "decimal", "float", "date", "uuid", "bool", "datetime", "str"]
    assert profile.columns[1].scale == 2
    assert profile.columns[7].nulls == 125


def test_statistics_are_those_of_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "frame.csv"
    FRAME.to_csv(path, index=False)
    amount = profiled(path.read_bytes()).columns[2]
    query = "SELECT avg(amount), stddev_samp(amount) FROM read_csv($path)"
    found = duckdb.execute(query, {"path": str(path)}).fetchone()
    assert found is not None
    mean, deviation = found

    assert amount.spread is not None
    assert amount.spread.mean == pytest.approx(mean, rel=1e-12)
    assert amount.spread.standard_deviation == pytest.approx(deviation, rel=1e-12)


def test_one_column_needs_no_delimiter_and_its_empty_lines_are_nulls() -> None:
    profile = profiled("amount\n1\n\n3\n")

    assert (profile.rows, profile.columns[0].nulls, profile.columns[0].type) == (3, 1, "int")


def test_empty_lines_between_rows_are_no_rows() -> None:
    profile = profiled("\na,b\n\n1,2\r\n\r\n3,4\n\n")

    assert profile.rows == 2


def test_the_last_row_needs_no_line_end() -> None:
    assert profiled("a,b\n1,2\n3,4").rows == 2


def test_an_empty_field_is_a_null_in_quotes_or_not() -> None:
    """Writers that quote everything quote nulls too."""
    profile = profiled('a,b\n"1",""\n"2",\n')

    assert [column.nulls for column in profile.columns] == [0, 2]


def test_decimal_commas_do_not_hide_the_semicolons() -> None:
    assert profiled("name;price\nx;1,50\ny;2,75\n").delimiter == ";"


def test_a_quote_inside_of_a_plain_field_is_a_character() -> None:
    profile = profiled('size\tname\n5" pipe\tx\n7"\ty\n')

    assert profile.columns[0].distinct == 2


def test_two_thousand_columns_and_fields_of_a_mebibyte_are_profiled() -> None:
    header = ",".join(f"c{position}" for position in range(2000))
    wide = profiled(header + "\n" + ",".join(["7"] * 2000) + "\n")
    file = io.StringIO()
    csv.writer(file).writerows([["id", "text"], ["1", "x" * 1024 * 1024]])
    long = profiled(file.getvalue())

    assert len(wide.columns) == 2000
    assert long.columns[1].lengths is not None
    assert long.columns[1].lengths.maximum == 1024 * 1024
