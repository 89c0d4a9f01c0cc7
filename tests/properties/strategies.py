"""Random datasets that can be met, by construction: one to twelve tables with keys and references of every form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from tests.properties import across, columns, promises
from tests.properties.drawn import Document, Drawn, composite_key, refer, single_key

__all__ = ["Document", "datasets"]
MOST_TABLES = 12
RATES = across.RATES


def standalone(drawn: Drawn) -> None:
    """A table without references."""
    rows = drawn.rows()
    table = drawn.new_table(rows, rows)
    drawn.one_of(single_key, single_key, composite_key)(drawn, table)


def child(drawn: Drawn) -> None:
    """A table with one or two references, the first with a fan-out or without."""
    parent = drawn.one_of(*drawn.parents())
    parents = drawn.stated[parent]
    rate = drawn.one_of(*RATES)
    options: dict[str, Any] = {"null_rate": rate} if rate else {}
    low = drawn.draw(st.integers(0, 3))
    high = low + drawn.draw(st.integers(0, 4))
    counted = parents * (high + 1) <= 5_000 and drawn.coin()
    stated: int | None = drawn.rows()
    if counted:
        options["fan_out"] = {"min": low, "max": high}
        stated = drawn.draw(st.integers(parents * low, parents * high)) if not rate and drawn.coin() else None
        most = parents * high * 2 + 1
    else:
        most = stated or 0
        if drawn.coin(5):
            options["choice"] = "independent"
    family = high if counted else -(-most // parents)
    if "choice" not in options and drawn.coin():
        options["owning"] = drawn.draw(st.booleans())
    table = drawn.new_table(stated, most)
    children = refer(drawn, table, parent, **options)
    _child_key(drawn, table, children, family if not rate and "choice" not in options else None)
    for other in drawn.parents()[:1] if drawn.coin() else []:
        refer(drawn, table, other, null_rate=drawn.one_of(*RATES))


def _child_key(drawn: Drawn, table: Document, children: list[str], family: int | None) -> None:
    """A key of its own, the reference with a position or a range beside it, or none."""
    form = drawn.one_of("single", "none", *(["position", "range"] if family is not None else []))
    name = table["table_name"]
    if form == "single":
        single_key(drawn, table)
    elif form in {"position", "range"}:
        rule = (
            {"type": "position", "via": f"{name}_r0"}
            if form == "position"
            else {"type": "range", "min": 10, "max": 10 + max(family or 1, 1) - 1}
        )
        table["columns"].append({"name": f"{name}_no", "type": "int", "rule": rule})
        keys = [*children, f"{name}_no"]
        table["primary_key"] = keys
        drawn.keys[name] = keys


def tree(drawn: Drawn) -> None:
    """A table that refers to itself, with set depth and roots."""
    rows = drawn.draw(st.integers(1, 300))
    depth = drawn.draw(st.integers(1, min(6, rows)))
    roots = rows if depth == 1 else drawn.draw(st.integers(1, rows - depth + 1))
    table = drawn.new_table(rows, rows)
    single_key(drawn, table)
    refer(drawn, table, table["table_name"], depth=depth, roots=roots)


def circle(drawn: Drawn) -> None:
    """Two tables that refer to each other."""
    tables = []
    for _ in range(2):
        rows = drawn.draw(st.integers(1, 50))
        tables.append(drawn.new_table(rows, rows))
        single_key(drawn, tables[-1])
    for table, other in (tables, tables[::-1]):
        refer(drawn, table, other["table_name"], null_rate=drawn.one_of(*RATES))


def polymorph(drawn: Drawn) -> None:
    """A table whose reference points to one of several tables, which another column names."""
    found = drawn.draw(st.permutations(drawn.parents(simple=True)))[:3]
    if not found:
        standalone(drawn)
        return
    rows = drawn.rows()
    table = drawn.new_table(rows, rows)
    name = table["table_name"]
    single_key(drawn, table)
    table["columns"] += [{"name": f"{name}_kind"}, {"name": f"{name}_of"}]
    weights = drawn.draw(st.lists(st.integers(1, 4), min_size=len(found), max_size=len(found)))
    parents = [
        {"table": parent, "column": drawn.keys[parent][0], "label": parent.upper(), "weight": weight}
        for parent, weight in zip(found, weights, strict=True)
    ]
    ends = {"child_column": f"{name}_of", "type_column": f"{name}_kind", "parents": parents}
    table["foreign_keys"].append({**ends, "null_rate": drawn.one_of(*RATES)})


def diamond(drawn: Drawn) -> None:
    """Two composite references that share the column of a common parent."""
    spaces = drawn.draw(st.integers(1, 12))
    space = drawn.new_table(spaces, spaces)
    single_key(drawn, space)
    parent = space["table_name"]
    sides = []
    for _ in range(2):
        high = drawn.draw(st.integers(1, 4))
        side = drawn.new_table(None, spaces * high)
        name = side["table_name"]
        shared = refer(drawn, side, parent, fan_out={"min": 1, "max": high})
        side["columns"].append({"name": f"{name}_no", "type": "int", "rule": "position"})
        side["primary_key"] = drawn.keys[name] = [*shared, f"{name}_no"]
        sides.append(side)
    rows = drawn.rows()
    table = drawn.new_table(rows, rows)
    single_key(drawn, table)
    name = table["table_name"]
    table["columns"] += [{"name": f"{name}_{part}"} for part in ("space", "left", "right")]
    for side, part in zip(sides, ("left", "right"), strict=True):
        keys = drawn.keys[side["table_name"]]
        entry = {
            "id": f"{name}_{part}",
            "parent_table": side["table_name"],
            "parent_columns": keys,
            "child_columns": [f"{name}_space", f"{name}_{part}"],
        }
        table["foreign_keys"].append(entry)


def decorate(drawn: Drawn, table: Document) -> None:
    """Columns that are neither keys nor references."""
    name, found = table["table_name"], table["columns"]
    for number in range(drawn.draw(st.integers(0, 3))):
        found.append(drawn.draw(columns.plain(f"{name}_v{number}")))
    if drawn.coin(3):
        chain, written = drawn.draw(columns.chains(f"{name}_o"))
        found += chain
        table["constraints"] += written
    if drawn.coin(4):
        found.append({**drawn.draw(columns.unique(f"{name}_u", drawn.most[name])), "constraints": ["UNIQUE"]})
    if drawn.coin(4):
        on = drawn.draw(columns.choices(f"{name}_on") | columns.flags(f"{name}_on"))
        found += [on, drawn.draw(columns.conditionals(f"{name}_if", on))]
    if drawn.coin(4):
        found += [drawn.draw(columns.numbers(f"{name}_{part}")) for part in ("p", "q")]
        found.append(drawn.draw(columns.formulas(f"{name}_f", f"{name}_p", f"{name}_q")))


def spread(drawn: Drawn) -> None:
    """A table whose parents have children by a distribution; `min..max` holds whatever it says."""
    parent = drawn.one_of(*drawn.parents())
    parents = drawn.stated[parent]
    low = drawn.draw(st.integers(0, 2))
    high = low + drawn.draw(st.integers(1, max(1, min(12, 4_000 // parents))))
    law = drawn.one_of(
        {"distribution": "uniform"},
        {"distribution": "zipf", "exponent": drawn.one_of(0.5, 1.2, 3)},
        {"distribution": "geometric", "p": drawn.one_of(0.1, 0.6)},
        {"distribution": "poisson", "mean": drawn.one_of(0.5, 3)},
        {"distribution": "normal", "mean": 4, "stddev": 2},
    )
    table = drawn.new_table(None, parents * high * 2 + 1)
    owning = {"owning": drawn.draw(st.booleans())} if drawn.coin() else {}
    refer(drawn, table, parent, fan_out={"min": low, "max": high, **law}, **owning)
    if drawn.coin():
        single_key(drawn, table)


def pairs(drawn: Drawn) -> None:
    """Many-to-many: a table of two references that are unique together."""
    one, other = (drawn.one_of(*drawn.parents(simple=True)) for _ in range(2))
    most = drawn.stated[one] * drawn.stated[other]
    rows = drawn.draw(st.integers(0, min(most, 200)))
    table = drawn.new_table(rows, rows)
    sides = [refer(drawn, table, one), refer(drawn, table, other)]
    names = [name for side in sides for name in side]
    if drawn.coin():
        table["primary_key"] = names
    else:
        table["unique"].append(names)


@st.composite
def datasets(draw: DrawFn) -> Document:
    """A document that can be planned and made."""
    drawn = Drawn(draw)
    standalone(drawn)
    for _ in range(draw(st.integers(0, 8))):
        forms = [
            standalone,
            tree,
            circle,
            diamond,
            *([child] * 4 + [spread] * 2 if drawn.parents() else []),
            *([polymorph, polymorph, pairs, *promises.FORMS] if drawn.parents(simple=True) else []),
        ]
        form = draw(st.sampled_from(forms))
        if len(drawn.tables) + {circle: 2, diamond: 4, promises.ledger: 2}.get(form, 1) <= MOST_TABLES:
            form(drawn)
    for table in drawn.tables:
        decorate(drawn, table)
        promises.decorate(drawn, table)
    across.decorate(drawn.draw, drawn.tables, drawn.keys)
    several: dict[str, Any] = {"en_US": Decimal("1.5"), "it_IT": 1}
    locale = draw(st.sampled_from(["en_US", "en_US", "de_DE", "ja_JP", ["ja_JP", "de_DE", "ar_EG"], several]))
    real = draw(st.booleans()) and locale in ("en_US", "de_DE", several)
    return {
        "syndata": 1,
        "locale": locale,
        "places": "real" if real else "made up",
        "seed": draw(st.integers(0, 2**64 - 1)),
        "tables": drawn.tables,
    }
