"""Many-to-many: references that are unique together, by construction, up to every combination there is."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndata.preparing import prepare
from tests.properties.profiles import examples
from tests.unit.kinds.making import by, dataset_of, faults_of, plan_of

Pairs = list[tuple[Any, ...]]


def school(students: int, courses: int, *, unique: bool = False, **enrolments: Any) -> dict[str, Any]:
    """Students, courses, and a table of who takes which; `student` and `course` add to the references."""
    references = {
        "student_id": {"table": "students", "column": "id", **enrolments.pop("student", {})},
        "course_id": {"table": "courses", "column": "code", **enrolments.pop("course", {})},
    }
    key = {"unique": [list(references)]} if unique else {"primary_key": list(references)}
    columns = {name: {"references": reference} for name, reference in references.items()}
    return {
        "seed": enrolments.pop("seed", 0),
        "tables": {
            "students": {"rows": students, "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}}},
            "courses": {
                "rows": courses,
                "columns": {"code": {"type": "str", "primary_key": True, **by("pattern", pattern="??-###")}},
            },
            "enrolments": {**key, **enrolments, "columns": {**columns, **enrolments.pop("columns", {})}},
        },
    }


WHEN = [{"when": "student_id == 1", "rule": ["c"]}]


def sittings(
    students: int, courses: int, *, term: Any = None, key: list[str] | None = None, **said: Any
) -> dict[str, Any]:
    """A student sits a course once in each of four terms."""
    columns = {"term": term or by("choice", value=["q1", "q2", "q3", "q4"]), **said.pop("columns", {})}
    document = school(students, courses, **said, columns=columns)
    document["tables"]["enrolments"]["primary_key"] = key or ["student_id", "course_id", "term"]
    return document


def pairs(document: dict[str, Any], *names: str) -> Pairs:
    """The pairs of the table, row by row."""
    table = dataset_of(document).tables["enrolments"]
    batch = table.batch(0, table.planned.rows)
    return list(zip(*(batch.column(name).to_pylist() for name in names or ("student_id", "course_id")), strict=True))


@examples(60)
@given(st.data())
def test_no_pair_stands_twice(data: st.DataObject) -> None:
    """For any rows that fit, however the reference that decides is declared, and for any slice."""
    students, courses = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 30))
    more: dict[str, Any] = {"seed": data.draw(st.integers(0, 2**64 - 1)), "unique": data.draw(st.booleans())}
    if data.draw(st.booleans()):
        low = data.draw(st.integers(0, courses))
        more["student"] = {
            "fan_out": {"min": low, "max": data.draw(st.integers(low, courses))},
            "owning": data.draw(st.booleans()),
        }
    else:
        more["rows"] = data.draw(st.integers(0, students * courses))
    document = school(students, courses, **more)
    found = pairs(document)

    assert len(set(found)) == len(found) == plan_of(document).table("enrolments").rows
    dataset = dataset_of(document)
    known = {
        name: set(dataset.tables[name].batch(0, rows).column(0).to_pylist())
        for name, rows in (("students", students), ("courses", courses))
    }
    assert {student for student, _ in found} <= known["students"]
    assert {course for _, course in found} <= known["courses"]
    start = data.draw(st.integers(0, len(found)))
    part = dataset.tables["enrolments"].batch(start, len(found))
    assert list(zip(part.column(0).to_pylist(), part.column(1).to_pylist(), strict=True)) == found[start:]


def test_every_combination_can_be_asked_for() -> None:
    found = pairs(school(30, 20, rows=600))

    assert len(set(found)) == 600


def test_the_other_side_is_chosen_evenly_and_freely() -> None:
    """Every course has about as many students, and two courses are together about as often as any two."""
    found = pairs(school(6_000, 12, student={"fan_out": 3}))
    courses = Counter(course for _, course in found)
    taken: dict[int, list[str]] = {}
    for student, course in found:
        taken.setdefault(student, []).append(course)
    together = Counter(frozenset(pair) for own in taken.values() for pair in pairwise(own))

    assert len(courses) == 12
    assert all(abs(count - 1_500) < 180 for count in courses.values())
    assert len(together) == 66
    assert max(together.values()) < 6 * min(together.values())


def test_three_references_are_unique_together() -> None:
    document = school(12, 3, rows=12 * 3 * 4)
    document["tables"]["terms"] = {
        "rows": 4,
        "columns": {"id": {"type": "int", "primary_key": True, "rule": "sequence"}},
    }
    document["tables"]["enrolments"]["columns"]["term"] = {"references": "terms.id"}
    document["tables"]["enrolments"]["primary_key"].append("term")

    assert len(set(pairs(document, "student_id", "course_id", "term"))) == 144


def test_a_graph_of_one_table() -> None:
    document: dict[str, Any] = {
        "tables": {
            "people": {
                "rows": 200,
                "columns": {
                    "id": {"type": "int", "primary_key": True, "rule": "sequence"},
                    "follows": by("count", table="enrolments", via="a"),
                },
            },
            "enrolments": {
                "primary_key": ["a", "b"],
                "columns": {
                    "a": {
                        "references": {
                            "table": "people",
                            "column": "id",
                            "fan_out": {"max": 150, "distribution": "zipf"},
                        }
                    },
                    "b": {"references": "people.id"},
                },
            },
        }
    }
    found = pairs(document, "a", "b")
    people = dataset_of(document).tables["people"].batch(0, 200)

    assert len(set(found)) == len(found) > 200
    follows = Counter(a for a, _ in found)
    assert people.column("follows").to_pylist() == [follows[person] for person in people.column("id").to_pylist()]


def test_rows_that_nobody_stated_give_way_to_what_can_be_told_apart() -> None:
    assert plan_of(school(10, 7)).table("enrolments").rows == 70


@pytest.mark.parametrize(
    ("document", "word"),
    [
        (school(10, 7, rows=71), "can tell apart 70 rows"),
        (school(10, 7, student={"fan_out": "1..8"}), "up to 8 enrolments, each with another of 7 courses"),
        (school(10, 7, student={"fan_out": 2}, course={"fan_out": 3}), "both say how many rows"),
        (school(10, 7, rows=9, student={"owning": True}, course={"owning": True}), "in the order of"),
        (school(10, 7, rows=9, unique=True, course={"null_rate": 0.1}), "can be NULL"),
        (school(10, 7, rows=9, course={"choice": "independent"}), "cannot be part of a unique set"),
        (sittings(3, 2, rows=25), "can tell apart 24 rows"),
        (sittings(3, 2, rows=24, student={"fan_out": "1..9"}), "each with another of 2 courses x 4 term = 8"),
        (sittings(3, 2, term="sentence"), "cannot be numbered"),
        (sittings(3, 2, term={"rule": ["a", "b"], "conditional_rules": WHEN}), "has conditional rules"),
    ],
)
def test_pairs_that_cannot_be_are_refused(document: dict[str, Any], word: str) -> None:
    faults = faults_of(document)

    assert any(word in fault.what for fault in faults), faults


@examples(40)
@given(st.data())
def test_no_combination_with_other_columns_stands_twice(data: st.DataObject) -> None:
    """Two references and columns of their own, up to every combination there is; and any slice of it."""
    students, courses = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 6))
    rows = data.draw(st.integers(0, students * courses * 8))
    added = {"room": {"type": "int", **by("range", min=1, max=2)}}
    document = sittings(students, courses, rows=rows, columns=added, key=["student_id", "room", "course_id", "term"])
    table = dataset_of(document).tables["enrolments"]
    whole = table.batch(0, rows).to_pylist()
    start = data.draw(st.integers(0, rows))
    stop = data.draw(st.integers(start, rows))

    assert len({tuple(row.values()) for row in whole}) == rows
    assert table.batch(start, stop).to_pylist() == whole[start:stop]


def test_values_of_other_columns_are_as_likely_beside_every_parent() -> None:
    found = pairs(sittings(500, 20, rows=10_000), "course_id", "term")

    counts = Counter(found)
    assert len(counts) == 80
    assert all(abs(count - 125) < 5 * 11 for count in counts.values())


def test_names_are_unique_inside_a_workspace_and_a_folder() -> None:
    document = sittings(9, 4, rows=2_000, term={"type": "str", **by("pattern", pattern="????????????-############")})
    found = pairs(document, "student_id", "course_id", "term")

    assert len(set(found)) == 2_000
    assert len({term for _, _, term in found}) > 1_900


def test_the_side_that_is_not_chosen_counts_its_children() -> None:
    document = sittings(30, 4, student={"fan_out": "0..16"})
    document["tables"]["students"]["columns"]["n"] = by("count", table="enrolments")
    taken = Counter(student for student, _ in pairs(document))
    students = dataset_of(document).tables["students"].batch(0, 30).to_pylist()

    assert max(taken.values()) == 16
    assert all(student["n"] == taken[student["id"]] for student in students)


def test_children_of_the_side_that_is_chosen_cannot_be_counted() -> None:
    document = school(10, 7, rows=30)
    document["tables"]["courses"]["columns"]["size"] = by("count", table="enrolments")
    document["tables"]["enrolments"]["primary_key"] = ["course_id", "student_id"]
    document["tables"]["enrolments"]["columns"]["student_id"]["references"]["fan_out"] = 3
    (fault,) = faults_of(document)

    assert fault.path == "tables.courses.columns.size.rule"
    assert "so its children cannot be counted" in fault.what
    assert fault.fix == "read across student_id, or let course_id not be unique together with it"


def test_a_plan_of_many_pairs_answers_anywhere() -> None:
    """A trillion rows: the last of them are as near as the first."""
    document = school(10**9, 500_000, student={"fan_out": "0..2000"})
    table = dataset_of(document).tables["enrolments"]
    last = table.batch(table.planned.rows - 1_000, table.planned.rows)

    assert len(set(zip(last.column(0).to_pylist(), last.column(1).to_pylist(), strict=True))) == 1_000


@pytest.mark.parametrize(
    ("students", "courses", "side"),
    [(5, 0, "student"), (5, 0, "course"), (0, 5, "student"), (0, 5, "course"), (0, 0, "student")],
)
@pytest.mark.parametrize("law", [{"max": 3}, {"min": 0, "max": 9, "distribution": "geometric", "p": 0.3}])
def test_without_partners_there_are_no_pairs(students: int, courses: int, side: str, law: dict[str, Any]) -> None:
    """Whichever side has no rows, and whichever says how many belong to one; it is said, where that side would have some."""
    more: dict[str, Any] = {side: {"fan_out": law}}
    document = school(students, courses, **more)

    assert pairs(document) == []
    assert plan_of(document).table("enrolments").rows == 0
    warned = [fault.what for fault in prepare(document).warnings]
    lonely = "courses" if side == "student" else "students"
    expected = {"student": students and not courses, "course": courses and not students}[side]
    assert any(f"enrolments gets no rows, since {lonely} has none" in what for what in warned) == bool(expected)


def test_no_rows_may_be_stated_where_there_are_no_partners() -> None:
    assert pairs(school(5, 0, rows=0, student={"fan_out": {"min": 0, "max": 3}})) == []


def test_pairs_that_must_be_there_without_partners_are_refused() -> None:
    [fault] = faults_of(school(5, 0, student={"fan_out": {"min": 2, "max": 3}}))

    assert "each of 5 students has at least 2 enrolments, each with another of courses, which has no rows" in fault.what
    assert fault.path == "tables.enrolments.columns.student_id.references.fan_out"
    assert fault.related == ("tables.courses.rows", "tables.students.rows")
    assert "give courses rows" in fault.fix
