"""What stands between a CREATE TABLE's parentheses: columns and constraints, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from syndata_engine.reading.sql.catalogue import (
    Catalogue,
    SqlCheck,
    SqlColumn,
    SqlReference,
    SqlTable,
    SqlType,
)
from syndata_engine.reading.sql.lexing import Cursor, Source, Word, listed, statements
from syndata_engine.reading.sql.sql_types import read_type

_ENDS_TYPE = frozenset({
    "NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "CONSTRAINT", "GENERATED", "AUTO_INCREMENT",
    "AUTOINCREMENT", "COMMENT", "COLLATE", "AS", "ON", "IDENTITY", "CHARSET", "VISIBLE", "INVISIBLE", "DEFERRABLE",
    "INITIALLY", "STORAGE", "COMPRESSION", "KEY", "FIRST", "AFTER", "ENCODE", "STORED", "VIRTUAL", "PERSISTED", "SPARSE",
    "ROWGUIDCOL",
})  # fmt: skip
_HEADS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "LIKE", "PERIOD"})
_INDEXES = frozenset({"KEY", "INDEX", "FULLTEXT", "SPATIAL"})


_AFTER_NAMES = frozenset({"ASC", "DESC", "NULLS", "FIRST", "LAST", "COLLATE", "NOCASE", "BINARY", "TEXT_PATTERN_OPS"})
"""What may follow a column in a key without changing what is unique."""


def _without_casts(piece: list[Word]) -> list[Word]:
    """The words of a key's element without parentheses, and without `::type`."""
    kept = []
    for word in piece:
        if word.upper == "::":
            break
        if word.upper not in {"(", ")"}:
            kept.append(word)
    return kept


def names_in_key(texts: list[str], dialect: str) -> tuple[str, ...] | None:
    """The columns that a key's elements, as a database writes them, are over; None where one is an expression."""
    source = Source(", ".join(texts), "index", dialect)
    words = [word for statement in statements(source) for word in statement]
    return ElementReader.plain_names(Cursor(words, source), words)


@dataclass(slots=True)
class ElementReader:
    """Reads the elements of tables into a catalogue."""

    catalogue: Catalogue
    named_types: dict[str, SqlType] = field(default_factory=dict)
    """The database's own types, by lower-case name."""
    domains: dict[str, str] = field(default_factory=dict)
    """What columns of those types must meet besides, as a column's clauses that say VALUE for the column."""

    def read(self, table: SqlTable, cursor: Cursor) -> None:
        """Read one element of a table; Refused where it cannot be told what it is."""
        if cursor.word is None:
            raise cursor.refuse("an element is empty: a comma too many", "remove the comma")
        if self._is_constraint(cursor):
            self.read_constraint(table, cursor)
        else:
            self.read_column(table, cursor)

    @staticmethod
    def _is_constraint(cursor: Cursor) -> bool:
        first = cursor.words[cursor.at]
        ahead = cursor.words[cursor.at + 1] if cursor.at + 1 < len(cursor.words) else None
        if first.upper in _INDEXES:
            # A column may be called `key`; then its type follows, which opens no parenthesis right away.
            sized = [word.upper or word.text for word in cursor.words[cursor.at + 2 : cursor.at + 4]]
            named = ahead is not None and ahead.kind in ("name", "word") and sized[:1] == ["("]
            return (named and not (len(sized) > 1 and sized[1].isdigit())) or (ahead is not None and ahead.upper == "(")
        return first.upper in _HEADS

    # -- constraints -------------------------------------------------------------------------------------------

    def read_constraint(self, table: SqlTable, cursor: Cursor) -> None:
        """Read a constraint of a table."""
        line, begin = cursor.line, cursor.at
        if cursor.take("CONSTRAINT") and not cursor.word_is_constraint():
            cursor.name("the constraint")
        if cursor.take("PRIMARY", "KEY"):
            table.primary_key = self._names(cursor, table, line) or table.primary_key
        elif cursor.take("UNIQUE"):
            self._unique(cursor, table, line)
        elif cursor.take("FOREIGN", "KEY"):
            if not cursor.sees("("):
                cursor.name("the key")
            columns = self._names(cursor, table, line)
            if not cursor.take("REFERENCES"):
                raise cursor.refuse("a foreign key without REFERENCES", "say which table it refers to")
            self._references(cursor, table, columns, line)
        elif cursor.take("CHECK"):
            table.checks.append(SqlCheck(cursor.source.between(cursor.group("a condition")), line))
            self._passed_over(cursor, table, line)
        elif cursor.word is not None and cursor.word.upper in _INDEXES:
            cursor.rest()
        else:
            cursor.at = begin
            self._not_taken(table, line, cursor.source.between(cursor.rest()))

    def _unique(self, cursor: Cursor, table: SqlTable, line: int) -> None:
        for words in (("KEY",), ("INDEX",), ("NULLS", "NOT", "DISTINCT"), ("NULLS", "DISTINCT")):
            cursor.take(*words)
        if not cursor.sees("("):
            cursor.name("the index")
        if cursor.take("USING"):
            cursor.next()
        columns = self._names(cursor, table, line)
        if columns:
            table.uniques.append(columns)

    def _names(self, cursor: Cursor, table: SqlTable, line: int) -> tuple[str, ...]:
        """The columns in the parentheses ahead; none, with a remark, where one of them is no plain column."""
        inside = cursor.group("columns")
        names = self.plain_names(cursor, inside)
        if names is None:
            self._not_taken(table, line, f"a key over ({cursor.source.between(inside)})")
            return ()
        return names

    @staticmethod
    def plain_names(cursor: Cursor, inside: list[Word]) -> tuple[str, ...] | None:
        """The names in a list of columns; None where one of them is an expression or a part of a column."""
        names = []
        for piece in listed(inside):
            inner = Cursor(piece, cursor.source)
            if inner.word is None:
                raise cursor.refuse("a column's name is missing", "remove the comma, or name the column")
            plain = _without_casts(piece)
            # What is unique ignoring letter case is so with our texts too: none differ by it alone.
            if plain and plain[0].upper in {"LOWER", "UPPER"} and "(" in {word.upper for word in piece}:
                plain = plain[1:]
            elif any(word.upper == "(" for word in piece):
                return None
            if not plain or plain[0].kind == "mark" or any(word.upper not in _AFTER_NAMES for word in plain[1:]):
                return None
            names.append(Cursor(plain, cursor.source).name("a column"))
        return tuple(names)

    def _references(self, cursor: Cursor, table: SqlTable, columns: tuple[str, ...], line: int) -> None:
        schema, name = cursor.dotted("the table that is referred to")
        parents = self._names(cursor, table, line) if cursor.sees("(") else ()
        if parents and len(parents) != len(columns):
            raise cursor.refuse(f"{len(columns)} columns refer to {len(parents)}", "name as many on both sides")
        if columns:
            full = f"{schema}.{name}" if schema else name
            table.references.append(SqlReference(columns, full, parents, line))
        self._actions(cursor)

    @staticmethod
    def _actions(cursor: Cursor) -> None:
        """Step over what happens on changes: data that load once are never changed."""
        while True:
            if cursor.take("ON", "DELETE") or cursor.take("ON", "UPDATE"):
                if not (cursor.take("SET", "NULL") or cursor.take("SET", "DEFAULT") or cursor.take("NO", "ACTION")):
                    cursor.next()
            elif cursor.take("MATCH"):
                cursor.next()
            elif cursor.sees("NOT", "DEFERRABLE"):
                cursor.at += 2
            elif cursor.take("INITIALLY"):
                cursor.next()
            elif not (cursor.take("DEFERRABLE") or cursor.take("NOT", "VALID")):
                return

    def _passed_over(self, cursor: Cursor, table: SqlTable, line: int) -> None:
        self._actions(cursor)
        rest = cursor.source.between(cursor.rest())
        if rest and rest.upper() not in {"NO INHERIT", "ENFORCED"}:
            self._not_taken(table, line, rest)

    def _not_taken(self, table: SqlTable, line: int, text: str, column: str = "") -> None:
        self.catalogue.remark(f"not taken over: {text[:200]}", line, table, column)

    # -- columns -----------------------------------------------------------------------------------------------

    def read_column(self, table: SqlTable, cursor: Cursor) -> None:
        """Read a column with its own constraints."""
        line = cursor.line
        name = cursor.name("a column")
        words = cursor.until(_ENDS_TYPE)
        for place, word in enumerate(words):
            following = words[place + 1].upper if place + 1 < len(words) else ""
            if word.upper == "CHARACTER" and following == "SET":
                cursor.at -= len(words) - place
                words = words[:place]
                break
        text = cursor.source.between(words)
        if not text and self.catalogue.dialect not in {"sqlite", ""}:
            raise cursor.refuse(f"the column {name} has no type", "write its type after its name")
        column = SqlColumn(name, read_type(text, self.catalogue.dialect, self.named_types), line)
        column.counts = column.type.counts
        twin = next((other for other in table.columns if other.name.casefold() == name.casefold()), None)
        if twin is not None:
            raise cursor.refuse(f"{table.name} has two columns {name}", "rename or remove one of them")
        table.columns.append(column)
        while cursor.word is not None:
            self._clause(table, column, cursor)
        clauses = self.domains.get(text.rpartition(".")[2].lower())
        if clauses:
            self._meet_domain(table, column, clauses, cursor.source)

    def _meet_domain(self, table: SqlTable, column: SqlColumn, clauses: str, source: Source) -> None:
        quote = "`" if source.dialect == "mysql" else '"'
        said = re.sub(r"\bVALUE\b", f"{quote}{column.name}{quote}", clauses, flags=re.IGNORECASE)
        inner = Cursor([word for words in statements(Source(said, source.file, source.dialect)) for word in words],
                       Source(said, source.file, source.dialect))  # fmt: skip
        checks = len(table.checks)
        while inner.word is not None:
            self._clause(table, column, inner)
        table.checks[checks:] = [SqlCheck(check.text, column.line) for check in table.checks[checks:]]

    def _clause(self, table: SqlTable, column: SqlColumn, cursor: Cursor) -> None:  # noqa: C901, PLR0912 -- SQL has as many
        line = cursor.line
        if cursor.take("CONSTRAINT"):
            if not cursor.word_is_constraint():
                cursor.name("the constraint")
        elif cursor.take("NOT", "NULL"):
            column.nullable = False
        elif cursor.take("PRIMARY", "KEY"):
            table.primary_key = (column.name,)
            cursor.take("ASC") or cursor.take("DESC")
        elif cursor.take("UNIQUE"):
            cursor.take("KEY")
            cursor.take("NULLS", "NOT", "DISTINCT") or cursor.take("NULLS", "DISTINCT")
            table.uniques.append((column.name,))
        elif cursor.take("CHECK"):
            table.checks.append(SqlCheck(cursor.source.between(cursor.group("a condition")), line))
        elif cursor.take("REFERENCES"):
            self._references(cursor, table, (column.name,), line)
        elif cursor.take("DEFAULT"):
            self._default(column, cursor)
        elif cursor.take("AUTO_INCREMENT") or cursor.take("AUTOINCREMENT"):
            column.counts = True
        elif cursor.take("IDENTITY"):
            column.counts = True
            if cursor.sees("("):
                cursor.group("start and step")
        elif cursor.take("GENERATED") or cursor.sees("AS"):
            self._generated(column, cursor)
        elif cursor.take("COMMENT"):
            column.comment = cursor.next().text
        elif cursor.take("ON", "CONFLICT") or cursor.take("COLLATE") or cursor.take("CHARSET"):
            cursor.take("=")
            cursor.dotted("a collation")
        elif cursor.take("CHARACTER", "SET") or cursor.take("ENCODE") or cursor.take("STORAGE"):
            cursor.next()
        elif cursor.take("ON", "UPDATE"):
            cursor.next()
            if cursor.sees("("):
                cursor.group("digits")
        elif not self._harmless(cursor):
            self._not_taken(table, line, cursor.source.between(self._unknown(cursor)), column.name)

    @staticmethod
    def _harmless(cursor: Cursor) -> bool:
        if cursor.take("NOT", "DEFERRABLE"):
            return True
        single = {"NULL", "KEY", "STORED", "VIRTUAL", "PERSISTED", "DEFERRABLE", "VISIBLE", "INVISIBLE", "ENFORCED"}
        if cursor.word is not None and cursor.word.upper in single:
            cursor.at += 1
            return True
        if cursor.take("INITIALLY") or cursor.take("AFTER"):
            cursor.next()
            return True
        return cursor.take("FIRST") or cursor.take("NO", "INHERIT")

    @staticmethod
    def _unknown(cursor: Cursor) -> list[Word]:
        begin = cursor.at
        cursor.at += 1
        cursor.until(_ENDS_TYPE)
        return cursor.words[begin : cursor.at]

    @staticmethod
    def _default(column: SqlColumn, cursor: Cursor) -> None:
        begin = cursor.at
        cursor.next()
        if cursor.words[begin].upper == "(":
            cursor.at = begin
            cursor.group("a default")
        cursor.until(_ENDS_TYPE)
        column.default = cursor.source.between(cursor.words[begin : cursor.at])
        if "nextval(" in column.default.lower():
            column.counts, column.default = True, None

    def _generated(self, column: SqlColumn, cursor: Cursor) -> None:
        cursor.take("ALWAYS") or cursor.take("BY", "DEFAULT")
        cursor.take("ON", "NULL")
        if not cursor.take("AS"):
            raise cursor.refuse("GENERATED without AS", "write AS IDENTITY, or AS (expression)")
        if cursor.take("IDENTITY"):
            column.counts = True
            if cursor.sees("("):
                cursor.group("options")
        elif cursor.take("ROW"):
            column.computed = f"ROW {cursor.next().text}"
        else:
            column.computed = cursor.source.between(cursor.group("an expression"))
