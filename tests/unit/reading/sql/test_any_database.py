"""Whatever a database demands, what is read from its DDL makes rows that load into it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndata.databases import import_database, import_ddl
from tests.unit.reading.sql.drawing import databases
from tests.unit.reading.sql.loading import load_into_sqlite


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(ddl=databases())
def test_rows_of_any_database_load_into_it(ddl: str) -> None:
    """No constraint is given up, none is broken, and the configuration plans as it stands."""
    imported = import_ddl(ddl, rows=40)

    given_up = [warning.what for warning in imported.warnings if "not taken over" in warning.what]
    assert not given_up
    with tempfile.TemporaryDirectory() as directory:
        assert load_into_sqlite(ddl, imported.text, Path(directory) / "out")


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(ddl=databases())
def test_so_do_as_many_rows_as_are_guessed(ddl: str) -> None:
    imported = import_ddl(ddl)

    assert not [warning.what for warning in imported.warnings if "not taken over" in warning.what]
    with tempfile.TemporaryDirectory() as directory:
        assert load_into_sqlite(ddl, imported.text, Path(directory) / "out")


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(ddl=databases(), rows=st.integers(2, 60))
def test_so_do_those_of_a_live_database_in_its_numbers(ddl: str, rows: int) -> None:
    """A database that is full is read back: as many rows of each table, and children as there are; all of them load."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        first = load_into_sqlite(ddl, import_ddl(ddl, rows=rows).text, folder / "first", into=folder / "live.db")
        live = import_database(f"sqlite:///{folder / 'live.db'}")

        assert not [warning.what for warning in live.warnings if "not taken over" in warning.what]
        second = load_into_sqlite(ddl, live.text, folder / "second")
        assert {name: second[name] for name, count in first.items() if count} == {
            name: count for name, count in first.items() if count
        }
