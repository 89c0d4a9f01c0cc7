"""The bytes of the SQL formats, and of the files that create tables, are still the ones we promised."""

from __future__ import annotations

import json

from tests.golden.sql_texts import FILES, contents, digests

HOW = "see tests/golden/README.md before you write them anew"


def test_texts_are_those_promised() -> None:
    """Compared first: a difference can be read."""
    for name, body in contents().items():
        if name != "digests.json":
            assert body.decode() == (FILES / name).read_bytes().decode(), HOW


def test_every_part_is_the_one_promised() -> None:
    assert digests() == json.loads((FILES / "digests.json").read_text()), HOW


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in FILES.iterdir()} == set(contents())
