"""Small databases drawn by chance, as DDL that SQLite takes; what they demand can be met."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

NAMES = (
    "email", "firstName", "customer_email", "CITY", "zip_code", "unit price", "total_amount", "quantity", "status", "notes",
    "website", "company_name", "birth_date", "created_at", "updated_at", "is_active", "description", "ip_address", "phone",
    "country_code", "title", "name", "username", "score", "thing", "x1",
)  # fmt: skip
TYPES = (
    "INT", "SMALLINT", "BIGINT", "TINYINT", "DECIMAL(6,2)", "NUMERIC(4,4)", "REAL", "VARCHAR({n})", "CHAR({n})", "TEXT",
    "BOOLEAN", "DATE", "TIMESTAMP", "UUID", "JSON", "BLOB", "TIME", "NUMERIC",
)  # fmt: skip
NUMBERS = {"INT", "SMALLINT", "BIGINT", "DECIMAL(6,2)", "REAL", "NUMERIC"}


@dataclass
class Drawn:
    """A table: its columns with their types, its key, and its lines of DDL."""

    name: str
    key: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, kind: str, rest: str = "") -> None:
        """Add a column."""
        self.types[name] = kind
        self.lines.append(f'"{name}" {kind} {rest}'.rstrip())

    def ddl(self, constraints: list[str]) -> str:
        """The statement."""
        body = ",\n  ".join([*self.lines, *constraints])
        return f'CREATE TABLE "{self.name}" (\n  {body}\n);\n'


@st.composite
def databases(draw: st.DrawFn) -> str:
    """Up to five tables with keys, references, uniques and checks."""
    tables: list[Drawn] = []
    text = ""
    for number in range(draw(st.integers(1, 5))):
        table = Drawn(draw(st.sampled_from(["orders", "Users", "order lines", "thing", "t"])) + str(number))
        constraints = draw(keys(table, tables))
        for _ in range(draw(st.integers(0, 4))):
            constraints += draw(plain_columns(table))
        constraints += draw(references(table, tables))
        text += table.ddl(constraints)
        tables.append(table)
    return text


@st.composite
def keys(draw: st.DrawFn, table: Drawn, tables: list[Drawn]) -> list[str]:
    """A primary key of one of the usual forms."""
    form = draw(st.sampled_from(["int", "text", "pair", "child", "one to one", "dated", "many to many", "none"]))
    parents = [other for other in tables if other.key]
    if form == "many to many" and parents:
        return draw(both_keys(table, parents))
    if form in {"child", "one to one"} and parents:
        parent = draw(st.sampled_from(parents))
        own = tuple(f"{parent.name}_{name}" for name in parent.key)
        for name, theirs in zip(own, parent.key, strict=True):
            table.add(name, parent.types[theirs], "NOT NULL")
        if form == "child":
            number = draw(st.sampled_from(["line_no", "id", "code"]))
            table.add(number, "CHAR(6)" if number == "code" else "SMALLINT", "NOT NULL")
            table.key = (*own, number)
        else:
            table.key = own
        return [_primary(table), _foreign(own, parent)]
    if form == "text":
        table.add("code", f"VARCHAR({draw(st.integers(2, 12))})", "NOT NULL")
        table.key = ("code",)
    elif form == "pair":
        table.add("site", "CHAR(4)", "NOT NULL CHECK (\"site\" IN ('AAAA', 'BBBB', 'CCCC'))")
        table.add("room", draw(st.sampled_from(["INT", "TINYINT", "VARCHAR(3)"])), "NOT NULL")
        table.key = ("site", "room")
    elif form == "dated":
        table.add("day", "DATE", "NOT NULL")
        table.add("kind", "VARCHAR(4)", "NOT NULL CHECK (kind IN ('a', 'b'))")
        table.key = ("day", "kind")
    elif form != "none":
        table.add("id", "INTEGER", "NOT NULL")
        table.key = ("id",)
    else:
        table.add("something", "TEXT", "NOT NULL CHECK (length(something) >= 3)")
        return []
    return [_primary(table)]


@st.composite
def both_keys(draw: st.DrawFn, table: Drawn, parents: list[Drawn]) -> list[str]:
    """A key made of two references, of which no pair may come twice."""
    found = []
    for side in ("left", "right"):
        parent = draw(st.sampled_from(parents))
        own = tuple(f"{side}_{name}" for name in parent.key)
        for name, theirs in zip(own, parent.key, strict=True):
            table.add(name, parent.types[theirs], "NOT NULL")
        table.key += own
        found.append(_foreign(own, parent))
    return [_primary(table), *found]


def _primary(table: Drawn) -> str:
    return "PRIMARY KEY ({})".format(", ".join(f'"{name}"' for name in table.key))


def _foreign(columns: tuple[str, ...], parent: Drawn) -> str:
    ours, theirs = (", ".join(f'"{name}"' for name in names) for names in (columns, parent.key))
    return f'FOREIGN KEY ({ours}) REFERENCES "{parent.name}" ({theirs}) ON DELETE CASCADE'


@st.composite
def plain_columns(draw: st.DrawFn, table: Drawn) -> list[str]:
    """A column that refers to nothing, perhaps with checks and marks, and perhaps one that must not lie before it."""
    name = draw(st.sampled_from([name for name in NAMES if name not in table.types]))
    kind = draw(st.sampled_from(TYPES)).format(n=draw(st.integers(2, 80)))
    rest = " NOT NULL" if draw(st.booleans()) else ""
    if kind in NUMBERS:
        rest += draw(st.sampled_from([
            "", f' CHECK ("{name}" > 0)', f' CHECK ("{name}" BETWEEN 5 AND 60)', f' CHECK ("{name}" >= 1 AND "{name}" <> 7)',
            f' CHECK ("{name}" IN (1, 2, 5))', f' CHECK ("{name}" IS NULL OR "{name}" < -3)', f' CHECK (100 <= "{name}")',
        ]))  # fmt: skip
    if kind == "TEXT":
        checks = [
            "",
            f' CHECK (length("{name}") <= 9)',
            f" CHECK (\"{name}\" <> '')",
            f" CHECK (\"{name}\" IN ('it''s', 'b'))",
        ]
        rest += draw(st.sampled_from(checks))
    if kind in {"INT", "BIGINT", "TEXT", "UUID"} and draw(st.booleans()):
        rest += " UNIQUE"
    table.add(name, kind, rest)
    if kind in {"INT", "REAL", "DATE", "TIMESTAMP", "DECIMAL(6,2)"} and "CHECK" not in rest and draw(st.booleans()):
        table.add(f"{name}_after", kind)
        if "UNIQUE" not in rest:
            return [f'CHECK ("{name}_after" {draw(st.sampled_from([">", ">="]))} "{name}")']
    return []


@st.composite
def references(draw: st.DrawFn, table: Drawn, tables: list[Drawn]) -> list[str]:
    """References to earlier tables and to the table itself."""
    found = []
    for number in range(draw(st.integers(0, 2))):
        parents = [other for other in (*tables, table) if other.key and not (other is table and len(table.key) > 1)]
        if not parents:
            break
        parent = draw(st.sampled_from(parents))
        names = tuple(f"ref{number}_{name}" for name in parent.key)
        rest = "" if parent is table else draw(st.sampled_from(["", "NOT NULL"]))
        for name, theirs in zip(names, parent.key, strict=True):
            table.add(name, parent.types[theirs], rest)
        found.append(_foreign(names, parent))
    return found
