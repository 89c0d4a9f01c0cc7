"""What profiling finds: statistics of a table, and no rare value of it."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import ValidationError

from syndata_contracts.errors import Defect
from syndata_contracts.plan import Frozen, canonical

PROFILE_FORMAT: Final = 1

ColumnType = Literal["int", "float", "decimal", "bool", "date", "datetime", "uuid", "str"]


class Range(Frozen):
    """The least and the greatest value of numbers, dates or date-times.

    They are values of the data, and may be rare ones: the only such that a profile holds.
    """

    minimum: str
    """As text, so that no digit is lost: `12`, `12.50`, `0.1`, `2024-01-31`, `2024-01-31T12:00:00Z`."""
    maximum: str


class Spread(Frozen):
    """Where numbers lie. Computed exactly and rounded once, so it depends on the values only, in any order."""

    mean: float | None
    """None when there is no finite number."""
    standard_deviation: float | None
    """Of a sample (n - 1); None for fewer than two numbers, or beyond what a float can hold."""
    not_finite: int
    """How many are NaN or infinite; they are left out of everything else here and of the range."""


class Lengths(Frozen):
    """Of the values as texts, in characters."""

    minimum: int
    mean: float
    maximum: int


class Category(Frozen):
    """A value that occurs often enough to tell of nobody."""

    value: str
    """As it stands in the file, without quotes."""
    count: int


class Categories(Frozen):
    """The values of a column that has few different ones."""

    frequent: tuple[Category, ...]
    """Those that occur at least five times, the most frequent first."""
    rare_values: int
    """How many different values occur less often; they are not kept."""
    rare_rows: int
    """In how many rows they occur."""


class ColumnProfile(Frozen):
    """What was found in one column. An empty field is a null, in quotes or not."""

    name: str
    type: ColumnType
    precision: int | None = None
    """Of a decimal: digits in all."""
    scale: int | None = None
    """Of a decimal: digits behind the point."""
    zoned: bool | None = None
    """Of date-times: whether they tell their offset from UTC."""
    nulls: int
    distinct: int
    """Different texts, nulls not counted."""
    distinct_exact: bool
    """Whether `distinct` was counted, or else estimated to about one in a hundred."""
    candidate_key: bool
    """Whether no value is null and none occurs twice."""
    candidate_key_exact: bool
    """Whether that was seen of every value, or else of a sample of ten thousand different ones."""
    range: Range | None = None
    spread: Spread | None = None
    lengths: Lengths | None = None
    """None when every value is null."""
    categories: Categories | None = None
    """None when there are too many different values, or too long ones."""


class Profile(Frozen):
    """What was found in a CSV."""

    format: Literal[1] = PROFILE_FORMAT
    size: int
    """Bytes of the CSV."""
    delimiter: str
    rows: int
    columns: tuple[ColumnProfile, ...]

    def to_bytes(self) -> bytes:
        """The canonical text: UTF-8 JSON, sorted keys, one trailing newline."""
        return canonical(self.model_dump(mode="json"))

    @classmethod
    def from_bytes(cls, body: bytes) -> Profile:
        """Read it back; Defect when it is not one that this version writes."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise Defect(f"not a profile of format {PROFILE_FORMAT}: {error.error_count()} faults") from None
