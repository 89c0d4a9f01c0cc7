"""What a kind may see while it builds a column: its table's words, the locale's pack, and its neighbours."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnSchema, TableSchema
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.correlations import correlated_word, correlation_of
from syndata_engine.generation.nodes.codes import ValueType, to_code
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import SecretWord, Word
from syndata_engine.generation.words.bits import derive_key
from syndata_engine.vocabularies import Pack, Phones

if TYPE_CHECKING:
    from syndata_engine.gazetteers import Gazetteer
    from syndata_engine.generation.references.references import References

Shared = TypeVar("Shared")

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")


def name_words(name: str) -> list[str]:
    """The lower-case words of a snake_case, camelCase or spaced name."""
    return [word.lower() for word in _WORDS.findall(name)]


class WholeTable:
    """What stands for a table with all its columns: who follows the nodes of one column stops before it."""


@dataclass(eq=False)
class TableContext:
    """A table while its columns are being built."""

    schema: TableSchema
    seed: int
    as_of: datetime
    pack: Pack
    secret: bytes
    """Mixed into the keys of sensitive columns; empty where the plan names no secret."""
    build: Callable[[str, str], Column]
    """build(column name, path of the asker): a column of this table, built on demand."""
    make: Callable[[ColumnSchema], Column] | None = None
    """Makes a value that stands inside another."""
    gazetteer: Gazetteer | None = None
    """The real cities of the locale's country, where the table wants its places real."""
    read_phones: Callable[[], Phones] | None = None
    """Reads what telephone numbers look like."""
    extras: dict[str, str] = field(default_factory=dict)
    """Digests of what columns have read beside vocabularies and gazetteers, by its name in plans."""
    mix: tuple[TableContext, ...] = ()
    """Of a table of several locales, a context for each; the first is this one."""
    row_locale: Node | None = None
    """Which of them the row is of."""
    pack_read: bool = False
    """Whether the column that is being built has asked for the vocabulary."""
    words: dict[tuple[str, ...], Node] = field(default_factory=dict)
    _references: References | None = None
    _shared: dict[tuple[str, ...], Any] = field(default_factory=dict)
    _from_pack: set[tuple[str, ...]] = field(default_factory=set)
    """What of it follows from the vocabulary."""

    def for_locale(self, pack: Pack, gazetteer: Gazetteer | None) -> TableContext:
        """The same table over another vocabulary: its rows have the same words, and only what they are read by differs."""
        return replace(self, pack=pack, gazetteer=gazetteer, mix=(), _shared={}, _from_pack=set())

    @property
    def relations(self) -> References:
        """The table's references to parents, and its families."""
        if self._references is None:
            raise RuntimeError("the table is not part of a dataset yet")
        return self._references

    def nested(self, schema: ColumnSchema) -> Column:
        """A value that stands inside another, described as a column."""
        if self.make is None:
            raise RuntimeError("the table is not part of a dataset yet")
        return self.make(schema)

    def shared(self, path: tuple[str, ...], make: Callable[[], Shared]) -> Shared:
        """What several columns of the table use together, made once."""
        if path not in self._shared:
            outer, self.pack_read = self.pack_read, False
            self._shared[path] = make()
            if self.pack_read:
                self._from_pack.add(path)
            self.pack_read = self.pack_read or outer
        elif path in self._from_pack:
            self.pack_read = True
        found: Shared = self._shared[path]
        return found

    def relate(self, references: References) -> None:
        """Give the table its references."""
        self._references = references

    def phones(self) -> Phones:
        """What telephone numbers look like; the plan names it then."""
        if self.read_phones is None:
            raise RuntimeError("the table is not part of a dataset yet")
        found = self.read_phones()
        self.extras["phones"] = found.digest
        return found

    @property
    def key(self) -> int:
        """Key of the table's inner mix."""
        return derive_key(self.seed, "table", self.schema.id)

    def word(self, *path: str, sensitive: bool = False) -> Node:
        """The word that belongs to a path (a column, an entity, a reference) of this table."""
        node = self.words.get(path)
        if node is None:
            if sensitive and self.secret:
                keys = (
                    derive_key(self.seed, "secret", half, self.schema.id, *path, secret=self.secret) for half in "ab"
                )
                node = SecretWord((next(keys), next(keys)))
            else:
                node = Word(derive_key(self.seed, self.schema.id, *path))
            self.words[path] = node
        return node


@dataclass(eq=False)
class ColumnContext:
    """One column, or one rule of it, while it is being built."""

    table: TableContext
    schema: ColumnSchema
    type: ValueType | None
    """The type the user declared."""
    path: str
    """Where the rule stands in the user's document."""
    branch: str = ""
    """Distinguishes the streams of a column's conditional rules."""
    reads: list[str] = field(default_factory=list)
    """Names of the columns asked for so far."""

    @property
    def pack(self) -> Pack:
        """The vocabulary of the table's locale; in a table of several, columns that ask for it are built for each."""
        self.table.pack_read = True
        return self.table.pack

    @property
    def gazetteer(self) -> Gazetteer | None:
        """The real cities of the locale's country, where the table's places are real."""
        self.table.pack_read = self.table.pack_read or self.table.gazetteer is not None
        return self.table.gazetteer

    @property
    def as_of(self) -> datetime:
        """The moment that relative dates count from."""
        return self.table.as_of

    @property
    def sensitive(self) -> bool:
        """Whether the user marked the column sensitive."""
        return bool(self.schema.sensitivity)

    def word(self, *part: str) -> Node:
        """The column's own word, or that of a named part of it; correlated with others where the table says so."""
        if not part and not self.branch:
            blended = correlated_word(self.table, self.schema)
            if blended is not None:
                return blended
        return self.table.word("column", self.schema.id, self.branch, *part, sensitive=self.sensitive)

    @property
    def correlated(self) -> bool:
        """Whether values have to rise with the column's word."""
        return correlation_of(self.table.schema, self.schema.name) is not None

    def key(self, *path: str) -> int:
        """A key for sub-words; odd, so never 0."""
        return derive_key(self.table.seed, "draw", *path) | 1

    def table_key(self, use: str) -> int:
        """A key of the column's own for something that is drawn once for the whole table; secret where the column is."""
        secret = self.table.secret if self.sensitive else b""
        return derive_key(self.table.seed, use, self.table.schema.id, self.schema.id, secret=secret)

    def entity_name(self, own_words: frozenset[str], given: str | None) -> str:
        """Which person, place or company of the row this column describes.

        It follows from the column's own name alone (`billing_city` and `billing_zip` share `billing`), so adding a
        column changes no other cell.
        """
        if given is not None:
            return given
        return "_".join(word for word in name_words(self.schema.name) if word not in own_words)

    def entity_word(self, family: str, name: str, *part: str) -> Node:
        """The word of an entity of the row; secret where any column of the table is sensitive."""
        sensitive = any(column.sensitivity for column in self.table.schema.columns)
        return self.table.word("entity", family, name, *part, sensitive=sensitive)

    def other(self, name: str, option: str = "column") -> Column:
        """Another column of the same row; Refused when there is none or it depends on this one."""
        self.reads.append(name)
        return self.table.build(name, f"{self.path}.{option}")

    def code(self, value: Any, kind: ValueType, option: str) -> int:
        """The code of a literal in an option; Refused when it is none of the type."""
        try:
            return to_code(value, kind, self.as_of)
        except ValueError as error:
            self.refuse(str(error), _written_as(kind), option)

    def refuse(self, what: str, fix: str, option: str = "") -> NoReturn:
        """Refuse this rule, saying where."""
        raise Refused(Fault(f"{self.path}.{option}" if option else self.path, what, fix))


def _written_as(kind: ValueType) -> str:
    """How to write a literal of a type."""
    if kind.numeric and kind.scale:
        return f"write a number of at most {18 - kind.scale} digits before and {kind.scale} after the point"
    if kind.numeric:
        return "write a whole number of at most 18 digits"
    if kind.name == "bool":
        return "write true or false"
    if kind.name == "time":
        return "write a time of day in quotes, such as '08:30' or '23:59:59'"
    if kind.name == "duration":
        return "write a length of time such as 3d, 12h, 90min or PT5400S"
    day = "a date such as 2024-05-31, as_of, or a distance from it such as -2y"
    return f"write {day}" if kind.name == "date" else f"write a time such as 2024-05-31T12:00:00Z, {day}"
