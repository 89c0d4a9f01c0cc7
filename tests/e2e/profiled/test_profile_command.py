"""`syndata profile` and `generate --sample-data`, as a user runs them: from files to data like theirs."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.running import Command
from tests.unit.learning.shops import RARE_TIER, shop


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Customers and orders, as CSV."""
    customers, orders = shop(300).write(tmp_path / "given")
    return customers, orders


def test_from_files_to_data_that_is_proved(syndata: Command, files: tuple[Path, Path], tmp_path: Path) -> None:
    """Profile, validate, generate, verify."""
    customers, orders = files
    outcome = syndata("profile", "--data", customers, "--data", orders, "--output", tmp_path / "shop.yaml")
    assert outcome.code == 0, outcome.err
    assert "2 tables, 19 columns" in outcome.err
    assert "1 reference" in outcome.err

    assert syndata("validate", "--config", tmp_path / "shop.yaml", "--strict").code == 0
    assert syndata("generate", "--config", tmp_path / "shop.yaml", "--strict", "--output-dir", "out").code == 0
    assert syndata("verify", "out").code == 0
    assert len((tmp_path / "out" / "customers.csv").read_text().splitlines()) == 301


def test_two_keys_of_people_that_another_table_repeats(syndata: Command, tmp_path: Path) -> None:
    """One reference and a lookup through it; no address of the source is left, and the two columns agree."""
    staff, tickets = tmp_path / "staff.csv", tmp_path / "tickets.csv"
    staff.write_text("staff_id,email\n" + "".join(f"{n},who{n}@firm-real.org\n" for n in range(1, 401)))
    rows = [n * 37 % 390 + 1 for n in range(1500)]
    tickets.write_text(
        "ticket_id,staff_id,staff_email\n"
        + "".join(f"T-{n:05},{one},who{one}@firm-real.org\n" for n, one in enumerate(rows))
    )
    outcome = syndata("generate", "--sample-data", staff, "--sample-data", tickets, "--output-dir", "out")

    assert outcome.code == 0, outcome.err
    assert syndata("verify", "out").code == 0
    made = (tmp_path / "out" / "staff.csv").read_text()
    told = dict(line.split(",") for line in made.splitlines()[1:])
    assert len(set(told.values())) == 400
    for line in (tmp_path / "out" / "tickets.csv").read_text().splitlines()[1:]:
        _, one, address = line.split(",")
        assert told[one] == address
    assert "firm-real" not in made + (tmp_path / "out" / "plan.json").read_text()


def test_in_one_step(syndata: Command, files: tuple[Path, Path], tmp_path: Path) -> None:
    """It is profile and generate: the same bytes, whatever the number of workers."""
    customers, orders = files
    data = ("--sample-data", customers, "--sample-data", orders)
    assert syndata("generate", *data, "--seed", "7", "--workers", "2", "--output-dir", "one").code == 0
    assert syndata("profile", "--data", customers, "--data", orders, "--output", "shop.yaml").code == 0
    assert syndata("generate", "--config", "shop.yaml", "--seed", "7", "--output-dir", "two").code == 0

    for name in ("customers.csv", "orders.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert syndata("verify", "one").code == 0


def test_rows_are_those_of_the_first_table(inside: Command, files: tuple[Path, Path], tmp_path: Path) -> None:
    customers, orders = files
    outcome = inside(
        "generate", "--sample-data", customers, "--sample-data", orders, "--rows", "30", "--output-dir", "out",
        "--output-format", "parquet", "--json",
    )  # fmt: skip

    assert outcome.code == 0, outcome.err
    rows = {
        table["name"]: table["rows"] for table in json.loads((tmp_path / "out" / "manifest.json").read_text())["tables"]
    }
    assert rows["customers"] == 30
    assert rows["orders"] == pytest.approx(len(orders.read_text().splitlines()) / 10, abs=1)


def test_the_report_as_json(inside: Command, files: tuple[Path, Path]) -> None:
    customers, orders = files
    outcome = inside("profile", "--data", customers, "--data", orders, "--format", "json")
    found = outcome.document

    assert [table["name"] for table in found["tables"]] == ["customers", "orders"]
    columns = {column["name"]: column for column in found["tables"][0]["columns"]}
    assert columns["email"]["meaning"] == {"kind": "email", "share": 1.0, "by": "values", "personal": True}
    assert columns["age"]["min"] >= "18"
    assert columns["customer_id"]["unique"]
    assert RARE_TIER not in outcome.out
    assert "@" not in outcome.out


class Page(HTMLParser):
    """What a page asks its browser for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {"src", "href", "onload", "onclick"} & {name for name, _ in attrs}
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {"src", "href"} & {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_report_as_a_page_that_needs_nothing_else(inside: Command, tmp_path: Path) -> None:
    """No script, no network; what stands in the data is text and nothing else."""
    path = tmp_path / "odd.csv"
    path.write_text('"<b>name</b>",x\n' + '"<script>alert(1)</script>",1\n"a & b",2\n' * 30)
    outcome = inside("profile", "--data", path, "--output", tmp_path / "odd.html")
    text = (tmp_path / "odd.html").read_text()

    assert outcome.code == 0
    page = Page(text)
    assert not page.open
    assert "script" not in page.tags
    assert "svg" in page.tags
    assert "&lt;script&gt;alert(1)" in text
    assert "a &amp; b" in text
    assert not re.search(r"https?://", text)


def test_a_parquet_file(inside: Command, tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    table = pa.table({
        "when": pa.array([1, 2, None] * 50, pa.timestamp("ms", "Europe/Rome")),
        "what": pa.array(["a", "b", "a"] * 50).dictionary_encode(),
        "parts": pa.array([[1], [2], None] * 50),
    })  # fmt: skip
    parquet.write_table(table, tmp_path / "events.parquet")
    outcome = inside("profile", "--data", tmp_path / "events.parquet", "--format", "json")

    (found,) = outcome.document["tables"]
    assert [(column["name"], column["nulls"]) for column in found["columns"]] == [("when", 50), ("what", 0)]
    assert {(one["column"], one["code"]) for one in outcome.document["findings"]} >= {("parts", "not_read")}
    assert inside("generate", "--sample-data", tmp_path / "events.parquet", "--output-dir", "out").code == 0


BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "no rows": (b"a,b\n", "no row"),
    "ragged": (b"a,b\n1,2\n1,2,3\n", "3 fields"),
    "latin-1": ("name,x\nM\xfcller,1\n".encode("latin-1"), "UTF-8"),
    "utf-16": ("name,x\nA,1\n".encode("utf-16"), "UTF-16"),
    "no header": (b"1,2\n3,4\n", "not a header"),
    "twice": (b"a,a\n1,2\n", "same as that of column 1"),
    "nameless": (b"a,\n1,2\n", "no name"),
    "zip": (b"PK\x03\x04rest", "ZIP"),
    "binary": (b"a,b\n\x00\x01\x02,3\n", "NUL"),
    "open quote": (b'a,b\n"1,2\n', "never closed"),
    "cut parquet": (b"PAR1 and then nothing", "Parquet"),
    "long name": (b"a" * 200 + b",b\n1,2\n", "name"),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("command", ["profile", "generate"])
def test_what_is_no_table_is_refused_with_file_and_fix(
    inside: Command, tmp_path: Path, case: str, command: str
) -> None:
    body, what = BROKEN[case]
    path = tmp_path / "broken.csv"
    path.write_bytes(body)
    arguments = ("--data", path) if command == "profile" else ("--sample-data", path, "--output-dir", "out")
    outcome = inside(command, *arguments)

    assert outcome.code == 3
    assert what in outcome.err
    assert "broken.csv" in outcome.err
    assert "fix:" in outcome.err
    assert not (tmp_path / "out").exists()


def test_files_that_are_not_there_or_are_called_alike(inside: Command, tmp_path: Path) -> None:
    assert inside("profile", "--data", tmp_path / "none.csv").code == 3
    assert inside("profile", "--data", tmp_path).code == 3
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.csv").write_text("a,b\n1,x\n")
    outcome = inside("profile", "--data", tmp_path / "one" / "t.csv", "--data", tmp_path / "two" / "t.csv")

    assert outcome.code == 3
    assert "two tables are called t" in outcome.err


def test_an_output_that_is_there_is_not_written_over(inside: Command, files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("precious")
    outcome = inside("profile", "--data", files[0], "--output", tmp_path / "mine.yaml")

    assert outcome.code == 3
    assert (tmp_path / "mine.yaml").read_text() == "precious"


@pytest.mark.parametrize(
    "arguments",
    [
        ("profile",),
        ("profile", "--data", "x.csv", "--format", "pdf"),
        ("profile", "--data", "x.csv", "--min-count", "0"),
        ("generate", "--sample-data", "x.csv", "--preset", "user", "--output-dir", "out"),
    ],
)
def test_a_wrong_command_line_is_a_usage_error(inside: Command, arguments: tuple[str, ...]) -> None:
    assert inside(*arguments).code == 2
