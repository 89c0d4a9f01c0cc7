"""What a generator leaves beside a task's parts for the exporter, and the exporter beside its archive for readers."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, ValidationError

from syndata_contracts.errors import Defect
from syndata_contracts.plan import Tolerant, canonical


class PartMade(Tolerant):
    """What is known of a part."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    rows: int
    size: int
    """In bytes."""
    digest: str
    tail: bytes = b""
    """What the table's closing needs of the part; base64 in JSON."""


class TaskMade(Tolerant):
    """What is known of a task's parts, in order."""

    format: Literal[1] = 1
    engine: str
    """Version of syndata that made them."""
    parts: tuple[PartMade, ...]

    def to_bytes(self) -> bytes:
        """The canonical text."""
        return canonical(self.model_dump(mode="json"))

    @classmethod
    def from_bytes(cls, body: bytes) -> TaskMade:
        """Read it back; Defect when it is not one."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise Defect(f"not a record of a task: {str(error).splitlines()[0]}") from None


class ArchiveMade(Tolerant):
    """What is known of an archive that stands."""

    format: Literal[1] = 1
    size: int
    """In bytes."""
    digest: str
    """By the job's algorithm."""

    def to_bytes(self) -> bytes:
        """The canonical text."""
        return canonical(self.model_dump(mode="json"))

    @classmethod
    def from_bytes(cls, body: bytes) -> ArchiveMade:
        """Read it back; Defect when it is not one."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise Defect(f"not a record of an archive: {str(error).splitlines()[0]}") from None
