"""Text a user has -> `DatasetSchema`, every fault with its place."""

from __future__ import annotations

from typing import Any

from syndata_engine.reading.language import Reading, read_document, read_schema

__all__ = ["Reading", "json_schema", "read_document", "read_schema"]


def json_schema() -> dict[str, Any]:
    """The language as a JSON Schema, draft 2020-12."""
    # Only editors and the reference ask for it, and it takes as long as reading a document.
    from syndata_engine.reading import editor_schema

    return editor_schema.json_schema()
