"""A catalogue -> the draft of a configuration: where keys, references, checks and names come together."""

from __future__ import annotations

from decimal import Decimal

from syndata_engine.generation.columns.context import name_words
from syndata_engine.reading import guesses
from syndata_engine.reading.names import same_file, wrong_name, wrong_table_name
from syndata_engine.reading.sql.catalogue import Catalogue, SqlColumn, SqlTable
from syndata_engine.reading.sql.checks import Facts, Order, read_checks
from syndata_engine.reading.sql.deciding import Decision, Demand, decide
from syndata_engine.reading.sql.drafts import ColumnDraft, Draft, TableDraft
from syndata_engine.reading.sql.keying import limit_rows, mark_safest, own_keys, place_column, state_keys
from syndata_engine.reading.sql.partial import take_partial
from syndata_engine.reading.sql.relating import NULL_RATE, relate
from syndata_engine.reading.sql.sizing import size

_COMPARABLE = ({"int", "decimal", "float"}, {"date", "datetime"})
_ENDS = {"deleted", "cancelled", "canceled", "terminated", "closed", "archived", "left", "died", "death"}
_LONGEST_DEFAULT = 80
DEFAULT_ROWS = 1_000


def assemble(catalogue: Catalogue, rows: int | None) -> Draft:
    """Make the draft; nothing that the catalogue says is dropped without a remark.

    Args:
        catalogue: what the database says.
        rows: how many rows tables get, as far as their keys allow; None: as many as there are, else as guessed.
    """
    draft = Draft(catalogue, DEFAULT_ROWS if rows is None else rows)
    for sql in catalogue.tables:
        if sql.name.startswith("sqlite_"):
            draft.remarks.append(f"the table {sql.name} is left out: it is SQLite's own")
        else:
            _add_table(draft, sql)
    for remark in catalogue.remarks:
        _place_remark(
            draft, remark.table, remark.column, f"line {remark.line}: {remark.what}" if remark.line else remark.what
        )
    relate(draft)
    if rows is None:
        size(draft)
    for table in draft.tables:
        _order(table)
        _keep_apart(table)
        _decide_columns(table, table.rows or draft.rows)
        _widen(table)
        for text, line in table.checked.unused:
            table.note(f"CHECK ({text}) is not taken over; rows may break it", line)
    for table in draft.tables:
        _let_be_null(draft, table)
    limit_rows(draft)
    return draft


def _add_table(draft: Draft, sql: SqlTable) -> None:
    same = [other for other in draft.catalogue.tables if other.name.casefold() == sql.name.casefold()]
    name = sql.full_name if len(same) > 1 else sql.name
    safe = _safe(name)
    taken = {same_file(table.name) for table in draft.tables}
    while same_file(safe) in taken:
        safe += "_"
    table = TableDraft(sql, safe, read_checks(sql, draft.catalogue.dialect))
    table.conditional, everywhere = take_partial(sql, table.checked, draft.catalogue.dialect)
    for one in everywhere:
        table.note(f"({', '.join(one.columns)}) is unique everywhere, not only WHERE {one.text[:160]}", one.line)
    if safe != sql.name:
        table.note(f"called {sql.full_name} in the database")
    if sql.comment:
        table.note(sql.comment)
    for column in sql.columns:
        if column.computed is not None:
            table.note(f"{column.name} is left out: the database computes it as {column.computed}", column.line)
        elif wrong_name(column.name):
            table.note(f"the column {column.name!a} is left out: its name cannot be used", column.line)
        else:
            table.columns.append(ColumnDraft(column))
    if table.columns:
        draft.tables.append(table)
    else:
        draft.remarks.append(f"the table {sql.full_name} is left out: it has no columns to make")


def _safe(name: str) -> str:
    """A table's name as files may have it."""
    kept = "".join(mark if wrong_table_name(f"a{mark}a") is None else "_" for mark in name).strip(". ")
    # 48 characters of four bytes are the most that a file's name takes.
    kept = kept[:48].strip(". ") or "table"
    return f"{kept}_table" if wrong_table_name(kept) else kept


def _place_remark(draft: Draft, table: str, column: str, text: str) -> None:
    found = draft.of(next((sql for sql in draft.catalogue.tables if sql.full_name == table), None))
    if found is not None and column and found.has(column):
        found.column(column).remarks.append(text)
    elif found is not None:
        found.note(text)
    else:
        draft.remarks.append(f"{table}: {text}" if table else text)


# -- orders ----------------------------------------------------------------------------------------------------


def _order(table: TableDraft) -> None:
    """Keep the orders that can be kept, and add those that names suggest."""
    keyed = {name for key in [table.sql.primary_key, *table.sql.uniques] for name in key} | table.numbered
    for order in table.checked.orders:
        why = _unordered(table, order, keyed)
        if why and _at_a_distance(table, order, keyed):
            continue
        if why:
            sign = ">" if order.strict else ">="
            table.note(f"CHECK ({order.later} {sign} {order.earlier}) is not taken over: {why}", order.line)
        else:
            table.orders.append(order)
    free = [column.sql for column in table.columns if _is_moment(column.sql) and not table.covering(column.name)]
    free = [column for column in free if column.name not in keyed and not table.column(column.name).body]
    for earlier in free:
        for later in free:
            known = any({o.later, o.earlier} == {later.name, earlier.name} for o in table.orders)
            bounded = {earlier.name, later.name} & {
                name for name, facts in table.checked.facts.items() if facts.low or facts.high or facts.values
            }
            if earlier is not later and not known and not bounded and guesses.follows(earlier.name, later.name):
                table.orders.append(Order(later.name, earlier.name, strict=False))
                table.column(later.name).remarks.append(f"guessed: never before {earlier.name}")


def _keep_apart(table: TableDraft) -> None:
    """Keep what says that two references differ; of other columns nothing can."""
    for one in table.checked.apart:
        names = (one.left, one.right)
        told = f"CHECK ({one.left} <> {one.right}) is not taken over"
        if not any(table.has(name) and table.covering(name) for name in names):
            table.note(f"{told}; rows may break it", one.line)
        elif any('"' in name and "`" in name for name in names):
            table.note(f"{told}; rows may break it: no expression can hold these names", one.line)
        else:
            table.apart.append(one)


def _at_a_distance(table: TableDraft, order: Order, keyed: set[str]) -> bool:
    """Let a date that is no key keep its distance from one that is, which nothing may bound."""
    names = (order.later, order.earlier)
    if not all(table.has(name) for name in names) or len({*names} & keyed) != 1:
        return False
    follower, fixed = names if order.earlier in keyed else names[::-1]
    families = {table.column(name).sql.type.family for name in names}
    bounded = table.checked.of(follower) not in (Facts(), Facts(not_null=True))
    elsewhere = any(other is not order and follower in (other.later, other.earlier) for other in table.checked.orders)
    refers = any(table.covering(name) for name in names)
    if families not in ({"date"}, {"datetime"}) or bounded or elsewhere or refers or table.column(follower).body:
        return False
    least = "1d" if order.strict else "0d"
    ends = {"min": least, "max": "30d"} if follower == order.later else {"min": "-30d", "max": f"-{least}"}
    table.column(follower).body["type"] = families.pop()
    table.column(follower).body["rule"] = {"type": "offset", "column": fixed, **ends}
    return True


def _unordered(table: TableDraft, order: Order, keyed: set[str]) -> str:
    names = (order.later, order.earlier)
    if not all(table.has(name) for name in names):
        return "one of them is generated"
    families = {table.column(name).sql.type.family for name in names}
    if not any(families <= group for group in _COMPARABLE):
        return "only numbers and dates have an order here"
    if any(table.covering(name) or table.column(name).body for name in names):
        return "one of them refers to another row"
    if any(name in keyed for name in names):
        return "one of them belongs to a key"
    if any(table.checked.of(name).values for name in names):
        return "one of them is one of a few values"
    return ""


def _is_moment(column: SqlColumn) -> bool:
    return column.type.family in {"date", "datetime"}


def _widen(table: TableDraft) -> None:
    """Let the ranges of ordered columns leave room for each other where only a guess stands against it."""
    for order in table.orders:
        later, earlier = table.column(order.later), table.column(order.earlier)
        rules = later.body.get("rule", {}), earlier.body.get("rule", {})
        numbers = [rule.get(end) for rule in rules for end in ("min", "max")]
        if not all(isinstance(number, int | Decimal) for number in numbers):
            continue
        least, most = rules[1]["min"], max(rules[0]["max"], rules[1]["max"])
        facts = table.checked.of(order.later), table.checked.of(order.earlier)
        if facts[0].high is None and most <= (later.sql.type.high or 10**6):
            rules[0]["max"] = most
        if facts[0].low is None and rules[0]["min"] > rules[1]["max"]:
            rules[0]["min"] = least


# -- columns ---------------------------------------------------------------------------------------------------


def _decide_columns(table: TableDraft, rows: int) -> None:
    keys = own_keys(table)
    ordered = {name for order in table.orders for name in (order.later, order.earlier)}
    places = dict(found for key in keys if (found := place_column(table, key, keys)))
    for column in table.columns:
        sql = column.sql
        facts = table.checked.of(sql.name)
        sql.nullable = sql.nullable and not facts.not_null and sql.name not in table.sql.primary_key
        if table.covering(sql.name) is None:
            mine = [key for key in keys if sql.name in key]
            alone = (sql.name,) in mine or any(key.columns == (sql.name,) for key in table.conditional)
            demand = Demand(table.sql, bool(mine) or sql.name in table.numbered, alone, sql.name in ordered, facts)
            if sql.name in places:
                _write(
                    column,
                    Decision("int", {"type": "position", "via": ",".join(places[sql.name].columns)}, sql.type.high),
                )
            elif "rule" not in column.body:
                _write(column, decide(sql, demand))
            else:
                column.body = {"type": "int" if sql.type.family == "int" else "str", **column.body}
                column.body = {"type": column.body["type"], "rule": column.body["rule"]}
        elif _says_more(facts):
            column.remarks.append("its checks are not taken over: it takes what it refers to")
        if not sql.nullable and sql.name not in table.sql.primary_key:
            column.body["nullable"] = False
        if sql.comment:
            column.body["description"] = sql.comment
        if sql.default is not None and sql.default.upper() != "NULL":
            column.remarks.append(f"DEFAULT {sql.default[:_LONGEST_DEFAULT]} is not used")
    state_keys(table, keys)
    mark_safest(table, keys, rows)


def _says_more(facts: Facts) -> bool:
    return facts not in (Facts(), Facts(not_null=True))


def _write(column: ColumnDraft, decision: Decision) -> None:
    body = column.body
    if decision.type == "decimal" and decision.precision is not None:
        body["type"] = "decimal({},{})".format(*decision.precision)
    elif decision.type is not None:
        body["type"] = decision.type
    if decision.rule is not None:
        body["rule"] = decision.rule
    column.capacity = decision.capacity
    if decision.remark:
        column.remarks.append(decision.remark)


def _let_be_null(draft: Draft, table: TableDraft) -> None:
    """State a share of NULL where a column may be NULL, is no key, and nobody refers to it."""
    wanted = {
        name for other in draft.tables for link in other.links if link.parent is table for name in link.parent_columns
    }
    keyed = {name for key in table.all_keys() for name in key} | table.numbered
    for column in table.columns:
        rule = column.body.get("rule") or {}
        if not column.sql.nullable or table.covering(column.name) or column.name in wanted | keyed:
            continue
        if rule.get("type") in {"null", "sequence", "formula"}:
            continue
        ends = set(name_words(column.name)) & _ENDS and _is_moment(column.sql)
        column.body["null_rate"] = "80%" if ends else NULL_RATE
