"""Wrong dirt is refused: each mistake once, with place and fix."""

from __future__ import annotations

from typing import Any

import pytest

import syndata
from syndata_contracts.errors import Fault, Refused
from tests.unit.dirt.pairs import PERSONS, Row, document
from tests.unit.kinds.making import by, faults_of

COLUMNS: dict[str, Any] = {
    **PERSONS,
    "boss": {"references": "t.person_id"},
    "code": {"unique": True, "type": "str", **by("pattern", pattern="AA-####")},
    "small": {"type": "int8", **by("range", min=0, max=100)},
    "tight": {"type": "decimal(5,2)", **by("range", min=0, max=900)},
    "sure": {"type": "int", "nullable": False, **by("range", min=1, max=9)},
    "token": {"type": "uuid", **by("uuid")},
    "bits": {"type": "binary", **by("bytes")},
    "clock": {"type": "time", **by("range", min="08:00", max="18:00")},
    "late": {"type": "date", **by("range", min="9990-01-01", max="9999-12-31")},
}


def fault_of(*rules: Row, columns: dict[str, Any] | None = None, rows: int = 100) -> Fault:
    """The only fault of a table with these rules of dirt."""
    faults = faults_of(document(list(rules), rows, columns or COLUMNS))
    assert len(faults) == 1, faults
    return faults[0]


def told(described: dict[str, Any]) -> list[str]:
    """Where the front door finds faults, of reading and of planning."""
    with pytest.raises(Refused) as refusal:
        syndata.plan(described)
    return [fault.path for fault in refusal.value.faults]


def rule(**more: Any) -> Row:
    """A rule that nothing is wrong with, but for what is said."""
    return {"kind": "typo", "columns": ["city"], "rate": 0.1, **more}


WRITTEN: dict[str, tuple[Row, str, str, str]] = {
    "kind": (rule(kind="tpyo"), "kind", "'tpyo' is not known as a kind of dirt", "did you mean `typo`?"),
    "no kind": ({"columns": "city", "rate": 0.1}, "", "'kind' is missing", "one of missing, typo"),
    "no columns": ({"kind": "typo", "rate": 0.1}, "", "'columns' is missing", "add `columns: [...]`"),
    "no rate": ({"kind": "typo", "columns": "city"}, "", "'rate' is missing", "such as 2%"),
    "key": (rule(ways="delete", rat=1), "rat", "the key 'rat' is not known here", "did you mean `rate`?"),
    "column": (rule(columns=["city", "cities"]), "columns[1]", "the table 't' has no column 'cities'", "did you mean `city`?"),
    "column twice": (rule(columns=["city", "city"]), "columns[1]", "'city' stands twice in the list", "keep one"),
    "rate of all": (rule(rate=1.5), "rate", "1.5 is not a share", "from 0 to 1"),
    "rate of none": (rule(rate=0), "rate", "0 of the cells is no share to damage", "above 0"),
    "where": (rule(where="age >"), "where", "is not a condition", "write for example"),
    "where column": (rule(where="agee > 3"), "where", "the table 't' has no column 'agee'", "did you mean `age`?"),
    "keys": (rule(keys=3), "keys", "expected true or false", "write true or false"),
    "way": (rule(ways=["delete", "upper"]), "ways[1]", "'upper' is not known as a way", "insert, delete"),
    "no way": (rule(ways=[]), "ways", "the list is empty", "list some of insert"),
    "option": (rule(factor=3), "factor", "typo has no option 'factor'", "its options are: ways"),
    "no options": (rule(kind="missing", ways="upper"), "ways", "missing has no option 'ways'", "its options are: none"),
    "two options": (rule(kind="outlier", columns="age", factor=3, sigma=2), "", "factor and sigma say the same in different ways", "keep one"),
    "factor": (rule(kind="outlier", columns="age", factor=1), "factor", "1 leaves values as they are", "but 0 and 1"),
    "sigma": (rule(kind="outlier", columns="age", sigma=-2), "sigma", "-2 leaves values as they are", "above 0"),
    "digits": (rule(kind="outlier", columns="age", factor=10**13), "factor", "has too many digits", "at most 12 digits"),
    "text factor": (rule(kind="outlier", columns="age", factor="x"), "factor", "expected a number, such as 10", "write a number"),
    "by": (rule(kind="outlier", columns="age", by=[1]), "by", "expected how far an outlier lies", "36525d"),
    "one to swap": (rule(kind="swap"), "columns", "swap exchanges two columns, not 1", "list two columns"),
    "values": (rule(kind="placeholder", values=[]), "values", "there are 0 values", "list 1 to"),
    "value": (rule(kind="placeholder", values=[[1]]), "values[0]", "expected a text, a number or a date", "write"),
    "variants": (rule(kind="variant", values=["Rome"]), "values", "expected a mapping such as", "write"),
    "variant": (rule(kind="variant", values={"Rome": ["Rome"]}), "values.Rome", "is no other way to write 'Rome'", "take it out"),
    "empty variant": (rule(kind="variant", values={"Rome": []}), "values.Rome", "expected a text, or a list of them", "write"),
    "primary key": (rule(kind="outlier", columns="person_id"), "columns", "'person_id' is part of the primary key, and dirt leaves those alone", "`keys: true`"),
    "reference": (rule(kind="outlier", columns="boss"), "columns", "'boss' refers to another table", "`keys: true`"),
    "unique": (rule(columns=["city", "code"]), "columns[1]", "'code' is unique", "`keys: true`"),
}  # fmt: skip
HELD: dict[str, tuple[Row, str, str, str]] = {
    "typo in a number": (rule(columns="age"), "columns", "typo cannot damage age, which is int", "type str"),
    "typo in a uuid": (rule(columns="token"), "columns", "typo cannot damage token, which is uuid", "type str"),
    "typo in bytes": (rule(columns="bits"), "columns", "typo cannot damage bits, which is binary", "type str"),
    "encoding of json": (rule(kind="encoding", columns="tags"), "columns", "encoding cannot damage tags, which is json", "type str"),
    "missing, NOT NULL": (rule(kind="missing", columns="sure"), "columns", "sure is NOT NULL", "allow NULL"),
    "missing key": (rule(kind="missing", columns="person_id", keys=True), "columns", "person_id is NOT NULL", "allow NULL"),
    "outlier of a text": (rule(kind="outlier"), "columns", "outlier cannot damage city, which is str", "int or float"),
    "outlier of a time": (rule(kind="outlier", columns="clock"), "columns", "outlier cannot damage clock, which is time", "int or float"),
    "factor of a date": (rule(kind="outlier", columns="joined", factor=3), "factor", "a date has no factor", "by: 36525d"),
    "hours of a date": (rule(kind="outlier", columns="joined", by="3h"), "by", "no whole number of days", "36525d"),
    "no length": (rule(kind="outlier", columns="seen", by="far"), "by", "'far' is not a length of time", "36525d"),
    "fine number": (rule(kind="outlier", columns="age", by=0.5), "by", "0.5' is not a whole number", "whole number"),
    "by nothing": (rule(kind="outlier", columns="age", by=0), "by", "by 0 nothing changes", "how far"),
    "width": (rule(kind="outlier", columns="small"), "factor", "small would reach from 0 to 1,010, and its type ends at -128 and 127", "wider type"),
    "digits": (rule(kind="outlier", columns="tight"), "factor", "tight would reach from 0.00 to 9,010.00, and its type ends at -999.99 and 999.99", "wider type"),
    "years": (rule(kind="outlier", columns="late"), "by", "after the year 9999", "damage it less"),
    "sigma": (rule(kind="outlier", columns="small", sigma=50), "sigma", "small would reach", "wider type"),
    "no bounds": (rule(kind="outlier", columns="person_id", keys=True), "factor", "the values of person_id have no bounds", "min and max"),
    "placeholder": (rule(kind="placeholder", columns="small", values=[999]), "values", "small would reach from 999 to 999", "wider type"),
    "no placeholder": (rule(kind="placeholder", columns="age"), "values", "nothing is said that could stand for a missing age", "write values"),
    "text placeholder": (rule(kind="placeholder", columns="age", values=["N/A"]), "values", "'N/A' is not a number", "whole number"),
    "placeholder of a bool": (rule(kind="placeholder", columns="member", values=[1]), "columns", "placeholder cannot damage member, which is bool", "str or int"),
    "variants of a name": (rule(kind="variant", columns="price"), "columns", "the values of price do not come from a list", "rule choice"),
    "unknown label": (rule(kind="variant", values={"Paris": ["PAR"]}), "values", "city never is 'Paris'", "one of: Rome"),
    "format of a name": (rule(kind="format", columns="first_name"), "columns", "first_name is not written as one number or date", "type: str"),
    "format of a date": (rule(kind="format", columns="joined"), "columns", "format cannot damage joined, which is date", "type str"),
    "format of another": (rule(kind="format", columns="day", ways="comma"), "ways", "none of the ways is one for day", "dd/mm/yyyy"),
    "swap of types": (rule(kind="swap", columns=["age", "income"]), "columns", "swap cannot exchange age, which is int, with another type: decimal", "one type"),
    "condition": (rule(where="price == '1'"), "where.column", "the condition compares 'price'", "compare a number"),
}  # fmt: skip


@pytest.mark.parametrize("case", [*WRITTEN, *(f"held: {name}" for name in HELD)])
def test_a_rule_is_refused_with_place_and_fix(case: str) -> None:
    wrong, at, what, fix = HELD[case.removeprefix("held: ")] if case.startswith("held: ") else WRITTEN[case]
    fault = fault_of(wrong)

    assert fault.path == f"tables.t.dirt.rules[0]{'.' if at else ''}{at}"
    assert what in fault.what
    assert fix in fault.fix


def test_rates_that_do_not_fit_are_refused_with_each_other() -> None:
    fault = fault_of(rule(rate=0.6), rule(kind="case", rate=0.5), rule(kind="outlier", columns="age"))

    assert fault.path == "tables.t.dirt.rules[1].rate"
    assert fault.related == ("tables.t.dirt.rules[0].rate",)
    assert "110 cells of city are to be hit, but only 100 of 100 are left" in fault.what
    assert fault.fix == "lower a rate"


def test_rates_under_conditions_count_only_what_earlier_rules_leave() -> None:
    fault = fault_of(rule(rate=0.9), rule(kind="case", rate=1, where="city == Rome"))

    assert fault.path == "tables.t.dirt.rules[1].rate"
    assert fault.related == ("tables.t.dirt.rules[0].rate",)
    assert "are left" in fault.what


def test_counting_above_the_limit_is_refused_before_it_begins() -> None:
    columns = {"a": {"null_rate": 0.1, "rule": ["x", "y"]}}
    fault = fault_of(rule(columns="a"), columns=columns, rows=2 * 10**9)

    assert fault.path == "tables.t.dirt.rules[0]"
    assert "4,000,000,000 cells would be read while planning" in fault.what
    assert "up to 536,870,912" in fault.fix


@pytest.mark.parametrize(
    ("dirt", "path", "what"),
    [
        ({"rules": []}, "dirt.rules", "there are 0 rules"),
        ([], "dirt", "there are 0 rules"),
        ("typo", "dirt", "expected a list of rules"),
        ({"truth": "x"}, "dirt", "'rules' is missing"),
        ({"rules": [rule()], "thruth": "x"}, "dirt.thruth", "the key 'thruth' is not known here"),
        ({"rules": [rule()], "truth": "t"}, "dirt.truth", "there is a table 't' already"),
        ({"rules": [rule()], "truth": "T"}, "dirt.truth", "there is a table 't' already"),
        ({"rules": [rule()], "truth": "a/b"}, "dirt.truth", "holds '/'"),
        ({"rules": [rule()], "truth": 3}, "dirt.truth", "expected the name of a table"),
        ({"rules": [rule()] * 101}, "dirt.rules", "there are 101 rules"),
    ],
)
def test_the_section_is_refused(dirt: Any, path: str, what: str) -> None:
    found = document([rule()], 10)
    found["tables"]["t"]["dirt"] = dirt
    faults = faults_of(found)

    assert [fault.path for fault in faults] == [f"tables.t.{path}"]
    assert what in faults[0].what


def test_a_column_that_others_refer_to_is_protected() -> None:
    found = document(
        [rule(columns="label")], 10, {"label": {"type": "str", "unique": True, **by("pattern", pattern="A##")}}
    )
    found["tables"]["child"] = {"rows": 5, "columns": {"label": {"references": "t.label"}}}
    (fault,) = faults_of(found)

    assert "'label' is what child refers to" in fault.what or "'label' is unique" in fault.what


def test_what_only_follows_from_another_mistake_is_not_told() -> None:
    """A faulty column is planned with a stand-in, which is no list of values."""
    found = document([rule(kind="variant")], 10, {"city": {"rule": {"type": "choise", "value": ["a"]}}})

    assert told(found) == ["tables.t.columns.city.rule"]


def test_every_mistake_is_told_at_once() -> None:
    found = document(
        [rule(columns="age"), rule(kind="swap"), rule(kind="outlier", columns=["small", "city"])], 10, COLUMNS
    )
    paths = told(found)

    assert "tables.t.dirt.rules[1].columns" in paths
    assert "tables.t.dirt.rules[0].columns" in paths
    assert {"tables.t.dirt.rules[2].factor", "tables.t.dirt.rules[2].columns"} <= set(paths)


def test_what_a_secret_decides_is_not_counted() -> None:
    """Planning does not know the secret, so what it counted would not be what is made."""
    columns = {
        "age": {"type": "int", "sensitivity": "PII", **by("range", min=0, max=99)},
        "income": {"type": "int", "null_rate": 0.1, **by("range", min=0, max=99)},
        "city": {"rule": ["Rome", "Oslo"]},
    }
    wrong = rule(kind="missing", columns="income", where="age > 60")
    (fault,) = faults_of({**document([wrong], 100, columns), "secret_id": "people"})

    assert fault.path == "tables.t.dirt.rules[0]"
    assert "may follow from the secret" in fault.what
    assert "drop the condition" in fault.fix
