"""The plan: everything that decides a dataset's bytes, and nothing else.

A plan is small at any size of data (it holds no row, and of sums only what dirt under a condition needs, 1,024 at most),
frozen, and has one canonical text, whose BLAKE3 digest names it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from blake3 import blake3
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import DatasetSchema

PLAN_FORMAT = 1
"""Version of the plan's own layout."""


class Frozen(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tolerant(BaseModel):
    """A frozen value that skips unknown fields: written by a newer version, it can be read by an older one."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PlannedColumn(Frozen):
    """What planning decided for a column."""

    id: str
    name: str
    type: str
    """int, float, decimal, str, bool, date, datetime, uuid, time, duration, binary, json, struct or list."""
    precision: int | None = None
    scale: int | None = None
    storage: str | None = Field(default=None, exclude_if=lambda value: value is None)
    """Width of an int or float that is not 64 bits, such as int16."""
    zone: str | None = Field(default=None, exclude_if=lambda value: value is None)
    """Whose clock a datetime shows; None is UTC."""
    nullable: bool = False
    kind: str
    values_version: int
    """Version of the kind's value mapping; bytes are promised per version."""
    reads: tuple[str, ...] = ()
    """What it is computed from: `column` of the same row, `table.column` of a parent or of children."""


class PlannedDirt(Frozen):
    """How many cells some rules of a table's dirt hit: those that share columns and condition."""

    columns: tuple[str, ...]
    """One, or the two of a swap."""
    rules: tuple[int, ...]
    """Places in the table's `dirt`."""
    eligible: int
    """Rows whose cells the rules may hit."""
    hits: tuple[int, ...]
    """Rows that each rule hits."""
    left: tuple[int, ...] = Field(default=(), exclude_if=lambda value: not value)
    """Of each block of rows, the eligible ones that earlier rules have left; only where they had to be counted."""


class PlannedTable(Frozen):
    """What planning decided for a table."""

    id: str
    name: str
    rows: int
    part_rows: int
    """Rows of every part but the last; a multiple of 16,384."""
    row_bytes: int
    """Estimated bytes of one JSON Lines row, for sizing parts and work."""
    locale: str
    """Of a table of several locales all of them, separated by commas; the schema has their shares."""
    columns: tuple[PlannedColumn, ...]
    dirt: tuple[PlannedDirt, ...] = Field(default=(), exclude_if=lambda value: not value)
    """Left out of plans where there is none, so older plans keep their digest."""

    @property
    def parts(self) -> int:
        """Number of parts; a table without rows still has one, which holds header and footer."""
        return max(1, -(-self.rows // self.part_rows))

    def span(self, part: int) -> tuple[int, int]:
        """First row and one past the last row of a part."""
        return part * self.part_rows, min(self.rows, (part + 1) * self.part_rows)


class Plan(Frozen):
    """A dataset, decided."""

    format: Literal[1] = 1
    seed: int
    as_of: datetime
    secret_id: str | None = None
    """Names the secret that keyed columns mix in; never the secret itself."""
    vocabularies: dict[str, str]
    """Digest of each locale's pack that is used."""
    schema_: DatasetSchema
    tables: tuple[PlannedTable, ...]
    others: tuple[PlannedTable, ...] = Field(default=(), exclude_if=lambda value: not value)
    """Tables of the schema that are not made, but that rows of the others may depend on. Left out of plans that make
    every table, so those keep their digest."""

    def table(self, name: str) -> PlannedTable:
        """The table of this name; KeyError when there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def to_bytes(self) -> bytes:
        """The canonical text: UTF-8 JSON, sorted keys, one trailing newline."""
        return canonical(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        """BLAKE3 of the canonical text, in hex."""
        return blake3(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, body: bytes, *, file: str | None = None) -> Plan:
        """Read a canonical text back; anything else is Refused, byte for byte."""
        try:
            plan = cls.model_validate(json.loads(body))
        except (ValueError, ValidationError) as error:
            first = str(error).splitlines()[0]
            raise Refused(
                Fault(
                    "", f"not a plan of format {PLAN_FORMAT}: {first}", "use the plan.json that generation wrote", file
                )
            ) from None
        if plan.to_bytes() != body:
            raise Refused(
                Fault(
                    "",
                    "the plan's text is not canonical: it was changed after it was written",
                    "use the plan.json that generation wrote",
                    file,
                )
            )
        return plan


def canonical(document: Any) -> bytes:
    """UTF-8 JSON with sorted keys and a trailing newline: one text per value."""
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"
