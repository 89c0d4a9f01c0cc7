"""A description in plain English -> a configuration in our language. No model is asked: what a word means stands in tables.

What is understood: headings that name a table and a number of rows, and under them a line for each column with its name and what is asked of it
(ranges, spans of time, lists with shares, formulas, uniqueness, references). What is not understood is said in a comment, never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from syndata_contracts.errors import Fault, Refused
from syndata_engine.generation.columns.context import name_words
from syndata_engine.generation.kinds.persons import PERSON_WORDS
from syndata_engine.reading.flow_text import commented, flow_text
from syndata_engine.reading.guesses import follows, singular
from syndata_engine.reading.prose.columns import Decided, Table, Wanted
from syndata_engine.reading.prose.deciding import decide, is_key
from syndata_engine.reading.prose.details import Detail, read_detail
from syndata_engine.reading.prose.outline import Item, Section, outline
from syndata_engine.reading.prose.splitting import split

DEFAULT_ROWS = 1_000
LONGEST_LINE = 1_000
"""Of a description; what is looked for in a line may take time by the square of its length."""
_PERSONAL = frozenset({"first_name", "last_name", "full_name", "gender", "email", "username", "date_of_birth", "age"})
_MOST_ROWS = 2**62
_LEVELS, _FEW = 4, 20
"""Of a table that refers to itself: levels, and rows for each that has no parent."""
_PLACE = re.compile(r"tables\[(\d+)\](?:\.columns\[(\d+)\])?")
_EXAMPLE = "write a line for each column: '- age: between 18 and 80'"


@dataclass(frozen=True, slots=True)
class DescribedTable:
    """A table that was read out of a text."""

    name: str
    line: int
    """Of its heading."""
    rows: int
    columns: tuple[Decided, ...]
    constraints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """What a text describes."""

    tables: tuple[DescribedTable, ...]
    locale: str | None
    remarks: tuple[Fault, ...]
    """What was guessed or not understood; all of it stands in the comments of `text` too."""
    text: str
    """The configuration, as YAML."""
    file: str

    def placed(self, fault: Fault) -> Fault:
        """A fault that planning finds in the configuration, at the line of the description that it comes from."""
        found = _PLACE.match(fault.path)
        bare = replace(fault, file=self.file, line=None, column=None, related=(), places=())
        if found is None:
            return bare
        table = self.tables[int(found[1])]
        if found[2] is None:
            return replace(bare, path=table.name, line=table.line)
        column = table.columns[int(found[2])]
        return replace(bare, path=column.name, line=column.line)


def read_prose(text: str, *, file: str = "description", rows: int | None = None) -> Described:
    """Read a description.

    Args:
        text: plain English, as people write it; Markdown's bullets and bold words do no harm.
        file: what faults and comments call the text.
        rows: of tables of which the text says none.

    Raises:
        Refused: nothing describes a column, or what is said contradicts itself; every fault with its line.
    """
    long = next((line for line, said in enumerate(text.splitlines(), 1) if len(said) > LONGEST_LINE), None)
    if long is not None:
        what = f"the line has more than {LONGEST_LINE} characters"
        raise Refused(Fault("", what, "write a line for each column", file, line=long))
    found = outline(text)
    sections = [section for section in found.sections if section.items]
    if not sections:
        raise Refused(Fault("", "the text describes no column", _EXAMPLE, file, line=1))
    faults: list[Fault] = []
    tables: list[DescribedTable] = []
    locales: list[str] = []
    for section in _told_apart(sections):
        tables.append(_table(section, tables, faults, locales, DEFAULT_ROWS if rows is None else rows))
    if len(set(locales)) > 1:
        faults.append(
            Fault("", f"two countries are named: {', '.join(sorted(set(locales)))}", "name one per description", line=1)
        )
    if faults:
        raise Refused([replace(fault, file=file) for fault in faults])
    locale = locales[0] if locales else None
    left = [Fault("", f"not understood: {item.text}", "", file, item.line) for item in found.left]
    said = [
        Fault(column.name, remark, "", file, column.line)
        for table in tables
        for column in table.columns
        for remark in column.remarks
    ]
    return Described(tuple(tables), locale, (*left, *said), _yaml(tables, locale, file, left), file)


def _told_apart(sections: list[Section]) -> list[Section]:
    """Tables under one name would be one: later ones get a number."""
    seen: dict[str, int] = {}
    for section in sections:
        seen[section.name] = seen.get(section.name, 0) + 1
        if seen[section.name] > 1:
            section.name = f"{section.name}_{seen[section.name]}"
    return sections


def _table(
    section: Section, earlier: list[DescribedTable], faults: list[Fault], locales: list[str], usual: int
) -> DescribedTable:
    wanted = _wanted(section, faults)
    table = Table(section.name, wanted)
    columns = [_linked(one, section.name, earlier, faults) or decide(one, table, faults) for one in wanted]
    for one, column in zip(wanted, columns, strict=True):
        if one.detail.rest:
            column.remarks.append(f"not understood: {one.detail.rest}")
        if one.detail.locale:
            locales.append(one.detail.locale)
    columns += _belonging(section, columns, earlier, faults)
    if not any(column.key for column in columns):
        columns.insert(0, _own_key(section, columns))
    _point_at_own_key(section.name, columns)
    _one_person(section.name, columns)
    rows = usual if section.rows is None else section.rows
    if section.per:
        rows *= next((one.rows for one in earlier if singular(one.name) == singular(section.parents[0])), 1)
    if not 1 <= rows <= _MOST_ROWS:
        faults.append(
            Fault(section.name, f"{rows} rows cannot be made", f"ask for 1 to {_MOST_ROWS}", line=section.line)
        )
    dates = [
        column.name for column in columns if column.type in {"date", "datetime"} and column.rule != "date_of_birth"
    ]
    kinds = {column.name: column.type for column in columns}
    orders = [
        f"{later} >= {sooner}"
        for sooner in dates
        for later in dates
        if follows(sooner, later) and kinds[sooner] == kinds[later]
    ]
    return DescribedTable(section.name, section.line, rows, tuple(columns), tuple(orders))


def _wanted(section: Section, faults: list[Fault]) -> list[Wanted]:
    wanted: dict[str, Wanted] = {}
    for item in _one_by_one(section.items):
        name, said = split(item.text)
        if not name or name[0].isdigit():
            faults.append(
                Fault(section.name, f"nothing names the column of this line: {item.text!r}", _EXAMPLE, line=item.line)
            )
        elif name in wanted:
            faults.append(
                Fault(
                    name,
                    f"{section.name} has this column on line {wanted[name].line} already",
                    "give it another name",
                    line=item.line,
                )
            )
        else:
            wanted[name] = Wanted(item.line, item.text, name, read_detail(said))
    return list(wanted.values())


def _one_by_one(items: list[Item]) -> Iterator[Item]:
    """`first & last name` are two."""
    for item in items:
        both = re.match(r"(first)(?: name)?\s*(?:&|\band\b|\+|/)\s*(last) name(?P<more>.*)$", item.text, re.IGNORECASE)
        if both is None:
            yield item
        else:
            yield from (Item(item.line, f"{one} name{both['more']}") for one in (both[1], both[2]))


def _own_key(section: Section, columns: list[Decided]) -> Decided:
    name = f"{singular(section.name.rsplit('_', 1)[-1])}_id"
    if any(column.name == name for column in columns):
        name = "id"
    return Decided(name, "uuid", "uuid", section.line, "", key=True, remarks=["not in the text: every table has a key"])


def _one_person(table: str, columns: list[Decided]) -> None:
    """In a table of customers `customer_name` and `email` describe the same person; by their names alone they would not."""
    own = singular(table.rsplit("_", 1)[-1])
    people = [column for column in columns if _kind(column.rule) in _PERSONAL]
    ages = next((one.rule for one in people if isinstance(one.rule, dict) and one.rule["type"] == "age"), None)
    for column in people:
        if ages is not None and column.rule == "date_of_birth":
            column.rule = {**ages, "type": "date_of_birth"}
    if not any(name_words(column.name)[0] == own for column in people):
        return
    for column in people:
        if set(name_words(column.name)) <= PERSON_WORDS:
            rule = column.rule if isinstance(column.rule, dict) else {"type": column.rule}
            column.rule = {**rule, "entity": own}


def _kind(rule: Any) -> Any:
    return rule["type"] if isinstance(rule, dict) else rule


def _belonging(
    section: Section, columns: list[Decided], earlier: list[DescribedTable], faults: list[Fault]
) -> list[Decided]:
    """References that the heading tells of, and no line does."""
    made: list[Decided] = []
    for parent in section.parents:
        said = Wanted(section.line, f"belongs to {parent}", parent, Detail(refers=parent))
        link = _linked(said, section.name, earlier, faults)
        if link is not None and all(link.parent != column.parent for column in (*columns, *made)):
            made.append(link)
    return made


def _point_at_own_key(table: str, columns: list[Decided]) -> None:
    """References inside a table know its key only now."""
    key = next(column for column in columns if column.key)
    for column in columns:
        if column.parent is not None and column.parent[0] == table:
            column.parent, column.type = (table, key.name), key.type
            column.name = column.name if column.name.endswith("id") else f"{column.name}_{key.name.rsplit('_', 1)[-1]}"
            column.null_rate = None  # its roots have no parent


def _linked(wanted: Wanted, table: str, earlier: list[DescribedTable], faults: list[Fault]) -> Decided | None:
    """A column that refers to a table above it, or to its own."""
    asked = wanted.detail.refers
    if asked is not None and singular(asked) == singular(table):
        return Decided(wanted.name, "uuid", None, wanted.line, wanted.text, parent=(table, ""))
    names = {table.name: table for table in earlier}
    if asked is None:
        target = next(
            (table for table in reversed(earlier) if is_key(wanted.name, table.name) and "_" in wanted.name), None
        )
    else:
        target = next((table for table in earlier if singular(table.name) == singular(asked)), None)
        if target is None:
            fix = "describe that table first" + (f"; above it are {', '.join(names)}" if names else "")
            faults.append(
                Fault(wanted.name, f"it refers to {asked!r}, which is no table above it", fix, line=wanted.line)
            )
    if target is None:
        return None
    key = next(column for column in target.columns if column.key)
    name = wanted.name if wanted.name.endswith("id") else f"{wanted.name}_{key.name.rsplit('_', 1)[-1]}"
    empty = wanted.detail.empty
    rate = None if empty is None else f"{empty.normalize():f}%"
    return Decided(name, key.type, None, wanted.line, wanted.text, null_rate=rate, parent=(target.name, key.name))


def _yaml(tables: list[DescribedTable], locale: str | None, file: str, left: list[Fault]) -> str:
    lines = [f"# Read from {commented(file)}. Comments repeat what was said, and say what was guessed."]
    lines += [f"# line {one.line} is {commented(one.what)}" for one in left]
    lines += ["syndata: 1", *([f"locale: {locale}"] if locale else []), "tables:"]
    for table in tables:
        lines += ["", f"  - table_name: {flow_text(table.name)}", f"    rows: {table.rows}", "    columns:"]
        for column in table.columns:
            told = "; ".join(commented(one) for one in (column.text, *column.remarks) if one)
            lines.append(f"      - {flow_text(column.body())}" + (f"  # {told}" if told else ""))
        if table.constraints:
            lines.append(f"    constraints: {flow_text(list(table.constraints))}")
        links = [(column.name, *column.parent) for column in table.columns if column.parent]
        if links:
            lines.append("    foreign_keys:")
        for child, parent, key in links:
            link: dict[str, Any] = {"parent_table": parent, "parent_column": key, "child_column": child}
            if parent == table.name:
                link |= {"depth": min(_LEVELS, table.rows), "roots": max(1, table.rows // _FEW)}
            lines.append(f"      - {flow_text(link)}")
    return "\n".join(lines) + "\n"
