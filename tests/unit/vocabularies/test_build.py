"""The build: it repeats itself, and what it derives is what Faker says."""

from __future__ import annotations

import importlib.util
import itertools
import json

import pytest

from syndata_vocabularies import read_pack
from tests.unit.vocabularies.expander import CLASSES

if importlib.util.find_spec("faker") is None or importlib.util.find_spec("anyascii") is None:
    pytest.skip("packs are built where faker and anyascii are installed", allow_module_level=True)

from faker import VERSION

from syndata_vocabularies.build.grammars import digits_between
from syndata_vocabularies.build.lexicon import Lexicon
from syndata_vocabularies.build.matching import Matcher
from syndata_vocabularies.build.packing import build_pack

BUILT_FROM = "Faker 40.54.0"


@pytest.mark.parametrize("locale", ["ja_JP", "zh_CN"])
def test_a_rebuild_gives_the_shipped_bytes(locale: str) -> None:
    body = read_pack(locale)
    if json.loads(body)["source"] != f"Faker {VERSION}":
        pytest.skip(f"the packs are built from {BUILT_FROM}, this is {VERSION}")
    assert build_pack(locale).body == body


def test_a_grammar_says_what_faker_says_and_the_matcher_knows() -> None:
    lexicon = Lexicon("en_US")
    street = lexicon.derive("street_address")
    matcher = Matcher(lexicon.symbols)
    for text in lexicon.sampler.draws("street_address", "test", 300):
        assert matcher.says(street, text)
    assert not matcher.says(street, "nowhere")
    assert not lexicon.sampled


def test_excluded_numbers_stay_excluded() -> None:
    """Faker never gives a social security number of area 666: nor does the grammar."""
    lexicon = Lexicon("en_US")
    number = lexicon.derive("ssn")
    matcher = Matcher(lexicon.symbols)
    assert matcher.says(number, "665-01-0001")
    assert not matcher.says(number, "666-01-0001")
    assert not matcher.says(number, "001-00-0001")


@pytest.mark.parametrize(("low", "high", "width"), [(0, 9, 0), (0, 120, 0), (1, 999, 3), (501, 9995, 5), (7, 7, 2)])
def test_ranges_become_templates_that_say_each_number_once(low: int, high: int, width: int) -> None:
    said = []
    for template, weight in digits_between(low, high, width):
        numbers = ["".join(digits) for digits in itertools.product(*(CLASSES.get(sign, sign) for sign in template))]
        assert weight == len(numbers)
        said += numbers
    assert sorted(said) == sorted(str(number).rjust(width, "0") for number in range(low, high + 1))
