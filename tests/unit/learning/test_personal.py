"""What tells of somebody is not told, wherever it stands: as a key, inside of other values, in another table."""

from __future__ import annotations

import random
from typing import Any

import pytest

import syndata
from syndata.profiles import Profile
from syndata_engine.learning import page, report, write_configuration
from tests.unit.learning.learning_of import column_of, learnt_of


def lines(header: str, rows: list[str]) -> str:
    return "\n".join([header, *rows]) + "\n"


def family(key: str, values: list[str]) -> dict[str, str]:
    """A table by this key, and one that refers to it."""
    chance = random.Random(5)
    return {
        "parents": lines(f"{key},city", [f"{value},Bonn" for value in values]),
        "children": lines(f"id,{key}", [f"{number},{chance.choice(values)}" for number in range(4 * len(values))]),
    }


CHANCE = random.Random(11)
NUMBERS = CHANCE.sample(range(10**7), 300)
KEYS: dict[str, tuple[list[str], str | None]] = {
    "email": ([f"user{number:07}@corp-real.com" for number in NUMBERS], "email"),
    "iban": ([f"DE893704004405{number:08}" for number in NUMBERS], "iban"),
    "ssn": ([f"{n % 899 + 100}-{n % 89 + 10}-{n % 8999 + 1000}" for n in NUMBERS], "national_id"),
    "username": ([f"anna.smith{number}" for number in NUMBERS], "username"),
    "phone": ([f"+49 170 {number:07}" for number in NUMBERS], None),
    "full_name": ([f"Anna Smith{chr(97 + n // 26 // 26)}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}" for n in range(300)], None),
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_a_personal_key_that_others_refer_to_is_ours_and_unique(key: str) -> None:
    values, kind = KEYS[key]
    assert len(set(values)) == len(values)
    text = Profile(learnt_of(family(key, values), least=10)).config()
    made = syndata.generate(text, strict=True)
    parents, children = made["parents"][key].to_pylist(), made["children"][key].to_pylist()
    line = next(line for line in text.splitlines() if f"name: {key}" in line)

    assert text.count("sensitivity: PII") == 2
    assert len(set(parents)) == len(values)
    assert set(children) <= set(parents)
    assert not set(parents) & set(values)
    if kind is not None:
        assert f"rule: {kind}," in line
    else:
        assert "49" not in line
        assert "Anna" not in line


@pytest.mark.parametrize(
    "value",
    [
        "mail john@acme-real.com now",
        "call +49 173 7015227",
        "ext 12, 0173 7015227",
        "030 123456",
        "tel (212) 555-0123 evenings",
        "VIP: DE89 3704 0044 0532 0130 00",
        "GB82WEST12345698765432",
        "078-05-1120",
        "ssn 078-05-1120",
        "card 4111 1111 1111 1111",
        "ordered by John Smith",
        "to 12 Baker Street please",
        "at Lindenstraße 7 today",
    ],
)
@pytest.mark.parametrize("share", [10, 50, 100])
def test_a_value_that_holds_what_tells_of_somebody_is_not_told(value: str, share: int) -> None:
    column = column_of(["standard"] * (200 - 2 * share) + [value] * 2 * share, "remark", least=10)

    told = str(column)
    assert all(
        word not in told
        for word in value.split()
        if not word.isalpha() or word in {"John", "Smith", "Baker", "Lindenstraße"}
    ), told


@pytest.mark.parametrize("value", ["order 4711", "2024-01-02 to 2024-02-03", "A-007-123", "48.8566,2.3522", "1,299.00", "10 % off", "Road Bike Helmet", "0012345"])  # fmt: skip
def test_other_values_are_told_as_ever(value: str) -> None:
    column = column_of(["standard"] * 100 + [value] * 100, "remark", least=10)

    assert value in column["rule"]["value"]


def test_what_a_personal_column_of_another_table_holds_is_personal_everywhere() -> None:
    people = lines("id,full_name,login", [f"{n},Xqara{chr(97 + n)} Zqort{chr(97 + n)},xq_{n}zz" for n in range(20)])
    remarks = ["as agreed", "for xqaraa zqorta only", "see Zqortb, Xqarab", "by xq_3zz.", "Xqarac Zqortc"]
    orders = lines("order_id,remark", [f'{n},"{remarks[0 if n % 8 > 4 else n % 8]}"' for n in range(4000)])
    both = learnt_of({"people": people, "orders": orders}, least=10)
    told = write_configuration(both) + str(report(both)) + page(report(both))

    assert "qort" not in told.lower()
    assert "3zz" not in told
    alone = write_configuration(learnt_of({"orders": orders}, least=10))
    assert "zqorta" in alone, "nobody could know"


def test_a_name_that_stands_in_two_columns_is_known_as_a_whole() -> None:
    people = lines("id,first_name,last_name", [f"{n},Xq{chr(97 + n)}ra,Zq{chr(97 + n)}rt" for n in range(20)])
    orders = lines("order_id,remark", [f"{n},{'as agreed' if n % 8 else 'for Xqbra Zqbrt only'}" for n in range(4000)])

    assert "zqbrt" not in write_configuration(learnt_of({"orders": orders, "people": people}, least=10)).lower()


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("name", ["Müller", "Müller", "Schmidt"], "last_name"),
        ("owner", ["Smith", "Jones"], "last_name"),
        ("contact", ["Noah", "Emma"], "first_name"),
        ("account_holder", ["Xiomara Szczepanski", "Brunhilda Quackenbush", "Acme Ltd"], "full_name"),
        ("sales_rep", ["Oluwaseun Adeyemi-Okon", "Xiomara Featherstone"], "full_name"),
    ],
)
def test_headers_that_say_that_somebody_is_meant(header: str, values: list[str], kind: str) -> None:
    column: dict[str, Any] = column_of(values * 40, header, least=10)

    assert column["rule"] == kind
    assert column["sensitivity"] == "PII"


@pytest.mark.parametrize(
    ("header", "values"),
    [("owner", ["First Owner", "Second Owner"]), ("contact", ["cellular", "telephone"]), ("owner_type", ["Big Firm", "Smith"])],
)  # fmt: skip
def test_headers_of_somebody_over_what_is_no_name(header: str, values: list[str]) -> None:
    assert sorted(column_of(values * 40, header, least=10)["rule"]["value"]) == values


def test_numbers_that_a_personal_column_holds_are_not_listed_elsewhere() -> None:
    people = lines("id,mobile", [f"{n},4917370152{n % 5}" for n in range(100)])
    calls = lines("call_id,number_from", [f"{n},4917370152{n % 5}" for n in range(400)])
    text = write_configuration(learnt_of({"people": people, "calls": calls}, least=10))

    assert "4917370152" not in text


def test_what_cannot_be_known_is_said() -> None:
    learnt = learnt_of({"things": lines("id,colour", [f"{n},red" for n in range(40)])})

    for told in (write_configuration(learnt), page(report(learnt))):
        assert "look personal" in told
        assert "tell who somebody is" not in told
