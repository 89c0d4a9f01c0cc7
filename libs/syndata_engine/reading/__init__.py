"""Text a user has -> `DatasetSchema`, every fault with its place."""

from __future__ import annotations

from syndata_engine.reading.json_schema import json_schema
from syndata_engine.reading.language import Reading, read_document, read_schema

__all__ = ["Reading", "json_schema", "read_document", "read_schema"]
