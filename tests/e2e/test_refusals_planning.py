"""What can be read but not be met: each fault is told once, where it stands, with a way out, and nothing is written.

A comment `# <-` marks the lines that a fault must point to; it means nothing in YAML.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import Command

MARK = "# <-"
PARENT = "- {name: p, rows: 4, columns: [{name: id, type: int, rule: sequence, constraints: [PK]}]}"


def table(*columns: str, rows: str = "rows: 10") -> str:
    """A table `t` with these columns, one on a line."""
    return "\n".join(["tables:", f"- name: t\n  {rows}", "  columns:", *(f"  - {column}" for column in columns)])


def child(reference: str, *, rows: str = "rows: 10", more: str = "", parents: str = PARENT) -> str:
    """A table `c` whose column `of` is written as `reference`, and its four parents."""
    lines = ["tables:", parents, "- name: c", f"  {rows}", "  columns:", f"  - {{name: of, references: {reference}"]
    return "\n".join([*lines, *([more] if more else [])])


def two(first: str, second: str) -> str:
    """Two tables."""
    return f"tables:\n{first}\n{second}"


FAULTS: dict[str, tuple[str, tuple[str, ...]]] = {
    # capacity
    "own rows beyond a range's capacity": (
        table("{name: k, type: int, rule: {type: range, min: 1, max: 9}, constraints: [PK]}", rows="rows: 10 # <-"),
        ("t.k", "9 rows", "has 10", "lower rows to 9"),
    ),
    "own rows beyond a pattern's capacity": (
        table('{name: k, rule: {type: pattern, pattern: "A#"}, constraints: [UNIQUE]}', rows="rows: 11 # <-"),
        ("t.k", "10 rows", "lower rows to 10"),
    ),
    "own rows beyond a choice's capacity": (
        table("{name: k, rule: [a, b, c], unique: true}", rows="rows: 4 # <-"),
        ("t.k", "3 rows", "lower rows to 3"),
    ),
    "own rows beyond a composite key's capacity": (
        table("{name: a, rule: [x, y], constraints: [PK]}", "{name: b, rule: {type: range, min: 1, max: 4}, constraints: [PK]}", rows="rows: 9 # <-"),
        ("t.a, t.b", "8 rows"),
    ),
    "more children than a key can tell apart": (
        child("{table: p, column: id, fan_out: 0..5}}", rows="primary_key: [of, n] # <-", more="  - {name: n, rule: {type: range, min: 1, max: 3}}"),
        ("3 rows of one p", "up to 5"),
    ),
    "absurd rows": (table("{name: a, rule: word}", rows=f"rows: {10**30} # <-"), (str(10**30), "at most")),
    # ranges
    "an empty range of numbers": (table("{name: a, type: int, rule: {type: range, min: 5, max: 1}} # <-"), ("empty", "swap")),
    "an empty range of dates": (
        table("{name: a, type: date, rule: {type: range, min: 2025-01-01, max: 2024-01-01}} # <-"),
        ("empty", "swap"),
    ),
    "a day that does not exist": (
        table("{name: a, type: date, rule: {type: range, min: 2024-02-30, max: 2024-03-01}} # <-"),
        ("2024-02-30", "not a date", "such as 2024-05-31"),
    ),
    "a word as a date": (table("{name: a, type: date, rule: {type: range, min: soon, max: as_of}} # <-"), ("soon", "not a date")),
    "a distance out of the calendar": (
        table("{name: a, type: date, rule: {type: range, min: -9000y, max: as_of}} # <-"),
        ("-9000y", "years 1 to 9999"),
    ),
    "text as a number": (table("{name: a, type: int, rule: {type: range, min: few, max: 9}} # <-"), ("few", "not a number")),
    "half a whole number": (table("{name: a, type: int, rule: {type: range, min: 0.5, max: 9}} # <-"), ("0.5", "whole number", "write a whole number")),
    "a number beyond 64 bits": (table(f"{{name: a, type: int, rule: {{type: range, min: 0, max: {2**63}}}}} # <-"), (str(2**63), "64 bits")),
    "a min without a max": (table("{name: a, type: int, rule: {type: range, min: 3}} # <-"), ("no max", "add max")),
    "a decimal beyond its precision": (
        table('{name: a, type: "decimal(5,2)", rule: {type: range, min: 0, max: 1000}} # <-'),
        ("decimal(5,2)", "precision"),
    ),
    "a float beyond what doubles hold": (
        table("{name: a, type: float, decimals: 6, rule: {type: range, min: 0, max: 99999999999}} # <-"),
        ("double", "decimal"),
    ),
    "ages that end before they begin": (table("{name: age, rule: {type: age, min: 40, max: 30}} # <-"), ("empty", "swap")),
    "an age and a birth that disagree": (
        table("{name: age, rule: {type: age, min: 18, max: 30}} # <-", "{name: birth, rule: {type: date_of_birth, min: 40, max: 50}} # <-"),
        ("same person", "same min and max"),
    ),
    # orderings
    "two ranges in the wrong order": (
        table("{name: a, type: int, rule: {type: range, min: 50, max: 60}}", "{name: b, type: int, rule: {type: range, min: 0, max: 10}}") + "\n  constraints:\n  - b > a # <-",
        ("no value of", "b > a", "widen"),
    ),
    "an ordering of texts": (
        table("{name: a, rule: word}", "{name: b, rule: word}") + "\n  constraints:\n  - b > a # <-",
        ("no order", "numbers, dates"),
    ),
    "an ordering of a number and a date": (
        table("{name: a, type: int, rule: {type: range, min: 1, max: 2}}", "{name: b, type: date}") + "\n  constraints:\n  - b > a # <-",
        ("do not compare", "numbers with numbers"),
    ),
    "an ordering with a computed column": (
        table("{name: a, rule: {type: choice, value: [1, 20]}, type: int}", "{name: b, type: int, rule: {type: range, min: 5, max: 9}}") + "\n  constraints:\n  - b > a # <-",
        ("a is computed", "widen the range of b"),
    ),
    # formulas and other computed columns
    "a formula of itself": (table("{name: a, rule: {type: formula, formula: a + 1}} # <-"), ("t.a -> t.a", "stand on its own")),
    "formulas in a circle": (
        table("{name: a, rule: {type: formula, formula: b + 1}}", "{name: b, rule: {type: formula, formula: a + 1}} # <-"),
        ("t.a -> t.b -> t.a",),
    ),
    "a formula of a column that is not there": (
        table("{name: price, type: int}", "{name: b, rule: {type: formula, formula: prize * 2}} # <-"),
        ("'prize'", "did you mean price?"),
    ),
    "a formula of a text": (table("{name: a, rule: word}", "{name: b, rule: {type: formula, formula: a * 2}} # <-"), ("'a' is not a number, but a text", "character 1")),
    "a formula without bounds": (
        table("{name: a, rule: sequence}", "{name: b, rule: {type: formula, formula: a * 2}} # <-"),
        ("64 bits", "a sequence has none"),
    ),
    "a formula that can overflow": (
        table(f"{{name: a, type: int, rule: {{type: range, min: 0, max: {10**12}}}}}", "{name: b, rule: {type: formula, formula: a * a}} # <-"),
        ("64 bits", "narrow"),
    ),
    "a division by zero": (
        table("{name: a, type: int, rule: {type: range, min: 0, max: 9}}", "{name: b, rule: {type: formula, formula: 1 / a}} # <-"),
        ("divisor can be 0", "leaves 0 out"),
    ),
    "a formula beyond its precision": (
        table("{name: a, type: int, rule: {type: range, min: 0, max: 999}}", '{name: b, type: "decimal(4,2)", rule: {type: formula, formula: a * 1}} # <-'),
        ("999", "precision"),
    ),
    "code as a formula": (table("""{name: a, rule: {type: formula, formula: "__import__('os').getcwd()"}} # <-"""), ("means nothing here", "character 17")),
    "half a formula": (table('{name: a, rule: {type: formula, formula: "3 *"}} # <-'), ("not an expression",)),
    "look-ups in a circle": (
        two("- name: a\n  columns:\n  - {name: id, rule: sequence, constraints: [PK]}\n  - {name: of, references: b.id}\n  - {name: v, rule: {type: lookup, column: v}}", "- name: b\n  columns:\n  - {name: id, rule: sequence, constraints: [PK]}\n  - {name: of, references: a.id}\n  - {name: v, rule: {type: lookup, column: v}} # <-"),
        ("a.v -> b.v -> a.v",),
    ),
    "a look-up of a column that is not there": (
        child("p.id}", more="  - {name: v, rule: {type: lookup, column: idd}} # <-"),
        ("'idd'", "did you mean id?"),
    ),
    "a look-up without a reference": (table("{name: a, rule: {type: lookup, column: p.id}} # <-"), ("t has no reference to p", "foreign_keys")),
    "a sum without a reference": (
        f"tables:\n{PARENT}\n" + table("{name: a, rule: {type: sum, table: p, column: id}} # <-").removeprefix("tables:\n"),
        ("p has no reference to t", "foreign_keys"),
    ),
    "a sum over a table that is not there": (table("{name: a, rule: {type: sum, table: orders, column: x}} # <-"), ("no table 'orders'", "tables: t")),
    "a sum of texts": (
        two("- name: p\n  rows: 3\n  columns:\n  - {name: id, rule: sequence, constraints: [PK]}\n  - {name: s, rule: {type: sum, table: c, column: v}} # <-", "- {name: c, rows: 9, columns: [{name: of, references: p.id}, {name: v, rule: word}]}"),
        ("c.v is not a number",),
    ),
    "an offset from a number": (
        table("{name: a, type: int}", "{name: b, type: date, rule: {type: offset, column: a}} # <-"),
        ("neither a date nor a time",),
    ),
    "an offset of no length": (
        table("{name: a, type: date}", "{name: b, type: date, rule: {type: offset, column: a, max: often}} # <-"),
        ("'often'", "3d"),
    ),
    "a map of a name": (table("{name: a, rule: email}", "{name: b, rule: {type: map, column: a, values: {x: y}}} # <-"), ("a is not chosen", "choice")),
    "a map of a value that never is": (
        table("{name: a, rule: [x, y]}", "{name: b, rule: {type: map, column: a, values: {z: 1}}} # <-"),
        ("never is 'z'", "x, y"),
    ),
    "buckets that do not fit their edges": (
        table("{name: a, type: int}", "{name: b, rule: {type: bucket, column: a, edges: [1, 2], values: [low, high]}} # <-"),
        ("2 edges make 3 buckets",),
    ),
    # uniqueness
    "a unique sentence": (table("{name: a, rule: sentence, constraints: [UNIQUE]} # <-"), ("must be unique", "numbered", "uuid")),
    "a unique column whose rules meet": (
        table("{name: f, rule: boolean}", '{name: a, unique: true, rule: {range: {min: 5, max: 9999}}, conditional_rules: [{when: "f == true", rule: {range: {min: 1, max: 5000}}}]} # <-'),
        ("unique", "both reach from 5 to 5,000, which are 4,996 values", "ranges side by side"),
    ),
    "a unique column of which one rule has too few values": (
        table("{name: f, rule: {type: boolean, exact: true}}", '{name: a, unique: true, rule: {type: pattern, pattern: "A-####"}, conditional_rules: [{when: "f == true", rule: [x, y]}]}', rows="rows: 100 # <-"),
        ("t.a can tell apart 2 rows where f == true, and 50 of 100 rows of t are so", "50 values or more"),
    ),
    "a key with a condition and too few values": (
        table("{name: f, rule: boolean}", "{name: a, rule: {range: {min: 1, max: 7}}}", rows='unique: ["a where f"]\n  rows: 100 # <-'),
        ("t.a can tell apart 7 rows where f == true, but that may be so in all 100 of t",),
    ),
    "a key with a condition on itself": (
        table("{name: a, rule: {range: {min: 1, max: 7}}}", rows='unique: ["a where a > 3"] # <-'),
        ("the condition reads 'a'", "another column"),
    ),
    "a unique weighted choice": (table("{name: a, rule: {type: choice, value: [x, y], weights: [1, 2]}, unique: true} # <-", rows="rows: 2"), ("weights", "drop")),
    # choices and texts
    "weights that do not fit": (table("{name: a, rule: {type: choice, value: [x, y], weights: [1]}} # <-"), ("2 values but 1 weights",)),
    "weights of nothing": (table("{name: a, rule: {type: choice, value: [x, y], weights: [0, 0]}} # <-"), ("above 0",)),
    "a choice of nothing": (table("{name: a, rule: {type: choice, value: []}} # <-"), ("nothing to choose from",)),
    "a broken regex": (table('{name: a, rule: {type: regex, regex: "[a-"}} # <-'), ("not a regular expression",)),
    "a regex that looks ahead": (table('{name: a, rule: {type: regex, regex: "(?=a)b"}} # <-'), ("look-around", "not supported")),
    "a regex that refers back": (table('{name: a, rule: {type: regex, regex: "(a)\\\\1"}} # <-'), ("back-reference", "not supported")),
    "a regex of endless texts": (table('{name: a, rule: {type: regex, regex: "a{99999}"}} # <-'), ("10000",)),
    "an empty pattern": (table('{name: a, rule: {type: pattern, pattern: ""}} # <-'), ("0 characters", "write 1 to")),
    # NULL and conditions
    "NOT NULL with rows that no condition covers": (
        table("{name: n, type: int}", "{name: a, type: int, constraints: [NOT NULL], conditional_rules: [{when: n > 3, rule: {type: range, min: 1, max: 2}}]} # <-"),
        ("NOT NULL", "every row"),
    ),
    "a NOT NULL reference that may be NULL": (
        child("{table: p, column: id, null_rate: 0.5}, nullable: false} # <-"),
        ("NULL",),
    ),
    "conditional rules of several types": (
        table("{name: n, type: int}", "{name: a, conditional_rules: [{when: n > 3, rule: {type: range, min: 1, max: 2}}], rule: word} # <-"),
        ("different types", "int, str"),
    ),
    "a condition on composed text": (
        table("{name: n, rule: email}", '{name: a, rule: word, conditional_rules: [{when: "n == \'x\'", rule: city}]} # <-'),
        ("composed", "choice"),
    ),
    "a condition on a value that never is": (
        table("{name: n, rule: [x, y]}", '{name: a, rule: word, conditional_rules: [{when: "n == \'z\'", rule: city}]} # <-'),
        ("never is 'z'", "'x', 'y'"),
    ),
    # references
    "a forest deeper than its rows": (table("{name: id, rule: sequence, constraints: [PK]}", "{name: up, references: {table: t, column: id, depth: 11}} # <-"), ("10 rows", "11 levels")),
    "a forest of one level and few roots": (
        table("{name: id, rule: sequence, constraints: [PK]}", "{name: up, references: {table: t, column: id, depth: 1, roots: 2}} # <-"),
        ("depth 1", "not 2"),
    ),
    "a look-up in a self-reference": (
        table("{name: id, rule: sequence, constraints: [PK]}", "{name: up, references: t.id}", "{name: v, rule: {type: lookup, column: id}} # <-"),
        ("self-reference",),
    ),
    "rows that a fan-out cannot make": (
        child("{table: p, column: id, fan_out: 1..2}}", rows="rows: 10 # <-"),
        ("c: 4 p x at most 2 = 8 < 10 rows", "at most 8 rows for c", "at least 5 for p", "fan-out reach 3"),
    ),
    "children of no parents": (child("p.id}", parents=PARENT.replace("rows: 4", "rows: 0") + " # <-"), ("p has no rows", "10 rows of c")),
    "fan-outs in a circle": (
        two("- name: a\n  columns:\n  - {name: id, rule: sequence, constraints: [PK]}\n  - {name: of, references: {table: b, column: id, fan_out: 1..2}} # <-", "- name: b\n  columns:\n  - {name: id, rule: sequence, constraints: [PK]}\n  - {name: of, references: {table: a, column: id, fan_out: 1..2}}"),
        ("a -> b -> a", "state rows"),
    ),
    "a sum over independent children": (
        two("- name: p\n  rows: 3\n  columns:\n  - {name: id, rule: sequence, constraints: [PK]}\n  - {name: s, rule: {type: sum, table: c, column: v}} # <-", "- {name: c, rows: 9, columns: [{name: of, references: {table: p, column: id, choice: independent}}, {name: v, type: int}]}"),
        ("independently", "choice: exact"),
    ),
    "a polymorphic reference to an empty table": (
        f"tables:\n{PARENT.replace('rows: 4', 'rows: 0')}\n" + table("{name: kind}", "{name: of}").removeprefix("tables:\n") + "\n  foreign_keys:\n  - {child_column: of, type_column: kind, parents: [p.id]} # <-",
        ("p has no rows",),
    ),
    # the rest
    "an unknown locale": ("locale: xx_YY # <-\n" + table("{name: a, rule: word}"), ("xx_YY", "use one of", "en_US")),
    "a rule of another type": (table("{name: a, type: int, rule: first_name} # <-"), ("first_name", "int", "str")),
    "an unknown rule": (table("{name: a, rule: frist_name} # <-"), ("frist_name", "first_name")),
    "an option of another rule": (table("{name: a, rule: {type: range, mim: 1, max: 2}} # <-"), ("mim", "did you mean min?")),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_once_with_its_place(
    inside: Command, tmp_path: Path, text: str, words: tuple[str, ...]
) -> None:
    (tmp_path / "bad.yaml").write_text(text)
    marked = {number for number, line in enumerate(text.splitlines(), 1) if MARK in line}

    outcome = inside("generate", "--config", "bad.yaml", "--output-dir", "out")
    faults = inside("plan", "--config", "bad.yaml", "--json").document["error"]["faults"]

    assert outcome.code == 3
    assert "Traceback" not in outcome.err
    assert not (tmp_path / "out").exists()
    assert {fault["line"] for fault in faults} == marked
    assert len(faults) == len(marked)
    assert all(fault["what"] and fault["fix"] and f"bad.yaml:{fault['line']}:" in outcome.err for fault in faults)
    told = " ".join(f"{fault['what']} {fault['fix']}" for fault in faults)
    assert [word for word in words if word not in told] == []
