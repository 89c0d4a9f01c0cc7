"""From rows to bytes: CSV, JSON, JSON Lines, Parquet and SQL, as docs/formats.md defines them."""

from syndata_engine.formats.describing import MANIFEST_FILE, PLAN_FILE, Deliverable, PartFact, describe, file_names
from syndata_engine.formats.encoding import FORMATS, SQL_FORMATS, PartTail, closing, encode_part, json_rows
from syndata_engine.formats.sql_names import schema_file_names
from syndata_engine.formats.sql_schema import load_order, schema_files

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
    "load_order",
    "schema_file_names",
    "schema_files",
]
