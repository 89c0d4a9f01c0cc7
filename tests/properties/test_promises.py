"""Law 4: what tables promise as a whole is kept by all rows, and so by every slice of them."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, seed

from tests.properties import promises
from tests.properties.made import Made
from tests.properties.profiles import examples
from tests.properties.strategies import Document, datasets

MOST_ROUNDS = 12


def test_what_tables_promise_as_a_whole_is_kept() -> None:
    """Exact shares, alternatives, combinations, conditional keys, weights of parents, balanced lines, references apart."""
    seen: Counter[str] = Counter()
    # A round may miss a promise that few datasets have: others follow until each was seen.
    for number in range(MOST_ROUNDS):

        @seed(number)
        @examples(100)
        @given(datasets())
        def every_promise(document: Document) -> None:
            seen.update(promises.check(Made.of(document)))

        every_promise()
        if set(seen) == promises.PROMISES:
            return
    assert set(seen) == promises.PROMISES
