"""From rows to bytes: CSV, JSON, JSON Lines and Parquet, as docs/formats.md defines them."""

from syndata_engine.formats.describing import MANIFEST_FILE, PLAN_FILE, Deliverable, PartFact, describe, file_names
from syndata_engine.formats.encoding import FORMATS, PartTail, closing, encode_part, json_rows

__all__ = [
    "FORMATS",
    "MANIFEST_FILE",
    "PLAN_FILE",
    "Deliverable",
    "PartFact",
    "PartTail",
    "closing",
    "describe",
    "encode_part",
    "file_names",
    "json_rows",
]
