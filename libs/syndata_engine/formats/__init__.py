"""From rows to bytes: CSV, JSON, JSON Lines, Parquet and SQL, as docs/formats.md defines them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syndata_engine.formats.describing import MANIFEST_FILE, PLAN_FILE, Deliverable, PartFact, describe, file_names
from syndata_engine.formats.encoding import FORMATS, SQL_FORMATS, PartTail, closing, encode_part, json_rows
from syndata_engine.formats.sql_names import schema_file_names

if TYPE_CHECKING:
    from syndata_engine.generation.tables.binding import Dataset

__all__ = [
    "FORMATS",
    "MANIFEST_FILE",
    "PLAN_FILE",
    "SQL_FORMATS",
    "Deliverable",
    "PartFact",
    "PartTail",
    "closing",
    "describe",
    "encode_part",
    "file_names",
    "json_rows",
    "schema_file_names",
    "schema_files",
]


def schema_files(dataset: Dataset, output_format: str) -> dict[str, bytes]:
    """The files that create a dataset's tables, by name; they follow from its plan. Nothing for formats but SQL's.

    Refused when a name or a value of the dataset is none in SQL.
    """
    names = schema_file_names(output_format)
    if not names:
        return {}
    from syndata_engine.formats.sql_schema import schema_texts

    return schema_texts(dataset, output_format, names)
