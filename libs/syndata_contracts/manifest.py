"""The manifest: what a finished dataset holds. It knows no time, host, path or worker count."""

from __future__ import annotations

import json
from typing import Literal

from blake3 import blake3
from pydantic import ValidationError

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.plan import Frozen, canonical
from syndata_contracts.schema import OutputFormat
from syndata_contracts.workspaces import DEFAULT_WORKSPACE, WorkspaceName

MANIFEST_FORMAT = 1


class PartRecord(Frozen):
    """One part's stretch of its table's file."""

    rows: int
    bytes: int
    digest: str
    """Hex digest of exactly these bytes."""


class TableRecord(Frozen):
    """One table's file: its parts laid end to end, then the closing bytes."""

    name: str
    file: str
    rows: int
    bytes: int
    parts: tuple[PartRecord, ...]
    closing: PartRecord
    """What follows the last part: a Parquet footer, the end of a JSON array, or nothing."""
    digest: str
    """Digest over the digests of parts and closing, in order."""


class Manifest(Frozen):
    """What was made, and how to know it again."""

    format: Literal[1] = 1
    workspace: WorkspaceName = DEFAULT_WORKSPACE
    """Whose dataset it is; the bytes do not depend on it."""
    plan: str
    """Digest of plan.json."""
    output_format: OutputFormat
    digest_algorithm: Literal["blake3", "sha256"] = "blake3"
    engine: str
    """Version of syndata that wrote the bytes."""
    tables: tuple[TableRecord, ...]

    def to_bytes(self) -> bytes:
        """The canonical text, closed by a digest over itself so that any changed byte shows."""
        body = self.model_dump(mode="json")
        return canonical({**body, "manifest_digest": blake3(canonical(body)).hexdigest()})

    @classmethod
    def from_bytes(cls, body: bytes, *, file: str | None = None) -> Manifest:
        """Read a manifest back; Refused when any byte differs from what was written."""
        fix = "generate the dataset again, or restore manifest.json"
        try:
            document = json.loads(body)
            document.pop("manifest_digest", None)
            manifest = cls.model_validate(document)
        except (ValueError, AttributeError, ValidationError) as error:
            first = str(error).splitlines()[0]
            raise Refused(Fault("", f"not a manifest of format {MANIFEST_FORMAT}: {first}", fix, file)) from None
        if manifest.to_bytes() != body:
            raise Refused(Fault("", "the manifest was changed after it was written", fix, file))
        return manifest
