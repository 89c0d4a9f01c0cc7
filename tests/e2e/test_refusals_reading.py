"""Documents that do not say what they should, told as above; faults together; warnings that --strict refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.running import Command, Outcome

MARK = "# <-"
PARENT = "- {name: p, rows: 4, columns: [{name: id, type: int, rule: sequence, constraints: [PK]}]}"
RANGE = "rule: {type: range, min: 1, max: 9}"


def table(*columns: str, more: str = "") -> str:
    """A table `t` with these columns, one on a line."""
    return "\n".join(
        ["tables:", "- name: t", "  columns:", *(f"  - {column}" for column in columns), *([more] if more else [])]
    )


def beside(parent: str, text: str) -> str:
    """Another table before those of a text."""
    return f"tables:\n{parent}\n{text.removeprefix('tables:')}".replace("\n\n", "\n")


FAULTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "an unknown key of the document": ("tabels: [] # <-\n" + table("{name: a, rule: word}"), ("tabels", "tables")),
    "an unknown key of a table": (table("{name: a, rule: word}", more="  row: 5 # <-"), ("row", "rows")),
    "an unknown key of a column": (table("{name: a, rule: word, uniqe: true} # <-"), ("uniqe", "unique")),
    "an unknown type": (table("{name: a, type: strnig} # <-"), ("strnig", "string")),
    "an unknown constraint": (table("{name: a, rule: uuid, constraints: [PKK]} # <-"), ("PKK", "PK")),
    "an unknown operator": (
        table("{name: n, type: int}", "{name: a, rule: word, conditional_rules: [{condition: {column: n, operator: '=~', value: 1}, rule: city}]} # <-"),
        ("=~", "operator"),
    ),
    "a condition on a column that is not there": (
        table("{name: n, type: int}", "{name: a, rule: word, conditional_rules: [{when: m > 1, rule: city}]} # <-"),
        ("'m'", "n"),
    ),
    "a rule without its type": (table("{name: a, rule: {min: 1, max: 2}} # <-"), ("type", "range")),
    "an option that is no number": (table("{name: a, rule: {type: age, min: young}} # <-"), ("young", "age")),
    "a text where a table should be": ("tables:\n- t # <-", ("a table, such as",)),
    "no tables": ("syndata: 1 # <-\nrows: 5", ("tables", "at least one table")),
    "no columns": ("tables:\n- name: t\n  columns: [] # <-", ("columns", "at least one")),
    "a table without a name": ("tables:\n- columns: [{name: a, rule: word}] # <-", ("table_name",)),
    "a column without a name": (table("{type: int} # <-"), ("name",)),
    "a column twice": (table("{name: a, rule: word}", "{name: a, rule: city} # <-"), ("'a'", "twice", "rename")),
    "a table twice": (beside("- {name: t, columns: [{name: a, rule: word}]}", table("{name: a, rule: word}")).replace("- name: t", "- name: t # <-"), ("'t'", "twice")),
    "a key twice": ("seed: 1\nseed: 2 # <-\n" + table("{name: a, rule: word}"), ("seed",)),
    "a table named like another's file": (beside("- {name: T, columns: [{name: a, rule: word}]}", table("{name: a, rule: word}")).replace("- name: t", "- name: t # <-"), ("same file",)),
    "a table named like a path": (table("{name: a, rule: word}").replace("name: t", "name: ../t # <-"), ("'/'", "files")),
    "a parent that is not there": (table("{name: a, references: people.id} # <-"), ("people", "tables: t")),
    "a parent column that is not there": (beside(PARENT, table("{name: a, references: p.idd} # <-")), ("'idd'", "did you mean `id`?")),
    "a child column that is not there": (
        beside(PARENT, table("{name: a, rule: word}", more="  foreign_keys:\n  - {child_column: b, parent_table: p, parent_column: id} # <-")),
        ("'b'", "a"),
    ),
    "two child columns for one parent column": (
        beside(PARENT, table("{name: a}", "{name: b}", more="  foreign_keys:\n  - {child_columns: [a, b], parent_table: p, parent_columns: [id]} # <-")),
        ("1 parent columns for 2 child columns", "as many"),
    ),
    "a foreign key that is nowhere": (beside(PARENT, table("{name: id, type: int, constraints: [FK]} # <-")), ("marked FK", "p.id")),
    "a fan-out upside down": (beside(PARENT, table("{name: a, references: {table: p, column: id, fan_out: 5..2}} # <-")), ("5", "2", "smaller")),
    "a depth of a plain reference": (beside(PARENT, table("{name: a, references: {table: p, column: id, depth: 2}} # <-")), ("depth", "itself")),
    "a polymorphic reference without parents": (
        table("{name: kind}", "{name: of}", more="  foreign_keys:\n  - {child_column: of, type_column: kind} # <-"),
        ("parents",),
    ),
    "a polymorphic label twice": (
        beside(PARENT, table("{name: kind}", "{name: of}", more="  foreign_keys:\n  - {child_column: of, type_column: kind, parents: [p.id, p.id]} # <-")),
        ("'p'", "twice", "label"),
    ),
    "a primary key with NULLs": (table("{name: a, rule: uuid, constraints: [PK], null_rate: 0.1} # <-"), ("never NULL",)),
    "NOT NULL with NULLs": (table("{name: a, rule: word, constraints: [NOT NULL], null_rate: 0.1} # <-"), ("ruled out",)),
    "a share above one": (table("{name: a, rule: word, null_rate: 7} # <-"), ("7", "0", "1")),
    "an ordering of a column with itself": (table("{name: a, type: int}", more="  constraints:\n  - a > a # <-"), ("itself",)),
    "an ordering that is none": (table("{name: a, type: int}", more="  constraints:\n  - a is big # <-"), ("not a constraint", "compare")),
    "half rows": (table("{name: a, rule: word}", more="  rows: 2.5 # <-"), ("2.5", "a number of rows")),
    "a seed below zero": ("seed: -1 # <-\n" + table("{name: a, rule: word}"), ("-1",)),
    "a moment that differs every time": ("as_of: now # <-\n" + table("{name: a, rule: word}"), ("every time", "--as-of now")),
    "a locale that is a number": ("locale: 5 # <-\n" + table("{name: a, rule: word}"), ("5",)),
    "decimals of 19 digits": (table("{name: a, type: decimal, precision: 19, rule: {type: range, min: 0, max: 1}} # <-"), ("19", "18")),
    "a tag": (table("{name: a, rule: !!python/name:os.system x} # <-"), ("tag",)),
    "a number that is none": (table("{name: a, rule: {type: range, min: .nan, max: 1}} # <-"), (".nan", "finite")),
    "an indentation that slips": ("tables:\n- name: t\n  columns:\n  - {name: a, rule: word}\n seed: 1 # <-", ()),
    "a tab": ("tables:\n\t- name: t # <-", ("tab",)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_once_with_its_place(
    inside: Command, tmp_path: Path, text: str, words: tuple[str, ...]
) -> None:
    faults = refused(inside, tmp_path, text)

    assert [fault["line"] for fault in faults] == lines_marked(text)
    told = " ".join(f"{fault['what']} {fault['fix']}" for fault in faults)
    assert [word for word in words if word not in told] == []


def test_aliases_that_multiply_are_refused_quickly(inside: Command, tmp_path: Path) -> None:
    """Nine aliases deep, each ten times: a billion nodes that are never made."""
    levels = ["x-0: &l0 [a, a, a, a, a, a, a, a, a, a]"]
    levels += [f"x-{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)]
    text = "\n".join([*levels, table("{name: a, rule: {type: choice, value: *l9}}")])

    assert refused(inside, tmp_path, text)


def test_faults_of_different_tables_are_told_together(inside: Command, tmp_path: Path) -> None:
    """What reading finds and what planning finds, in the order of the document's tables."""
    tables = [
        "{name: one, columns: [{name: word, rule: wrod}]}",
        "{name: two, rows: 5, columns: [{name: k, rule: [a, b], unique: true}]}",
        "{name: three, columns: [{name: a, rule: {type: formula, formula: b}}]}",
        "{name: four, columns: [{name: a, type: int, rule: {type: range, min: 9, max: 1}}]}",
    ]
    text = "\n".join(["tables:", *(f"- {table} {MARK}" for table in tables)])

    assert sorted(fault["line"] for fault in refused(inside, tmp_path, text)) == lines_marked(text)


CASCADES = {
    "a parent's key": "{name: id, type: int, rule: {type: range, min: 9, max: 1}, constraints: [PK]}",
    "a parent's unknown rule": "{name: id, rule: seqence, constraints: [PK]}",
    "a parent's unknown option": "{name: id, rule: {type: range, mim: 1, max: 9}, constraints: [PK]}",
    "a parent's missing bound": "{name: id, type: int, rule: {type: range, min: 1}, constraints: [PK]}",
    "a parent's weak key": "{name: id, rule: sentence, constraints: [PK]}",
}


@pytest.mark.parametrize("key", CASCADES.values(), ids=CASCADES.keys())
def test_one_cause_is_one_fault(inside: Command, tmp_path: Path, key: str) -> None:
    """Not one more for every reference, look-up, formula and sum that would have needed it."""
    text = "\n".join([
        "tables:",
        "- name: p",
        "  rows: 4",
        "  columns:",
        f"  - {key} # <-",
        "  - {name: total, type: int, rule: {type: sum, table: c, column: n}}",
        "- name: c",
        "  rows: 8",
        "  columns:",
        "  - {name: of, references: p.id}",
        "  - {name: n, type: int}",
        "  - {name: again, rule: {type: lookup, column: id}}",
        "- {name: d, rows: 8, columns: [{name: of, references: p.id}]}",
        "- {name: e, columns: [{name: of, references: {table: p, column: id, fan_out: 1..2}}]}",
    ])  # fmt: skip

    assert [fault["line"] for fault in refused(inside, tmp_path, text)] == lines_marked(text)


def test_default_rows_are_lowered_with_a_warning_and_strict_refuses(inside: Command, tmp_path: Path) -> None:
    """A key of ten values gives ten rows when the table does not state its own."""
    (tmp_path / "good.yaml").write_text("rows: 1000\n" + table(f"{{name: k, type: int, {RANGE}, constraints: [PK]}}"))
    lax = inside("generate", "--config", "good.yaml", "--output-dir", "out")
    strict = inside("generate", "--config", "good.yaml", "--output-dir", "strict", "--strict")

    assert lax.code == 0
    assert len((tmp_path / "out" / "t.csv").read_text().splitlines()) == 1 + 9
    assert "t.k can tell apart 9 rows" in lax.err
    assert "good.yaml:" in lax.err
    assert strict.code == 3
    assert "instead of the default 1,000" in strict.err
    assert not (tmp_path / "strict").exists()


def test_rows_on_the_command_line_are_a_default_too(inside: Command, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(table(f"{{name: k, type: int, {RANGE}, constraints: [PK]}}"))

    assert inside("plan", "--config", "good.yaml", "--rows", "10000", "--json").document["tables"][0]["rows"] == 9


def test_a_secret_that_is_not_set(inside: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text names the secret and the variable to set, and the variable does it."""
    (tmp_path / "good.yaml").write_text(
        "secret_id: people # <-\n" + table("{name: a, rule: first_name, sensitivity: PII}")
    )
    missing = inside("generate", "--config", "good.yaml", "--output-dir", "out")
    assert missing.code == 3
    assert "'people'" in missing.err
    assert "SYNDATA_SECRET_PEOPLE" in missing.err
    assert not (tmp_path / "out").exists()

    monkeypatch.setenv("SYNDATA_SECRET_PEOPLE", "0123456789abcdef")
    assert inside("generate", "--config", "good.yaml", "--output-dir", "out").code == 0


@pytest.mark.parametrize("name", ["two.yaml", "two.json", "two.yml", "two"])
def test_faults_are_the_same_in_a_process_of_its_own(syndata: Command, tmp_path: Path, name: str) -> None:
    """YAML and JSON, with any ending of the file's name."""
    document = {
        "tables": [
            {
                "name": "t",
                "rows": 5,
                "columns": [{"name": "k", "rule": ["a", "b"], "unique": True}, {"name": "n", "rule": "wrod"}],
            }
        ]
    }
    (tmp_path / name).write_text(json.dumps(document, indent=1))
    outcome = syndata("generate", "--config", name, "--output-dir", "out")

    assert outcome.code == 3
    assert f"{name}:" in outcome.err
    assert "wrod" in outcome.err
    assert "refused: " in outcome.err
    assert not (tmp_path / "out").exists()


def refused(inside: Command, tmp_path: Path, text: str) -> list[dict[str, Any]]:
    """The faults of a document, which the command must refuse with each of them in its text, writing nothing."""
    (tmp_path / "bad.yaml").write_text(text)
    outcome: Outcome = inside("generate", "--config", "bad.yaml", "--output-dir", "out")
    faults: list[dict[str, Any]] = inside("validate", "--config", "bad.yaml", "--json").document["error"]["faults"]

    assert outcome.code == 3
    assert "Traceback" not in outcome.err
    assert not (tmp_path / "out").exists()
    assert all(fault["what"] and fault["fix"] and f"bad.yaml:{fault['line']}:" in outcome.err for fault in faults)
    return faults


def lines_marked(text: str) -> list[int]:
    """Numbers of the lines that a fault must point to."""
    return [number for number, line in enumerate(text.splitlines(), 1) if MARK in line]
