"""A text of SQL -> the catalogue of the tables it makes. Nothing is executed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from syndata_contracts.errors import Fault, Refused
from syndata_engine.reading.sql.catalogue import Catalogue, PartialKey, SqlColumn, SqlTable, SqlType, found
from syndata_engine.reading.sql.elements import ElementReader
from syndata_engine.reading.sql.lexing import Cursor, Source, Word, listed, statements, without_data
from syndata_engine.reading.sql.sql_types import read_type

LARGEST_TEXT = 8 * 2**20
"""Characters of SQL that are read; dumps with data belong into a database."""

_VERBS = frozenset(
    [
        "SET",
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "MERGE",
        "DROP",
        "GRANT",
        "REVOKE",
        "BEGIN",
        "START",
        "COMMIT",
        "END",
        "ROLLBACK",
        "USE",
        "LOCK",
        "UNLOCK",
        "PRAGMA",
        "ANALYZE",
        "ANALYSE",
        "VACUUM",
        "REINDEX",
        "COPY",
        "DO",
        "TRUNCATE",
        "EXPLAIN",
        "REFRESH",
        "WITH",
        "REPLACE",
        "CALL",
        "SHOW",
        "GO",
        "EXEC",
        "EXECUTE",
        "PRINT",
        "IF",
        "SAVEPOINT",
        "RELEASE",
        "ATTACH",
        "DETACH",
        "SECURITY",
        "CLUSTER",
        "RENAME",
        "PREPARE",
        "DEALLOCATE",
        "DECLARE",
        "VALUES",
        "RESET",
        "LOAD",
        "FLUSH",
        "DELIMITER",
        "NOTIFY",
        "LISTEN",
        "CHECKPOINT",
        "IMPORT",
        "PROMPT",
        "SPOOL",
        "REM",
        "EXIT",
        "QUIT",
        "OPTIMIZE",
        "KILL",
        "DESCRIBE",
        "HANDLER",
        "DENY",
        "RAISERROR",
    ]
)
_MARKS = {
    "mysql": r"`|\bAUTO_INCREMENT\b|\bENGINE\s*=",
    "sqlite": r"\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b|\bPRAGMA\b",
    "postgres": r"\bSERIAL\b|\bBIGSERIAL\b|::|\bCREATE\s+(TYPE|DOMAIN)\b|\bTIMESTAMPTZ\b|\bpublic\.|\bCOMMENT\s+ON\b"
    r"|\bAS\s+IDENTITY\b|\bJSONB\b|\bBYTEA\b|\bALTER\s+TABLE\s+ONLY\b|\b(with|without)\s+time\s+zone\b|\btext\[\]",
    "tsql": r"\[dbo\]|\bIDENTITY\s*\(\s*\d+\s*,|^\s*GO\s*$",
}


def guess_dialect(text: str) -> str:
    """The dialect whose own words stand in a text; empty where none do, or a bracketed name of SQLite."""
    for dialect in ("postgres", "tsql", "sqlite", "mysql"):
        if dialect == "mysql" and re.search(r"\[\w", text):
            continue
        if re.search(_MARKS[dialect], text, re.IGNORECASE | re.MULTILINE):
            return dialect
    return "sqlite" if re.search(r"\[\w+( \w+)*\]", text) or re.search(r"`", text) else ""


def read_ddl(text: str, *, file: str, dialect: str | None = None) -> Catalogue:
    """The tables that a text of SQL makes.

    Refused, with every place, where the text is no SQL, or where it cannot be told what a table's columns are.
    What does not bear on data, and what is not known here, is said in the catalogue's remarks.
    """
    if len(text) > LARGEST_TEXT:
        what = f"the text is longer than {LARGEST_TEXT:,} characters"
        raise Refused(Fault("", what, "leave the data out, as `pg_dump --schema-only` does", file))
    source = Source(without_data(text.removeprefix("\ufeff")), file, _known(dialect, text, file))
    reader = _Reader(source, Catalogue(file, source.dialect))
    for words in statements(source):
        try:
            reader.read(words)
        except Refused as refusal:
            reader.faults += refusal.faults
    if reader.faults:
        raise Refused(reader.faults)
    if not reader.catalogue.tables:
        raise Refused(Fault("", "no CREATE TABLE in this text", "give the statements that make the tables", file, 1, 1))
    reader.sum_up()
    return reader.catalogue


def _known(dialect: str | None, text: str, file: str) -> str:
    from sqlglot.dialects.dialect import Dialect

    if dialect is None:
        return guess_dialect(text)
    word = {"postgresql": "postgres", "pg": "postgres", "mariadb": "mysql", "mssql": "tsql", "sqlite3": "sqlite"}
    name = word.get(dialect.lower(), dialect.lower())
    if name and Dialect.get(name) is None:
        raise Refused(Fault("", f"the dialect {dialect!r} is not known", "name postgres, mysql, sqlite or tsql", file))
    return name


@dataclass(slots=True)
class _Reader:
    source: Source
    catalogue: Catalogue
    faults: list[Fault] = field(default_factory=list)
    elements: ElementReader = field(init=False)
    passed: Counter[str] = field(default_factory=Counter)
    first_lines: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.elements = ElementReader(self.catalogue)

    def read(self, words: list[Word]) -> None:
        cursor = Cursor(words, self.source)
        line = cursor.line
        if cursor.take("CREATE"):
            cursor.take("OR", "REPLACE")
            for scope in ("GLOBAL", "LOCAL", "TEMPORARY", "TEMP", "UNLOGGED", "FOREIGN"):
                cursor.take(scope)
            self._create(cursor, line)
        elif cursor.take("ALTER", "TABLE"):
            self._alter(cursor, line)
        elif cursor.take("COMMENT", "ON"):
            self._comment(cursor, line)
        elif words[0].upper in _VERBS or words[0].upper in {"ALTER", "COMMENT"}:
            self._pass(" ".join(word.upper for word in words[: 2 if words[0].upper in {"ALTER", "DROP"} else 1]), line)
        else:
            raise cursor.refuse(f"{words[0].text[:40]!r} begins no statement of SQL", "write CREATE TABLE ...")

    def sum_up(self) -> None:
        """Say how many statements were not read."""
        for verb, count in self.passed.items():
            times = "" if count == 1 else f", {count} times"
            self.catalogue.remark(f"not read: {verb}{times}", self.first_lines[verb])

    def _pass(self, verb: str, line: int) -> None:
        self.passed[verb] += 1
        self.first_lines.setdefault(verb, line)

    # -- CREATE ------------------------------------------------------------------------------------------------

    def _create(self, cursor: Cursor, line: int) -> None:
        if cursor.take("TABLE"):
            self._create_table(cursor, line)
        elif cursor.take("TYPE"):
            self._create_type(cursor, line)
        elif cursor.take("DOMAIN"):
            self._create_domain(cursor)
        elif cursor.take("UNIQUE", "INDEX") or cursor.take("UNIQUE", "CLUSTERED", "INDEX"):
            self._create_unique(cursor, line)
        elif not (cursor.take("INDEX") or cursor.take("SEQUENCE") or cursor.take("SCHEMA") or cursor.take("DATABASE")):
            word = cursor.word
            if word is None or word.kind == "mark":
                raise cursor.refuse("CREATE without saying what", "write CREATE TABLE ...")
            self._pass(f"CREATE {word.upper or word.text}", line)

    def _create_table(self, cursor: Cursor, line: int) -> None:
        cursor.take("IF", "NOT", "EXISTS")
        schema, name = cursor.dotted("the table")
        if cursor.sees("AS") or cursor.sees("PARTITION", "OF"):
            self._pass(f"CREATE TABLE {name} {cursor.next().upper}", line)
            return
        table = SqlTable(schema, name, line)
        same = next((other for other in self.catalogue.tables if other.full_name == table.full_name), None)
        if same is not None:
            raise cursor.refuse(f"the table {table.full_name} was made in line {same.line} already", "remove one")
        for words in listed(cursor.group("columns")):
            inner = Cursor(words, self.source)
            try:
                if not words:
                    raise cursor.refuse(f"an element of {name} is empty: a comma too many", "remove the comma")
                self.elements.read(table, inner)
            except Refused as refusal:
                self.faults += refusal.faults
        self.catalogue.tables.append(table)
        self._options(cursor, table)
        self._check_names(table)

    def _options(self, cursor: Cursor, table: SqlTable) -> None:
        """What stands behind the parentheses; only a comment bears on the data."""
        while cursor.word is not None:
            if cursor.take("COMMENT"):
                cursor.take("=")
                table.comment = cursor.next().text
            elif cursor.take("INHERITS"):
                line = cursor.line
                parents = self.source.between(cursor.group("tables"))
                self.catalogue.remark(f"not taken over: columns inherited from {parents}", line, table)
            else:
                cursor.next()

    def _check_names(self, table: SqlTable) -> None:
        """Names as the columns spell them; a key over a column that is not there is a fault."""
        table.primary_key = self._spelt(table, table.primary_key, "PRIMARY KEY", table.line)
        table.uniques = [
            names for names in (self._spelt(table, u, "UNIQUE", table.line) for u in table.uniques) if names
        ]
        for reference in table.references:
            reference.columns = self._spelt(table, reference.columns, "FOREIGN KEY", reference.line)
        table.references = [reference for reference in table.references if reference.columns]

    def _spelt(self, table: SqlTable, names: tuple[str, ...], what: str, line: int | None) -> tuple[str, ...]:
        spelt = []
        for name in names:
            column = found(name, table.columns)
            if column is None:
                told = f"{what} of {table.name} names {name}, which is no column of it"
                listed_names = ", ".join(column.name for column in table.columns[:20])
                self.faults.append(Fault("", told, f"columns: {listed_names}", self.source.file, line))
                return ()
            spelt.append(column.name)
        return tuple(spelt)

    def _create_type(self, cursor: Cursor, line: int) -> None:
        _, name = cursor.dotted("the type")
        if cursor.take("AS", "ENUM"):
            values = tuple(word.text for word in cursor.group("values") if word.kind == "string")
            self.elements.named_types[name.lower()] = SqlType(name, "str", values=values)
        else:
            self._pass(f"CREATE TYPE {name}", line)

    def _create_domain(self, cursor: Cursor) -> None:
        _, name = cursor.dotted("the domain")
        cursor.take("AS")
        stops = frozenset({"NOT", "NULL", "DEFAULT", "CHECK", "CONSTRAINT", "COLLATE"})
        base = self.source.between(cursor.until(stops))
        self.elements.named_types[name.lower()] = read_type(base, self.source.dialect, self.elements.named_types)
        rest = self.source.between(cursor.rest())
        if rest:
            self.elements.domains[name.lower()] = rest

    def _create_unique(self, cursor: Cursor, line: int) -> None:
        cursor.take("CONCURRENTLY")
        cursor.take("IF", "NOT", "EXISTS")
        if not cursor.sees("ON"):
            cursor.dotted("the index")
        if not cursor.take("ON"):
            raise cursor.refuse("CREATE UNIQUE INDEX without ON", "say on which table")
        cursor.take("ONLY")
        table = self._table(cursor)
        if cursor.take("USING"):
            cursor.next()
        inside = cursor.group("columns")
        names = ElementReader.plain_names(cursor, inside)
        rest = cursor.until(frozenset({"WHERE"}))
        if names is None:
            told = self.source.between([*inside, *rest, *cursor.rest()])
            self.catalogue.remark(f"not taken over: a unique index over an expression, {told[:160]}", line, table)
            return
        where = self.source.between(cursor.rest()) if cursor.take("WHERE") else None
        spelt = self._spelt(table, names, "UNIQUE INDEX", line)
        if spelt and where is not None:
            table.partial.append(PartialKey(spelt, where, line))
        elif spelt:
            table.uniques.append(spelt)

    def _table(self, cursor: Cursor) -> SqlTable:
        schema, name = cursor.dotted("a table")
        table = self.catalogue.table(f"{schema}.{name}" if schema else name)
        if table is None:
            raise cursor.refuse(f"there is no table {name} above", "make the table first, or correct its name")
        return table

    # -- ALTER and COMMENT -------------------------------------------------------------------------------------

    def _alter(self, cursor: Cursor, line: int) -> None:
        cursor.take("IF", "EXISTS")
        cursor.take("ONLY")
        if [word.upper for word in cursor.words[-3:-1]] == ["OWNER", "TO"]:
            # Of sequences and views too, which are no tables here.
            return
        table = self._table(cursor)
        for words in listed(cursor.rest()):
            if words:
                self._action(Cursor(words, self.source), table, line)
        self._check_names(table)

    def _action(self, cursor: Cursor, table: SqlTable, line: int) -> None:
        if cursor.take("ADD"):
            explicit = cursor.take("COLUMN")
            cursor.take("IF", "NOT", "EXISTS")
            if explicit:
                self.elements.read_column(table, cursor)
            else:
                self.elements.read(table, cursor)
        elif cursor.take("MODIFY"):
            cursor.take("COLUMN")
            self._modify(cursor, table)
        elif cursor.take("ALTER"):
            cursor.take("COLUMN")
            self._alter_column(cursor, table)
        elif not any(
            map(cursor.sees, ("OWNER", "ENABLE", "DISABLE", "CLUSTER", "REPLICA", "AUTO_INCREMENT", "ENGINE"))
        ):
            self.catalogue.remark(
                f"not taken over: ALTER TABLE {self.source.between(cursor.rest())[:200]}", line, table
            )

    def _modify(self, cursor: Cursor, table: SqlTable) -> None:
        column = self._column(cursor, table, step=False)
        place = table.columns.index(column)
        table.columns.remove(column)
        self.elements.read_column(table, cursor)
        table.columns.insert(place, table.columns.pop())

    def _column(self, cursor: Cursor, table: SqlTable, *, step: bool = True) -> SqlColumn:
        begin = cursor.at
        name = cursor.name("a column")
        column = found(name, table.columns)
        if column is None:
            raise cursor.refuse(f"{table.name} has no column {name}", "correct the name")
        cursor.at = cursor.at if step else begin
        return column

    def _alter_column(self, cursor: Cursor, table: SqlTable) -> None:
        column, line = self._column(cursor, table), cursor.line
        if cursor.take("SET", "NOT", "NULL"):
            column.nullable = False
        elif cursor.take("DROP", "NOT", "NULL"):
            column.nullable = True
        elif cursor.take("SET", "DEFAULT"):
            column.default = self.source.between(cursor.rest())
            if "nextval(" in column.default.lower():
                column.counts, column.default = True, None
        elif cursor.take("ADD", "GENERATED"):
            column.counts = True
        elif not (cursor.take("DROP", "DEFAULT") or cursor.take("SET", "STATISTICS") or cursor.take("SET", "STORAGE")):
            text = self.source.between(cursor.rest())
            self.catalogue.remark(f"not taken over: ALTER COLUMN {text[:200]}", line, table, column.name)

    def _comment(self, cursor: Cursor, line: int) -> None:
        if cursor.take("TABLE"):
            table = self._table(cursor)
            table.comment = self._said(cursor)
        elif cursor.take("COLUMN"):
            words = cursor.until(frozenset({"IS"}))
            path = [word for word in words if word.upper != "."]
            owner = Cursor(words[:-2], self.source)
            table = self._table(owner)
            column = self._column(Cursor(path[-1:], self.source), table)
            column.comment = self._said(cursor)
        else:
            self._pass("COMMENT ON", line)

    @staticmethod
    def _said(cursor: Cursor) -> str | None:
        if not cursor.take("IS"):
            raise cursor.refuse("COMMENT ON without IS", "write IS 'the comment'")
        word = cursor.next()
        return word.text if word.kind == "string" else None
