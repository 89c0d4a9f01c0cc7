"""What a user asks for, after reading: tables, columns, rules and references.

Every spelling a source system allows has been normalised away by `syndata_engine.reading`; what a
value means is decided by planning. `path` says where in the user's document a thing stood, so that
planning can point at it; it takes no part in equality of meaning and never enters a plan.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from syndata_contracts.changes import Changes, Derived
from syndata_contracts.described import Described

ColumnType = Literal[
    "int",
    "float",
    "decimal",
    "str",
    "bool",
    "date",
    "datetime",
    "uuid",
    "time",
    "duration",
    "binary",
    "json",
    "struct",
    "list",
]
Storage = Literal["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]
"""How wide an int or float is where values have a fixed width: Arrow, Parquet, databases."""
OutputFormat = Literal["csv", "json", "jsonl", "parquet", "sql", "copy"]

DEFINITION_FILES: Final[dict[str, tuple[str, ...]]] = {
    "sql": ("schema.postgresql.sql", "schema.sqlite.sql"),
    "copy": ("schema.postgresql.sql",),
}
"""Files beside the tables that create them, for the formats that have such; they follow from the plan."""
Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]

LANGUAGE_VERSION = 1
"""Version of the schema language that this code reads (`syndata: 1`)."""

Probability = Annotated[Decimal, Field(ge=0, le=1)]


def _sorted(value: Any) -> Any:
    match value:
        case dict():
            return {name: _sorted(value[name]) for name in sorted(value, key=str)}
        case list() | tuple():
            return type(value)(_sorted(one) for one in value)
    return value


class Rule(Described):
    """How a column gets its values: a kind and the options that this kind declares."""

    kind: str
    options: Annotated[dict[str, Any], AfterValidator(_sorted)] = Field(default_factory=dict)
    """JSON values, checked by the kind's own option model. Names in order, as in the plan's text: an order that the text
    does not keep must decide nothing."""


class Condition(Described):
    """A comparison of another column of the same row with a literal, or an expression that holds or does not."""

    column: str = ""
    operator: Operator = "=="
    value: Any = None
    expression: str | None = Field(default=None, exclude_if=lambda value: value is None)
    """Instead of column, operator and value. Left out of plans where there is none, so older plans keep their digest."""
    reads: tuple[str, ...] = Field(default=(), exclude_if=lambda value: not value)
    """The columns that the expression names."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition reads."""
        return (self.column,) if self.expression is None else self.reads


class ConditionalRule(Described):
    """The rule that applies where the condition holds; the first that holds wins."""

    condition: Condition
    rule: Rule


class MissingRule(Described):
    """The share of rows without a value where a condition holds; the first that holds wins."""

    condition: Condition
    rate: Probability = Decimal(1)


class ColumnSchema(Described):
    """One column."""

    name: str
    id: str
    """Keys the column's random stream, so it survives renames and reordering. Defaults to the name."""
    type: ColumnType | None = None
    """None leaves it to the kind."""
    precision: Annotated[int, Field(ge=1, le=18)] | None = None
    """Digits in all of a decimal."""
    scale: Annotated[int, Field(ge=0, le=18)] | None = None
    """Digits after the point of a decimal or float, or of a time's second (0, 3 or 6)."""
    storage: Storage | None = Field(default=None, exclude_if=lambda value: value is None)
    """Width of an int or float; None is 64 bits. Left out of plans then, so older plans keep their digest."""
    zone: str | None = Field(default=None, exclude_if=lambda value: value is None)
    """Whose clock a datetime shows: a name such as Europe/Rome, an offset such as +05:30, or `none`. None is UTC."""
    rule: Rule | None = None
    conditional_rules: tuple[ConditionalRule, ...] = ()
    primary_key: bool = False
    unique: bool = False
    nullable: bool = True
    """False where the user said NOT NULL: a rule or reference that could give NULL is then refused."""
    null_rate: Probability = Decimal(0)
    """Share of rows that are NULL."""
    null_when: tuple[MissingRule, ...] = Field(default=(), exclude_if=lambda value: not value)
    """Before `null_rate`, which counts where no condition holds. Left out of plans where there is none."""
    sensitivity: str | None = None
    description: str | None = None


DistributionKind = Literal["uniform", "zipf", "geometric", "poisson", "normal", "histogram"]


class Distribution(Described):
    """How often each number of children occurs, between the least and the most."""

    kind: DistributionKind = "uniform"
    exponent: Decimal | None = None
    """Of a zipf law: the weight of the r-th number, counted from the least, is r ** -exponent."""
    p: Decimal | None = None
    """Of a geometric law: each number is 1 - p times as frequent as the one before."""
    mean: Decimal | None = None
    """Of a poisson or normal law, before it is cut to min..max."""
    stddev: Decimal | None = None
    """Of a normal law."""
    histogram: tuple[tuple[int, Decimal], ...] = ()
    """Numbers of children, ascending, and how often each occurs compared with the others."""


class FanOut(Described):
    """How many children each parent has."""

    min: Annotated[int, Field(ge=0)] = 0
    max: Annotated[int, Field(ge=0)]
    distribution: Distribution | None = Field(default=None, exclude_if=lambda value: value is None)
    """None: every number as often as any other. Left out of plans then, so older plans keep their digest."""


class ParentOption(Described):
    """One of the parents that a polymorphic reference may point to."""

    table: str
    columns: tuple[str, ...]
    label: str
    """What the type column says for this parent."""
    weight: Annotated[int, Field(ge=1)] = 1


class ParentWeights(Described):
    """How often a parent is referred to compared with others, by one of its columns."""

    column: str
    values: tuple[tuple[str, Decimal], ...]
    """Each value as text, and its weight."""


class EdgeSchema(Described):
    """That a reference is the other end of an edge of a graph, and where it may lead."""

    start: str
    """Id or child column of the reference, to the same table, where edges begin."""
    within: str | None = None
    """Id or child column of that table's reference to the communities of its rows."""
    inside: Probability = Decimal(1)
    """Share of edges that stay inside a community."""
    exact: bool = False
    """Whether the share is met to the row."""
    undirected: bool = False
    """Whether an edge and its reverse are the same."""


class ForeignKeySchema(Described):
    """A reference from columns of this table to the key of a parent table (or of several)."""

    id: str
    """Keys the stream of parent choices. Defaults to the child columns joined by `,`."""
    child_columns: tuple[str, ...]
    parent_table: str | None = None
    parent_columns: tuple[str, ...] = ()
    fan_out: FanOut | None = None
    owning: bool | None = None
    """True: children of one parent are consecutive rows. None leaves it to planning."""
    choice: Literal["exact", "independent"] = "exact"
    """`independent`: every child picks for itself; counts are noisy and cannot be aggregated."""
    null_rate: Probability = Decimal(0)
    depth: Annotated[int, Field(ge=1, le=64)] | None = None
    """Levels of the forest of a self-reference (1: roots only)."""
    roots: Annotated[int, Field(ge=1)] | None = None
    """Rows without a parent in a self-reference."""
    type_column: str | None = None
    """Column that says which parent a polymorphic reference points to."""
    parents: tuple[ParentOption, ...] = ()
    weights: ParentWeights | None = Field(default=None, exclude_if=lambda value: value is None)
    """Left out of plans where there are none, so older plans keep their digest."""
    edge: EdgeSchema | None = Field(default=None, exclude_if=lambda value: value is None)
    """Left out of plans where there is none."""


class ConditionalKey(Described):
    """Columns that are unique together among the rows where a condition holds."""

    columns: tuple[str, ...]
    condition: Condition


class Ordering(Described):
    """`later >= earlier` (or `>` when strict) between two columns of one row."""

    later: str
    earlier: str
    strict: bool = False


class Difference(Described):
    """Two columns of one row, each a reference to the same table, that never name the same parent."""

    left: str
    right: str


class Alternatives(Described):
    """Columns of which each row has a value in exactly one, in at most one or in at least one."""

    columns: tuple[str, ...]
    how: Literal["exactly_one", "at_most_one", "at_least_one"]
    weights: tuple[Decimal, ...] = ()
    """One for each column; none: each as often."""
    none: Probability | None = None
    """Share of rows without any value, of `at_most_one`; None: as often as one more column."""


class Correlation(Described):
    """Columns that go along with each other, whatever their distributions are."""

    columns: tuple[str, ...]
    """Each goes along with those before it."""
    coefficients: tuple[tuple[Decimal, ...], ...]
    """Below the diagonal: of column i with columns 0 to i - 1. Correlations of the normal scores of their values."""


DirtKind = Literal[
    "missing", "typo", "case", "whitespace", "encoding", "format", "variant", "outlier", "swap", "placeholder"
]


class DirtRule(Described):
    """What damages exactly a share of the cells of some columns, once the table is clean."""

    kind: DirtKind
    columns: tuple[str, ...]
    """Each loses its own share; of `swap` the two whose values change places."""
    rate: Probability
    """Of the eligible cells of each column: those with a value that the kind can change, where the condition holds."""
    where: Condition | None = Field(default=None, exclude_if=lambda value: value is None)
    options: Annotated[dict[str, Any], AfterValidator(_sorted)] = Field(
        default_factory=dict, exclude_if=lambda value: not value
    )
    """JSON values, as the kind takes them."""


Places = Literal["real", "made up"]
"""Whether addresses stand in cities that exist, with their points and time zones."""


class LocaleShare(Described):
    """How often a row is of a locale, in a table of several."""

    locale: str
    weight: Annotated[Decimal, Field(gt=0)] = Decimal(1)


class TableSchema(Described):
    """One table."""

    name: str
    id: str
    """Keys the table's random streams. Defaults to the name."""
    rows: Annotated[int, Field(ge=0)] | None = None
    """None: takes the dataset's default, or what its owning reference's fan-out gives."""
    locale: str | None = None
    """Of a table of several locales, the first."""
    locales: tuple[LocaleShare, ...] = Field(default=(), exclude_if=lambda value: not value)
    """Each row is of one of them; empty for one. Left out of plans where it is."""
    places: Places | None = Field(default=None, exclude_if=lambda value: value is None)
    """Whether cities are real ones; None takes the dataset's word. Left out of plans where it is."""
    columns: tuple[ColumnSchema, ...]
    foreign_keys: tuple[ForeignKeySchema, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    """Sets of columns that are unique together."""
    conditional_keys: tuple[ConditionalKey, ...] = Field(default=(), exclude_if=lambda value: not value)
    """Left out of plans where there are none, so older plans keep their digest."""
    constraints: tuple[Ordering, ...] = ()
    differences: tuple[Difference, ...] = Field(default=(), exclude_if=lambda value: not value)
    """Left out of plans where there are none, so older plans keep their digest."""
    alternatives: tuple[Alternatives, ...] = Field(default=(), exclude_if=lambda value: not value)
    """Left out of plans where there are none, as well."""
    correlations: tuple[Correlation, ...] = Field(default=(), exclude_if=lambda value: not value)
    """Left out of plans where there are none, as well."""
    dirt: tuple[DirtRule, ...] = Field(default=(), exclude_if=lambda value: not value)
    """Left out of plans where there is none, as well."""
    truth_of: str | None = Field(default=None, exclude_if=lambda value: value is None)
    """The table whose damaged cells are the rows of this one; its columns and rows follow from that table's dirt."""
    changes: Changes | None = Field(default=None, exclude_if=lambda value: value is None)
    """Left out of plans where there are none, as well."""
    derived: Derived | None = Field(default=None, exclude_if=lambda value: value is None)
    """Set by planning, on the tables that follow from another's changes."""


class DatasetSchema(Described):
    """Everything a user asked for."""

    language: int = LANGUAGE_VERSION
    name: str | None = None
    locale: str = "en_US"
    """Of several locales, the first."""
    locales: tuple[LocaleShare, ...] = Field(default=(), exclude_if=lambda value: not value)
    """Of the rows of tables that state no locale. Left out of plans where it is empty."""
    places: Places | None = Field(default=None, exclude_if=lambda value: value is None)
    """Left out of plans where it is None, which means made up."""
    rows: Annotated[int, Field(ge=0)] | None = None
    """Default for tables that state none; capacity may lower it, with a warning (promise X17)."""
    seed: Annotated[int, Field(ge=0, lt=2**64)] = 0
    as_of: datetime | None = None
    """The moment that relative dates count from; None means 2026-01-01T00:00:00Z."""
    secret_id: str | None = None
    output_format: OutputFormat | None = None
    tables: tuple[TableSchema, ...]

    def locales_of(self, table: TableSchema) -> tuple[LocaleShare, ...]:
        """The locales of a table's rows: at least one."""
        if table.locale is not None:
            return table.locales or (LocaleShare(locale=table.locale),)
        return self.locales or (LocaleShare(locale=self.locale),)
