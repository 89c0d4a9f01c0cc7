"""Whatever a text of SQL holds, it is read or refused; and nothing in it can become more than a name or a comment."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from syndata import plan
from syndata.databases import import_ddl
from syndata_contracts.errors import Refused
from tests.unit.reading.sql import shapes

TEXTS = [shapes.NORTHWIND, shapes.CRM, shapes.WORKSPACES, shapes.SQLITE, shapes.MYSQL, shapes.POSTGRES, shapes.TREE]
PIECES = [
    "(",
    ")",
    ",",
    ";",
    "'",
    '"',
    "`",
    "[",
    "--",
    "/*",
    "$$",
    "NOT",
    "NULL",
    "CHECK",
    "UNIQUE",
    "REFERENCES",
    "PRIMARY KEY",
    "1",
    "x",
    "::",
    " ",
]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A database's DDL with pieces cut out and others put in."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.sampled_from(PIECES)) + text[place + draw(st.integers(0, 12)) :]
    return text


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(text=damaged())
def test_damaged_sql_is_read_or_refused(text: str) -> None:
    """A refusal has a place; what is read can be planned."""
    try:
        imported = import_ddl(text, rows=20)
    except Refused as refusal:
        faults = refusal.faults
        text = ""
    else:
        faults = ()
        text = imported.text

    assert all(fault.line for fault in faults)
    assert faults or plan(text).tables


names = st.text(min_size=1, max_size=40).filter(lambda name: "\0" not in name and name.isprintable() and name.strip())


@settings(max_examples=150, deadline=None)
@given(table=names, column=names, said=st.text(max_size=60).filter(lambda text: "\0" not in text), value=names)
def test_names_comments_and_values_stay_what_they_are(table: str, column: str, said: str, value: str) -> None:
    """No name, comment, default or listed value ends its quote or its comment in the document."""
    quoted_table, quoted_column = (name.replace('"', '""') for name in (table, column))
    text, listed = said.replace("'", "''"), value.replace("'", "''")
    ddl = f"""CREATE TABLE "{quoted_table}" ("{quoted_column}" varchar(60) NOT NULL DEFAULT '{text}' CHECK ("{quoted_column}" IN ('{listed}')));
    COMMENT ON TABLE "{quoted_table}" IS '{text}';
    COMMENT ON COLUMN "{quoted_table}"."{quoted_column}" IS '{text}';"""
    document = yaml.safe_load(import_ddl(ddl, "postgres").text)

    assert set(document) == {"syndata", "rows", "tables"}
    (one,) = document["tables"]
    assert set(one) <= {"table_name", "rows", "columns"}
    (only,) = one["columns"]
    assert only["name"] == column
    assert only["rule"] == {"type": "choice", "value": [value]}
    assert only.get("description", "") == said
