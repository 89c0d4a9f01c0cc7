"""How many rows each table gets, and how many of them make a part."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from syndata_contracts.errors import Refused
from syndata_engine.planning import Planning, compile_plan
from syndata_engine.reading import read_document
from syndata_engine.vocabularies import Vocabularies
from syndata_vocabularies import available_locales, read_pack

ID = {"name": "id", "rule": "sequence", "constraints": ["PK"]}


def plan(*tables: dict[str, Any], **settings: Any) -> Planning:
    """The plan of some tables."""
    reading = read_document({**settings, "tables": list(tables)})
    assert reading.schema is not None
    assert reading.faults == ()
    return compile_plan(reading.schema, Vocabularies(read_pack, available_locales()))


def rows(planning: Planning) -> list[int]:
    """Rows of the tables, in their order."""
    return [table.rows for table in planning.plan.tables]


def table(name: str, *columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A table."""
    return {"name": name, "columns": list(columns), **more}


def refers(parent: str, **options: Any) -> dict[str, Any]:
    """A column that refers to another table's id."""
    return {"name": f"of_{parent}", "references": {"table": parent, "column": "id", **options}}


class TestDefaults:
    """Rows that are stated, or not."""

    def test_a_thousand_rows_when_nobody_says(self) -> None:
        assert rows(plan(table("a", ID))) == [1_000]

    def test_the_documents_rows_for_tables_that_state_none(self) -> None:
        assert rows(plan(table("a", ID), table("b", ID, rows=5), rows=7)) == [7, 5]

    def test_no_rows_at_all(self) -> None:
        planning = plan(table("a", ID), rows=0)

        assert rows(planning) == [0]
        assert planning.plan.tables[0].parts == 1

    def test_a_default_beyond_a_keys_capacity_is_lowered_to_it_with_a_warning(self) -> None:
        """X17: what the user asked for as a default gives way to what a key can hold, and says so."""
        key = {"name": "id", "type": "int", "rule": {"type": "range", "min": 1, "max": 10}, "constraints": ["PK"]}
        planning = plan(table("departments", key), table("staff", ID, refers("departments")), rows=1_000)

        assert rows(planning) == [10, 1_000]
        (warning,) = planning.warnings
        assert (
            warning.what == "departments.id can tell apart 10 rows, so departments gets 10 instead of the default 1,000"
        )

    def test_the_narrowest_of_several_keys_counts(self) -> None:
        key = {"name": "k", "rule": ["a", "b", "c"], "unique": True}

        assert rows(plan(table("a", ID, key), rows=9)) == [3]

    def test_rows_of_its_own_are_never_lowered(self) -> None:
        """X17: they are refused."""
        key = {"name": "id", "type": "int", "rule": {"type": "range", "min": 1000, "max": 9999}, "constraints": ["PK"]}
        with pytest.raises(Refused) as refusal:
            plan(table("employees", key, rows=10_000))

        (fault,) = refusal.value.faults
        assert fault.what == "employees.id can tell apart 9,000 rows, but employees has 10,000"
        assert "lower rows to 9,000" in fault.fix

    def test_more_rows_than_row_numbers(self) -> None:
        assert rows(plan(table("a", ID, rows=2**62))) == [2**62]
        with pytest.raises(Refused):
            plan(table("a", ID, rows=2**62 + 1))


class TestFanOuts:
    """Rows that follow from references."""

    def test_a_fixed_fan_out_multiplies(self) -> None:
        assert rows(plan(table("a", ID, rows=7), table("b", refers("a", fan_out=3)), rows=99)) == [7, 21]

    def test_a_range_gives_its_middle(self) -> None:
        (_, children) = rows(plan(table("a", ID, rows=1024), table("b", refers("a", fan_out="0..8"))))

        assert children == 4 * 1024

    def test_children_of_children_follow(self) -> None:
        tables = [table("c", refers("b", fan_out=5)), table("b", ID, refers("a", fan_out=2)), table("a", ID, rows=3)]

        assert rows(plan(*tables)) == [30, 6, 3]

    def test_orphans_come_on_top(self) -> None:
        """With a fifth of the references NULL, 20 children make 25 rows."""
        reference = refers("a", fan_out=2, null_rate=Decimal("0.2"))

        assert rows(plan(table("a", ID, rows=10), table("b", reference))) == [10, 25]

    def test_the_owning_reference_gives_the_rows(self) -> None:
        tables = [table("a", ID, rows=4), table("b", ID, rows=6)]
        child = table("c", refers("a", fan_out="1..9"), refers("b", fan_out=3, owning=True))

        assert rows(plan(*tables, child)) == [4, 6, 18]

    def test_stated_rows_move_the_counts_inside_the_fan_out(self) -> None:
        child = table("b", refers("a", fan_out="1..5"), rows=11)

        assert rows(plan(table("a", ID, rows=10), child)) == [10, 11]

    def test_a_default_does_not_override_a_fan_out(self) -> None:
        assert rows(plan(table("a", ID, rows=2), table("b", refers("a", fan_out=2)), rows=50)) == [2, 4]

    def test_every_reference_null_decides_nothing(self) -> None:
        with pytest.raises(Refused, match="state rows, or lower the null rate"):
            plan(table("a", ID, rows=2), table("b", refers("a", fan_out=2, null_rate=Decimal(1))))


class TestParts:
    """Rows of a part, from estimated bytes and work."""

    def test_a_multiple_of_row_groups_of_about_64_mib(self) -> None:
        """At most 64 groups, at least one, fewer where rows are wide."""
        narrow = plan(table("a", ID, rows=10**9)).plan.tables[0]
        wide = plan(
            table("a", *[{"name": f"c{n}", "rule": {"type": "text", "sentences": 10}} for n in range(8)])
        ).plan.tables[0]

        assert narrow.part_rows == 64 * 16_384
        assert wide.part_rows % 16_384 == 0
        assert 16_384 <= wide.part_rows < narrow.part_rows
        assert wide.part_rows * wide.row_bytes <= 64 * 2**20 or wide.part_rows == 16_384

    def test_parts_hold_every_row_once(self) -> None:
        planned = plan(table("a", ID, rows=2 * 64 * 16_384 + 1)).plan.tables[0]
        spans = [planned.span(part) for part in range(planned.parts)]

        assert spans == [(0, 1_048_576), (1_048_576, 2_097_152), (2_097_152, 2_097_153)]

    def test_rows_that_read_many_children_come_in_smaller_parts(self) -> None:
        assert _summing(fan_out=5_000).plan.tables[0].part_rows == 3 * 16_384

    def test_rows_that_read_too_many_children_are_refused(self) -> None:
        with pytest.raises(Refused) as refusal:
            _summing(fan_out=10**9)

        (fault,) = refusal.value.faults
        assert fault.path == "tables[0].columns[1]"
        assert "a.total reads about 1,000,000,00" in fault.what


def _summing(fan_out: int) -> Planning:
    total = {"name": "total", "type": "int", "rule": {"type": "sum", "table": "b", "column": "n"}}
    number = {"name": "n", "type": "int", "rule": {"type": "range", "min": 0, "max": 9}}
    return plan(table("a", ID, total, rows=100), table("b", refers("a", fan_out=fan_out), number))


class TestWarnings:
    """What the user should know and may well have meant."""

    def test_rows_that_no_condition_covers_are_null_with_a_warning(self) -> None:
        """X18."""
        rule = {"type": "range", "min": 80_000, "max": 150_000}
        department = {"name": "dept", "type": "int", "rule": {"type": "range", "min": 1, "max": 10}}
        salary = {"name": "salary", "type": "int", "conditional_rules": [{"when": "dept == 1", "rule": rule}]}
        planning = plan(table("staff", department, salary))

        (warning,) = planning.warnings
        assert warning.path == "tables[0].columns[1]"
        assert "rows that no condition covers are NULL" in warning.what
        assert planning.plan.tables[0].columns[1].nullable

    def test_conditions_that_name_every_value_leave_no_null(self) -> None:
        kind = {"name": "kind", "rule": ["x", "y"]}
        branches = [{"when": f"kind == '{value}'", "rule": {"type": "range", "min": 1, "max": 2}} for value in "xy"]
        planning = plan(table("t", kind, {"name": "n", "type": "int", "conditional_rules": branches}))

        assert planning.warnings == ()
        assert not planning.plan.tables[0].columns[1].nullable

    def test_a_rule_beside_a_reference_is_ignored_with_a_warning(self) -> None:
        planning = plan(table("a", ID, rows=3), table("b", {**refers("a"), "rule": "word"}))

        (warning,) = planning.warnings
        assert "of_a refers to a" in warning.what
        assert planning.plan.tables[1].columns[0].kind == "reference"

    def test_a_plain_document_has_none(self) -> None:
        assert plan(table("a", ID, {"name": "city", "rule": "city"}), rows=10).warnings == ()
