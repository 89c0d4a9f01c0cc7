"""Rules of one's own: from an installed package, and from a function of the calling program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import syndata
from syndata_engine.generation.kinds import registry
from syndata_engine.generation.words.bits import Codes
from tests.running import Outcome, environment

PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-rules"
version = "1.0"

[project.entry-points."syndata.kinds"]
acme = "acme_rules:kinds"
"""
CODE = '''\
from __future__ import annotations

from pydantic import Field

from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.nodes.nodes import Mapped, RowNumber, Uniform
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.texts.text import Integer, Lit


class Shelf(Kind):
    """A place in the warehouse."""

    class ShelfOptions(Options):
        aisles: int = Field(default=9, ge=1, le=99)

    name = "acme.shelf"
    summary = "A place in Acme's warehouse, such as A07-3."
    types = ("str",)
    version = 3
    options = ShelfOptions

    def build(self, ctx, options):
        return self._column(Uniform(ctx.word(), 0, options.aisles * 10))

    def enumerate(self, ctx, options):
        return Enumeration(options.aisles * 10, self._column)

    def _column(self, number):
        aisle = Mapped(lambda numbers: numbers // 10 + 1, (number,))
        return Column(ValueType("str"), text=(Lit("A"), Integer(aisle, 2), Lit("-"), Integer(Mapped(lambda numbers: numbers % 10, (number,)))))


def _some(rows):
    if (rows >= 20_000).any():
        raise LookupError("no shelf")
    return rows % 10


class Fragile(Shelf):
    """A place that some rows have none of."""

    name = "acme.fragile"

    def build(self, ctx, options):
        return self._column(Mapped(_some, (RowNumber(),)))


def kinds():
    return [Shelf(), Fragile()]
'''
DOCUMENT = """\
tables:
  places:
    rows: 400
    columns:
      shelf: {type: str, rule: {custom_class: acme, custom_method: shelf, parameters: {aisles: 20}}}
      same: {rule: {type: acme.shelf, aisles: 20}}
  keys:
    rows: 90
    columns:
      shelf: {primary_key: true, rule: {type: custom, custom_class: acme.shelf}}
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the package is installed into."""
    top = tmp_path_factory.mktemp("package")
    (top / "pyproject.toml").write_text(PROJECT)
    (top / "acme_rules.py").write_text(CODE)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--target", top / "site", top],
        capture_output=True, text=True, check=False, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return top / "site"


def run(*arguments: Any, package: Path | None) -> Outcome:
    """The command, with the package installed or not."""
    given = environment()
    path = os.pathsep.join(filter(None, [str(package) if package else "", given["PYTHONPATH"]]))
    done = subprocess.run(
        [sys.executable, "-m", "syndata", *map(str, arguments)],
        capture_output=True, text=True, check=False, env={**given, "PYTHONPATH": path},
    )  # fmt: skip
    return Outcome(done.returncode, done.stdout, done.stderr)


def test_an_installed_package_s_rule_is_used_from_configuration_to_verification(package: Path, tmp_path: Path) -> None:
    document, out = tmp_path / "places.yaml", tmp_path / "out"
    document.write_text(DOCUMENT)
    made = run("generate", "--config", document, "--output-dir", out, "--workers", 2, package=package)
    assert made.code == 0, made.err

    shelves = [line.split(",") for line in (out / "places.csv").read_text().splitlines()[1:]]
    assert len(shelves) == 400
    assert all(shelf[0] == "A" and 1 <= int(shelf[1:3]) <= 20 for row in shelves for shelf in row)
    keys = (out / "keys.csv").read_text().splitlines()[1:]
    assert len(set(keys)) == 90
    plan = json.loads((out / "plan.json").read_text())
    assert {column["values_version"] for table in plan["tables"] for column in table["columns"]} == {3}
    assert run("verify", out, package=package).code == 0
    assert "acme.shelf" in run("kinds", "--json", package=package).out


def test_without_the_package_it_is_said_what_is_missing(package: Path, tmp_path: Path) -> None:
    document, out = tmp_path / "places.yaml", tmp_path / "out"
    document.write_text(DOCUMENT)
    assert run("generate", "--config", document, "--output-dir", out, package=package).code == 0
    refused = run("validate", "--config", document, package=None)
    unverified = run("verify", out, package=None)

    assert refused.code == 3
    assert "syndata.kinds" in refused.err
    assert "there is no rule 'acme.shelf'" in refused.err
    assert unverified.code not in {0, 1}
    assert "acme" in unverified.err


def test_wrong_parameters_are_refused_at_their_line(package: Path, tmp_path: Path) -> None:
    document = tmp_path / "places.yaml"
    document.write_text(DOCUMENT.replace("{aisles: 20}}", "{aisles: 200}}").replace("aisles: 20}", "isles: 20}"))
    refused = run("validate", "--config", document, package=package)

    assert refused.code == 3
    assert f"{document}:5:" in refused.err
    assert f"{document}:6:" in refused.err


def test_a_package_s_rule_that_fails_is_refused_with_its_line(package: Path, tmp_path: Path) -> None:
    document, out = tmp_path / "places.yaml", tmp_path / "out"
    document.write_text("tables: {places: {rows: 40000, columns: {shelf: {type: str, rule: acme.fragile}}}}")
    refused = run("generate", "--config", document, "--output-dir", out, "--workers", 2, package=package)
    shown = run("rows", "--config", document, "--table", "places", "--start", 7, package=package)

    assert refused.code == 3, refused.err
    line = 1 + CODE[: CODE.index("raise LookupError")].count("\n")
    assert f"acme_rules.py:{line}: " in refused.err
    assert (
        "_some of the rule acme.shelf or acme.fragile fails for rows 16,384 to 20,479: LookupError: no shelf"
        in refused.err
    )
    assert "nothing was written" in refused.err
    assert not out.exists()
    assert shown.code == 0


@pytest.fixture
def rules() -> Iterator[None]:
    """Rules that a test announces are forgotten after it."""
    registry.all_kinds()
    kinds, names = dict(registry.KINDS), dict(registry._ALIASES)
    yield
    registry.KINDS.clear()
    registry.KINDS.update(kinds)
    registry._ALIASES.clear()
    registry._ALIASES.update(names)


def table(columns: dict[str, Any], rows: int = 300) -> list[dict[str, Any]]:
    made = syndata.generate({"tables": {"t": {"rows": rows, "columns": columns}}})
    return list(made["t"].to_pylist())


AMOUNT: dict[str, Any] = {"type": "int", "null_rate": 0.1, "rule": {"type": "range", "min": 0, "max": 999}}


@pytest.mark.usefixtures("rules")
def test_a_function_is_a_rule_of_its_process(tmp_path: Path) -> None:
    @syndata.rule("points", reads=["amount"])
    def points(words: Codes, amount: Codes, *, most: int = 5) -> Codes:
        """Points for an amount."""
        return amount // 10 + words % (most + 1)

    columns = {"amount": AMOUNT, "points": {"rule": {"type": "points", "most": 3}}}
    rows = table(columns)
    for row in rows:
        assert (row["points"] is None) == (row["amount"] is None)
        assert row["points"] is None or 0 <= row["points"] - row["amount"] // 10 <= 3
    config = {"tables": {"t": {"rows": 300, "columns": columns}}}
    assert syndata.rows(config, "t", 100, 7).to_pylist() == rows[100:107]
    syndata.write(config, tmp_path, workers=2)
    assert not syndata.verify(tmp_path).findings


@pytest.mark.usefixtures("rules")
def test_functions_make_every_type_they_say() -> None:
    syndata.rule("odd", makes="bool")(lambda words: words % 2 == 1)
    syndata.rule("half", makes="decimal", reads=["price"])(lambda _, price: price / 2)
    syndata.rule("ratio", makes="float")(lambda words: words % 1000 / 1000)
    syndata.rule("due", makes="date", reads=["day"])(lambda _, day: day + np.timedelta64(30, "D"))
    syndata.rule("seen", makes="datetime", reads=["at"])(lambda _, at: at + np.timedelta64(1, "h"))
    syndata.rule("size", makes="str", reads=["odd"], values=["even", "odd"])(lambda _, odd: odd.astype(np.int64))
    columns = {
        "price": {"type": "decimal(8,2)"}, "day": {"type": "date"}, "at": {"type": "datetime"}, "odd": "odd",
        "half": {"type": "decimal(10,3)", "rule": "half"}, "ratio": "ratio", "due": "due", "seen": "seen",
        "size": {"rule": "size"}, "label": {"rule": {"template": "{size|upper}"}}, "text": {"type": "str", "rule": "due"},
    }  # fmt: skip
    for row in table(columns):
        assert row["half"] * 2 == row["price"]
        assert 0 <= row["ratio"] < 1
        assert (row["due"] - row["day"]).days == 30
        assert (row["seen"] - row["at"]).total_seconds() == 3600
        assert row["size"] == ("odd" if row["odd"] else "even")
        assert row["label"] == row["size"].upper()
        assert row["text"] == row["due"].isoformat()


@pytest.mark.usefixtures("rules")
def test_a_plan_of_another_version_of_the_function_is_refused(tmp_path: Path) -> None:
    syndata.rule("code")(lambda words: words % 7)
    syndata.write({"tables": {"t": {"columns": {"x": "code"}}}}, tmp_path)
    del registry.KINDS["code"], registry._ALIASES["code"]
    syndata.rule("code", version=2)(lambda words: words % 8)

    with pytest.raises(syndata.Refused, match="version 1"):
        syndata.verify(tmp_path)


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda words: words[:-1], "values for"),
        (lambda _: 3, "values for"),
        (lambda words: words * 0.5, "which is no int"),
        (lambda words: np.array(["a"] * len(words)), "which is no int"),
    ],
)
def test_what_is_no_column_is_no_column(function: Any, said: str) -> None:
    syndata.rule("wrong")(function)

    with pytest.raises(syndata.Refused, match=said):
        table({"x": "wrong"})


@pytest.mark.usefixtures("rules")
def test_an_index_beyond_the_texts_is_no_column() -> None:
    syndata.rule("wrong", makes="str", values=["a", "b"])(lambda words: words % 3)

    with pytest.raises(syndata.Refused, match="beyond its 2 texts"):
        table({"x": "wrong"})


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "email"}, "two kinds"),
        ({"name": "No Name"}, "no name of a rule"),
        ({"name": "some", "makes": "str"}, "needs the texts"),
        ({"name": "some", "values": ["a"]}, "needs the texts"),
    ],
)
def test_what_cannot_be_a_rule_is_said_at_once(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        syndata.rule(**given)(lambda words: words)


@pytest.mark.usefixtures("rules")
def test_columns_that_a_function_cannot_read_are_refused() -> None:
    syndata.rule("reader", reads=["other"])(lambda _, other: other)

    with pytest.raises(syndata.Refused, match="composed text"):
        table({"other": "uuid", "x": "reader"})
    with pytest.raises(syndata.Refused, match="no column 'other'"):
        table({"x": "reader"})


def test_the_example_of_the_documentation_runs(rules: None) -> None:
    text = textwrap.dedent((syndata.rule.__doc__ or "").split("\n\n")[1])
    space: dict[str, Any] = {"syndata": syndata, "np": np}
    exec(compile(text, "example", "exec"), space)  # noqa: S102 -- our own documentation

    assert (
        syndata.generate({"tables": {"t": {"columns": {"amount": AMOUNT, "p": {"rule": {"type": "points"}}}}}})[
            "t"
        ].num_rows
        == 1_000
    )


@pytest.mark.usefixtures("rules")
def test_a_function_may_be_of_one_row() -> None:
    """Of any type that a rule makes; a text that is none of its own ends the making."""

    @syndata.rule("Pay.day", makes="date", reads=["amount"], per_row=True)
    def day(random: int, amount: int) -> date:
        return date(2024, 1, 1) + timedelta(days=amount + random % 2)

    @syndata.rule("Pay.band", makes="str", reads=["amount"], values=["low", "high"], per_row=True)
    def band(_random: int, amount: int, *, edge: int = 500, top: str = "high") -> str:
        return top if amount >= edge else "low"

    own = {"custom_class": "Pay", "custom_method": "band"}
    rows = table({"amount": AMOUNT, "day": {"rule": "pay.day"}, "band": {"rule": {**own, "parameters": {"edge": 300}}}})
    for row in rows:
        if row["amount"] is None:
            assert row["day"] is row["band"] is None
        else:
            assert row["day"] - date(2024, 1, 1) - timedelta(days=row["amount"]) in {timedelta(0), timedelta(1)}
            assert row["band"] == ("high" if row["amount"] >= 300 else "low")
    with pytest.raises(syndata.Refused, match="beyond its 2 texts"):
        table({"amount": AMOUNT, "band": {"rule": {**own, "parameters": {"top": "huge"}}}})


@pytest.mark.parametrize("name", ["", "1st", "a.b.c", "a b", "Pay.", "x" * 70])
def test_what_names_no_rule_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a rule"):
        syndata.rule(name)
