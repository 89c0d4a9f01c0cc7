"""What becomes of a column: by what its values look like, what they are made of, how often they occur, and its name."""

from __future__ import annotations

import random
from typing import Any

import pytest

from syndata_contracts.errors import Refused
from syndata_engine.learning import write_configuration
from tests.unit.learning.learning_of import column_of, findings_of, learnt_of, table_of

PEOPLE = ["Anna Smith", "James Johnson", "Linda Brown", "Robert Miller", "Mary Davis", "John Wilson"]
PERSONAL: dict[str, tuple[list[str], str]] = {
    "email": ([f"{one}@mail.example" for one in "abcdefgh"], "email"),
    "phone": ([f"+49 170 12345{one}" for one in range(10, 20)], "phone"),
    "american_phone": ([f"(212) 555-01{one}" for one in range(10, 20)], "phone"),
    "people": (PEOPLE, "full_name"),
    "people_by_family": ([f"{one.split()[1]}, Mr. {one.split()[0]}" for one in PEOPLE], "full_name"),
    "given": ([one.split()[0] for one in PEOPLE], "first_name"),
    "streets": ([f"{one} Main Street" for one in range(1, 9)], "street_address"),
    "german_streets": ([f"Lindenstraße {one}" for one in range(1, 9)], "street_address"),
    "social": ([f"123-45-67{one}" for one in range(10, 20)], "national_id"),
    "card": ([f"4111 1111 1111 11{one}" for one in range(10, 20)], "credit_card"),
    "bank": ([f"DE893704004405320130{one}" for one in range(10, 20)], "iban"),
    "address": ([f"10.0.0.{one}" for one in range(1, 9)], "ipv4"),
}


@pytest.mark.parametrize("name", PERSONAL)
def test_what_tells_of_somebody_is_made_up_however_often_it_occurs(name: str) -> None:
    values, kind = PERSONAL[name]
    column = column_of(values * 30, name="x")

    assert column["rule"] == kind
    assert column["sensitivity"] == "PII"


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("full_name", ["Qx Yz", "Ab Cd", "Ef Gh", "Ij Kl", "Mn Op"], "full_name"),
        ("street_address", ["Hollow 1", "Hidden 2", "Under 3"], "address"),
        ("mobile", ["0170123456", "0151987654", "0160333444"], "phone"),
        ("username", ["qx1", "yz2", "ab3", "cd4"], "username"),
    ],
)
def test_a_name_that_says_so_is_believed(name: str, values: list[str], kind: str) -> None:
    assert column_of(values, name)["rule"] == kind


@pytest.mark.parametrize("name", ["phone", "email_opt_in", "address_type", "contact_by_mail"])
def test_a_name_that_says_so_of_yes_and_no_is_not(name: str) -> None:
    rule = column_of(["yes", "no"] * 20, name)["rule"]

    assert sorted(rule["value"]) == ["no", "yes"]


@pytest.mark.parametrize("name", ["ssn", "Phone", "card_number"])
def test_numbers_that_identify_somebody_keep_their_digits_only(name: str) -> None:
    column = column_of([str(number) for number in range(123456700, 123456790)] * 2, name)

    assert column["rule"] == {"type": "range", "min": 100_000_000, "max": 999_999_999}
    assert column["sensitivity"] == "PII"


def test_numbers_of_rows_elsewhere_are_numbered_anew() -> None:
    repeated = column_of([str(7_000_017 + 13 * number) for number in range(50)] * 4, "customer_id")
    single = column_of([str(7_200_017 + 13_711 * number) for number in range(150)] + ["7200017"], "customer_id")
    close = column_of([str(1_234_567 + number) for number in range(50)] * 4, "customer_id")

    assert repeated["rule"] == {"type": "range", "min": 1, "max": 50}
    assert single["rule"] == {"type": "range", "min": 7_200_000, "max": 9_300_000}
    assert close["rule"] == {"type": "range", "min": 1_200_000, "max": 1_200_049}


def test_codes_of_people_are_not_told_however_often_they_occur() -> None:
    column = column_of([f"C{number}" for number in range(10, 20)] * 40, "customer_code")

    assert column["rule"] == {"type": "pattern", "pattern": "C1#"}


def test_frequent_values_are_told_with_their_weights_and_rare_ones_are_not() -> None:
    column = column_of(["red"] * 60 + ["green"] * 30 + ["ultraviolet"] * 9, "colour_of_it", least=10)

    assert column["rule"] == {"type": "choice", "value": ["red", "green"], "weights": [60, 30]}


def test_a_single_address_among_frequent_values_is_not_told() -> None:
    column = column_of(["unknown"] * 90 + ["jane@mail.example"] * 12, "contact", least=10)

    assert "jane" not in str(column)


def test_values_of_too_many_rare_ones_are_made_by_their_shape() -> None:
    column = column_of([f"AB-{number:04d}" for number in range(0, 4_000, 13)], "part", least=10)

    assert column["rule"] == {"type": "pattern", "pattern": "AB-####"}


def test_codes_of_several_shapes() -> None:
    values = [f"A{number}" for number in range(100, 190)] + [f"{number}-x" for number in range(1000, 1030)]
    rule = column_of(values, "part", least=10)["rule"]

    assert rule["type"] == "regex"
    assert "A1[0-9]{2}" in rule["regex"]


def test_prose_becomes_as_many_words() -> None:
    rule = column_of([f"the quick brown fox number {number} jumps" for number in range(50)], "remarks", least=10)[
        "rule"
    ]

    assert rule == {"type": "sentence", "min": 7, "max": 7}


@pytest.mark.parametrize(
    ("values", "declared"),
    [
        (["1", "2", "3"], {"type": "int"}),
        (["1.0", "2.0", ""], {"type": "int"}),
        (["1.50", "22.75"], {"type": "decimal(4,2)"}),
        (["1.5", "2.25", "3"], {"type": "float", "decimals": 2}),
        (["true", "False"], {"type": "bool"}),
        (["2024-01-31", "2024-02-01"], {"type": "date"}),
        (["31.01.2024", "01.02.2024"], {"type": "date"}),
        (["01/31/2024", "02/01/2024"], {"type": "date"}),
        (["2024-01-31 00:00:00", "2024-02-01 00:00:00"], {"type": "date"}),
        (["2024-01-31 10:00:00", "2024-02-01 11:30:00"], {"type": "datetime", "scale": 0, "zone": "none"}),
        (["2024-01-31T10:00:00Z", "2024-02-01T11:30:00Z"], {"type": "datetime", "scale": 0}),
        (["2024-01-31T10:00:00.25", "2024-02-01T11:30:00.5"], {"type": "datetime", "scale": 3, "zone": "none"}),
    ],
)
def test_types(values: list[str], declared: dict[str, Any]) -> None:
    column = column_of(values)

    assert {key: column[key] for key in ("type", "scale", "zone", "decimals") if key in column} == declared


@pytest.mark.parametrize("word", ["", "?", "NA", "N/A", "NULL", "None", "nan", "  ", " ? "])
def test_what_stands_for_nothing_is_nothing(word: str) -> None:
    column = column_of(["7", "8", "9", word] * 5)

    assert column["type"] == "int"
    assert column["null_rate"] == 0.25


def test_blanks_around_values_are_none_of_them() -> None:
    assert column_of([" red", "red ", "red"] * 5 + ["blue"] * 5, "x")["rule"]["value"] == ["red", "blue"]


def test_texts_are_written_as_the_source_writes_them() -> None:
    """With the blank after each comma, and with its word for a missing value; of numbers it is NULL."""
    rows = [f" {colour}, {size}\n" for colour in ("red", "blue", "?") for size in ("1", "2", "?")]
    table = table_of("colour, size\n" + "".join(rows) * 10)
    colour, size = table["columns"]

    assert colour["rule"] == {"type": "choice", "value": [" blue", " red", " ?"], "weights": [30, 30, 30]}
    assert "null_rate" not in colour
    assert size["type"] == "int"
    assert size["null_rate"] == pytest.approx(1 / 3, abs=1e-4)


def test_the_ends_of_numbers_are_means_of_many() -> None:
    values = [str(number) for number in range(1000, 2000)] + ["999999"]
    points = column_of(values, "wage", least=10)["rule"]["points"]

    assert points[0][1] == 1005
    assert points[-1][1] < 150_000
    assert "999999" not in str(points)


def test_of_too_few_numbers_only_the_magnitude_is_told() -> None:
    assert column_of(["1234", "2345"], "wage", least=10)["rule"] == {"type": "range", "min": 0, "max": 10_000}


def test_of_too_few_dates_only_the_years_are_told() -> None:
    rule = column_of(["2019-04-05", "2021-06-07"], "since", least=10)["rule"]

    assert rule == {"type": "range", "min": "2019-01-01", "max": "2021-12-31"}


def test_a_column_of_nothing_stays_one() -> None:
    assert column_of([""] * 5)["rule"] == "null"


def test_the_key_of_a_table_is_the_column_named_like_one() -> None:
    rows = "".join(f"{number * number},{number},X{number}\n" for number in range(1, 40))

    assert table_of(f"square,thing_id,label\n{rows}")["primary_key"] == ["thing_id"]


def test_a_measure_that_happens_to_be_unique_is_no_key() -> None:
    rows = "".join(f"x,{number * 7919 % 1000}\n" for number in range(1, 40))

    assert "primary_key" not in table_of(f"label,weight\n{rows}")


def test_codes_like_social_security_numbers_have_digits_before_the_last_bar_too() -> None:
    chance = random.Random(4)
    codes = sorted({f"{chance.randrange(100, 999)}-{chance.randrange(10, 99)}-{n:04}" for n in range(300)})
    parts = "part_no,size\n" + "".join(f"{code},1\n" for code in codes)
    uses = "use,part_no\n" + "".join(f"{n},{codes[n * 7 % 300]}\n" for n in range(900))
    learnt = learnt_of({"parts": parts, "uses": uses}, least=10)

    assert learnt.table("uses").column("part_no").role == "reference"
    rule = learnt.table("parts").column("part_no").body["rule"]
    assert "#" not in rule.get("prefix", ""), rule


@pytest.mark.parametrize("wild", ["1e308", "-1e+300", "999999999999.0"])
def test_one_wild_number_leaves_the_others_their_digits_and_quantiles(wild: str) -> None:
    chance = random.Random(8)
    column = column_of([wild, *(str(chance.random()) for _ in range(1199))], "x", least=10)
    points = column["rule"]["points"]

    assert column["decimals"] >= 6
    assert 0.0 <= float(points[0][1]) < 0.05
    assert 0.95 < float(points[-1][1]) <= 1.0
    middle = min(points, key=lambda point: abs(point[0] - 0.5))
    assert abs(float(middle[1]) - float(middle[0])) < 0.06
    assert ("x", "wild_numbers") in findings_of({"t": "x\n" + "".join(f"{one}\n" for one in [wild, *(chance.random() for _ in range(1199))])})  # fmt: skip


def test_texts_of_always_as_many_words_are_told_so() -> None:
    text = write_configuration(learnt_of({"t": "a,b\n" + "".join(f"x{n} y{n % 7}q,1\n" for n in range(90))}, least=10))

    assert "mostly of 2 words" in text


@pytest.mark.parametrize(
    ("header", "what", "fix"),
    [('"first\nline"', "a line break", "take a line break out"), ("a\x07b", "U+0007", "take the character U+0007 out"), ("y" * 200, "200 characters", "shorten it")],
)  # fmt: skip
def test_a_header_that_is_no_name_is_refused_with_what_helps(header: str, what: str, fix: str) -> None:
    with pytest.raises(Refused) as refused:
        learnt_of({"t": f"id,{header}\n1,2\n"})

    assert what in refused.value.faults[0].what
    assert refused.value.faults[0].fix is not None
    assert fix in refused.value.faults[0].fix
