"""Parts laid end to end, what closes them, their digests; plan.json and manifest.json field by field."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

import syndata
from syndata_contracts.errors import Refused
from syndata_contracts.manifest import Manifest, PartRecord, TableRecord
from syndata_contracts.plan import Plan, PlannedColumn, PlannedDirt, PlannedTable
from syndata_engine.formats import FORMATS, closing, encode_part
from syndata_engine.generation import BoundTable
from tests.running import REPOSITORY, SHOP
from tests.unit.kinds.making import by, file_of, table_of

PAGE = (REPOSITORY / "docs" / "formats.md").read_text()
ROWS = 3 * 16_384 + 5


def cut(part_rows: int) -> BoundTable:
    """A table of several parts, with dictionaries, NULLs and composed text."""
    columns = {
        "n": {"type": "int", "null_rate": 0.1},
        "s": by("choice", value=["a", "b,", ""]),
        "mail": "email",
        "d": {"type": "decimal(8,2)"},
    }
    table = table_of(columns, ROWS)
    return BoundTable(table.planned.model_copy(update={"part_rows": part_rows}), table.key, table.columns)


def part_bytes(table: BoundTable, part: int, output_format: str) -> tuple[bytes, bytes]:
    """A part's bytes and its tail."""
    body = bytearray()
    tail = encode_part(table, part, output_format, body.extend)
    return bytes(body), tail.tail


@pytest.mark.parametrize("output_format", FORMATS)
def test_parts_made_in_any_order_make_one_file(output_format: str) -> None:
    table = cut(16_384)
    order = [2, 0, 3, 1]
    made = {part: part_bytes(table, part, output_format) for part in order}
    parts = [made[part] for part in range(table.planned.parts)]
    file = b"".join(body for body, _ in parts)
    file += closing(table, output_format, [tail for _, tail in parts], [len(body) for body, _ in parts])

    assert len(order) == table.planned.parts
    assert file == file_of(cut(16_384), output_format)


@pytest.mark.parametrize("output_format", ["csv", "json", "jsonl"])
def test_part_boundaries_do_not_show_in_text(output_format: str) -> None:
    assert file_of(cut(16_384), output_format) == file_of(cut(65_536), output_format)


def test_parquet_has_a_row_group_for_each_part() -> None:
    import io

    import pyarrow.parquet as pq

    meta = pq.ParquetFile(io.BytesIO(file_of(cut(16_384), "parquet"))).metadata

    assert [meta.row_group(n).num_rows for n in range(meta.num_row_groups)] == [16_384, 16_384, 16_384, 5]


@pytest.mark.parametrize("rows", [0, 2])
def test_first_bytes_and_closing_bytes(rows: int) -> None:
    table = table_of({"x": {"type": "int"}}, rows)
    made = {name: part_bytes(table, 0, name) for name in FORMATS}
    ends = {name: closing(table, name, [tail], [len(body)]) for name, (body, tail) in made.items()}

    assert table.planned.parts == 1
    assert made["csv"][0].startswith(b"x\n")
    assert made["json"][0].startswith(b"[" if rows else b"")
    assert made["parquet"][0].startswith(b"PAR1")
    assert (ends["csv"], ends["jsonl"]) == (b"", b"")
    assert ends["json"] == (b"\n]\n" if rows else b"[]\n")
    assert ends["parquet"].endswith(b"PAR1")
    if not rows:
        assert {name: body for name, (body, _) in made.items()} == {
            "csv": b"x\n",
            "json": b"",
            "jsonl": b"",
            "parquet": b"PAR1",
        }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dataset on disk."""
    directory = tmp_path_factory.mktemp("shop")
    syndata.write(SHOP, directory, output_format="json")
    return directory


def test_digests_are_of_exactly_the_bytes(written: Path) -> None:
    manifest = json.loads((written / "manifest.json").read_bytes())

    assert manifest["plan"] == blake3((written / "plan.json").read_bytes()).hexdigest()
    assert manifest["digest_algorithm"] == "blake3"
    for table in manifest["tables"]:
        body = (written / table["file"]).read_bytes()
        pieces = [*table["parts"], table["closing"]]
        at = 0
        for piece in pieces:
            assert piece["digest"] == blake3(body[at : at + piece["bytes"]]).hexdigest()
            at += piece["bytes"]
        assert at == len(body) == table["bytes"]
        assert table["closing"]["rows"] == 0
        assert table["rows"] == sum(part["rows"] for part in table["parts"]) == len(json.loads(body))
        assert table["digest"] == blake3(b"".join(bytes.fromhex(piece["digest"]) for piece in pieces)).hexdigest()


def test_the_manifests_own_digest_covers_all_of_it(written: Path) -> None:
    body = (written / "manifest.json").read_bytes()
    document = json.loads(body)
    own = document.pop("manifest_digest")

    assert own == blake3(canonical(document)).hexdigest()
    assert body == canonical({**document, "manifest_digest": own})


def canonical(document: Any) -> bytes:
    """The canonical text, in the page's words."""
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"


def test_plans_and_manifests_have_one_text(written: Path) -> None:
    for name, read in (("plan.json", Plan.from_bytes), ("manifest.json", Manifest.from_bytes)):
        body = (written / name).read_bytes()

        assert body == canonical(json.loads(body))
        assert read(body).to_bytes() == body
        for other in (body + b" ", body.replace(b"\n ", b"\n  ", 1), json.dumps(json.loads(body)).encode()):
            with pytest.raises(Refused):
                read(other)


def fields_on_page(heading: str, number: int) -> list[str]:
    """The fields that the number-th table under a heading lists."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    table = re.split(r"\n\n(?=\| field)", section)[number + 1]
    return [name for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)]


@pytest.mark.parametrize(
    ("heading", "number", "model", "more"),
    [
        ("plan.json", 0, Plan, ()),
        ("plan.json", 1, PlannedTable, ()),
        ("plan.json", 2, PlannedColumn, ()),
        ("plan.json", 3, PlannedDirt, ()),
        ("manifest.json", 0, Manifest, ("manifest_digest",)),
        ("manifest.json", 1, TableRecord, ()),
    ],
)
def test_the_page_lists_every_field(heading: str, number: int, model: Any, more: tuple[str, ...]) -> None:
    assert fields_on_page(heading, number) == [*model.model_fields, *more]


def test_a_part_record_is_rows_bytes_and_digest() -> None:
    assert list(PartRecord.model_fields) == ["rows", "bytes", "digest"]


def test_the_manifest_knows_no_time_host_path_or_workers(written: Path, tmp_path: Path) -> None:
    syndata.write(SHOP, tmp_path, output_format="json", workers=2)

    assert (tmp_path / "manifest.json").read_bytes() == (written / "manifest.json").read_bytes()
    assert str(written).encode() not in (written / "manifest.json").read_bytes()


def test_the_plan_holds_what_columns_are(written: Path) -> None:
    plan = Plan.from_bytes((written / "plan.json").read_bytes())
    columns = {column.name: column for column in plan.table("orders").columns}

    assert plan.table("orders").part_rows % 16_384 == 0
    assert columns["customer_id"].kind == "reference"
    assert (columns["status"].kind, columns["status"].type, columns["status"].scale) == ("choice", "str", None)
