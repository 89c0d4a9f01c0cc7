"""`syndata describe`, as a user runs it: from words, a file or a pipe to rows that verify."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.running import REPOSITORY, Command, environment

PAGE = (REPOSITORY / "docs" / "describing.md").read_text()
EXAMPLE, YAML = (re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[0] for language in ("", "yaml"))


def test_the_pages_example_is_what_is_made(inside: Command, tmp_path: Path) -> None:
    (tmp_path / "shop.txt").write_text(EXAMPLE)
    made = inside("describe", "--file", tmp_path / "shop.txt", "--output", tmp_path / "shop.yaml")

    assert made.code == 0, made.err
    assert "2 tables" in made.err
    assert "next: syndata generate --config" in made.err
    assert (tmp_path / "shop.yaml").read_text().endswith(YAML)

    assert inside("validate", "--config", tmp_path / "shop.yaml", "--strict").code == 0
    written = inside("generate", "--config", tmp_path / "shop.yaml", "--output-dir", tmp_path / "out")
    assert written.code == 0, written.err
    assert inside("verify", tmp_path / "out").code == 0


def test_words_of_the_command_line_and_a_pipe_say_the_same(inside: Command) -> None:
    wish = "500 employees with name, email and department (Sales, IT or HR)"
    told = inside("describe", *wish.split())
    piped = subprocess.run(
        [sys.executable, "-m", "syndata", "describe"],
        input=wish,
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )

    assert told.code == 0
    assert told.out == piped.stdout
    assert "table_name: employees" in told.out


def test_rows_are_for_tables_that_say_none(inside: Command) -> None:
    document = inside("describe", "--rows", "7", "--json", "a customer table with name and email").document

    assert [(table["name"], table["rows"]) for table in document["tables"]] == [("customer", 7)]
    assert "rows: 7" in document["configuration"]
    assert any("every table has a key" in note["what"] for note in document["notes"])


def test_what_cannot_be_is_refused_with_file_line_and_fix(inside: Command, tmp_path: Path) -> None:
    path = tmp_path / "wish.txt"
    path.write_text("10 pets:\n- age: 90-10\n- owner (references owners)\n")
    outcome = inside("describe", "--file", path, "--output", tmp_path / "pets.yaml")

    assert outcome.code == 3
    assert f"{path}:2 age: 90 is more than 10" in outcome.err
    assert f"{path}:3 owner" in outcome.err
    assert "fix:" in outcome.err
    assert not (tmp_path / "pets.yaml").exists()


def test_a_file_that_is_there_is_not_written_over(inside: Command, tmp_path: Path) -> None:
    (tmp_path / "kept.yaml").write_text("mine")
    outcome = inside("describe", "--output", tmp_path / "kept.yaml", "5 pets with name and age")

    assert outcome.code == 3
    assert (tmp_path / "kept.yaml").read_text() == "mine"


def test_text_and_file_together_are_a_wrong_command_line(inside: Command, tmp_path: Path) -> None:
    assert inside("describe", "--file", tmp_path / "x", "5 pets with name and age").code == 2
    assert inside("describe", "--file", tmp_path / "missing").code == 3
    (tmp_path / "binary").write_bytes(b"\xff\x00\xfe")
    assert inside("describe", "--file", tmp_path / "binary").code == 3
