"""Tables as people have them: columns of every sort, as CSV."""

from __future__ import annotations

# ruff: noqa: ARG005 -- makers are called alike, whether they look at the row or not
import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

Maker = Callable[[random.Random, int], str]

_WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "épsilon",
    "zeta",
    "東京",
    "naïve",
    "O'Neil",
    "{brace}",
    "#hash",
    "null_",
    "yes",
    "no",
    "on",
]
_NAMES = ["Anna", "James", "Mary", "John", "Linda", "Robert", "Emma", "Peter", "Laura", "David"]
_SURNAMES = ["Smith", "Johnson", "Williams", "Brown", "Jones", "Miller", "Davis", "Wilson"]
_DAY = date(2020, 1, 1)
_MOMENT = datetime(2021, 3, 4, 5, 6, 7)  # noqa: DTZ001 -- files state no zone either

MAKERS: dict[str, Maker] = {
    "number": lambda chance, row: str(chance.randint(-50, 10**6)),
    "few_numbers": lambda chance, row: str(chance.choice([0, 1, 2, 5])),
    "large": lambda chance, row: str(chance.randint(-(2**63), 2**63 - 1)),
    "huge": lambda chance, row: str(chance.randint(10**20, 10**22)),
    "digits": lambda chance, row: f"{chance.randint(0, 99999):05d}",
    "money": lambda chance, row: f"{chance.lognormvariate(3, 1):.2f}",
    "float": lambda chance, row: repr(chance.gauss(0, 3)),
    "tiny": lambda chance, row: repr(chance.gauss(0, 1) * 1e-9),
    "wide": lambda chance, row: repr(chance.gauss(0, 1) * 10.0 ** chance.randint(-30, 30)),
    "spiked": lambda chance, row: "0" if chance.random() < 0.9 else str(chance.randint(1, 99999)),
    "whole_float": lambda chance, row: f"{chance.randint(0, 99)}.0",
    "percent": lambda chance, row: f"{chance.randint(0, 100)}%",
    "truth": lambda chance, row: chance.choice(["True", "false", "TRUE"]),
    "yes": lambda chance, row: chance.choice(["Y", "N"]),
    "date": lambda chance, row: str(_DAY + timedelta(days=chance.randint(-20000, 900))),
    "american_date": lambda chance, row: (_DAY + timedelta(days=chance.randint(0, 900))).strftime("%m/%d/%Y"),
    "moment": lambda chance, row: str(_MOMENT + timedelta(seconds=chance.randint(0, 10**8))),
    "zoned": lambda chance, row: (_MOMENT + timedelta(seconds=chance.randint(0, 10**8))).isoformat() + "Z",
    "fine_moment": lambda chance, row: str(_MOMENT + timedelta(microseconds=chance.randint(0, 10**13))),
    "time": lambda chance, row: f"{chance.randint(0, 23):02d}:{chance.randint(0, 59):02d}",
    "uuid": lambda chance, row: f"{chance.getrandbits(128):032x}"[:8] + "-1111-4111-8111-" + f"{row:012x}",
    "category": lambda chance, row: chance.choice(_WORDS[:4]),
    "word": lambda chance, row: chance.choice(_WORDS),
    "code": lambda chance, row: f"{chance.choice('ABC')}{chance.choice('xyz')}-{chance.randint(0, 9999):04d}",
    "prose": lambda chance, row: " ".join(chance.choices(_WORDS, k=chance.randint(1, 12))),
    "person": lambda chance, row: f"{chance.choice(_NAMES)} {chance.choice(_SURNAMES)}",
    "email": lambda chance, row: f"{chance.choice(_NAMES).lower()}{chance.randint(1, 10**6)}@mail.example",
    "phone": lambda chance, row: f"+1 ({chance.randint(200, 999)}) 555-{chance.randint(1000, 9999)}",
    "row": lambda chance, row: str(row + 1),
    "sparse": lambda chance, row: str(chance.randint(1, 9)) if chance.random() < 0.1 else "",
    "nothing": lambda chance, row: "",
    "constant": lambda chance, row: "same",
    "mixed": lambda chance, row: chance.choice(["12", "twelve", "2024-01-01", "", "x"]),
    "missing": lambda chance, row: chance.choice(["?", "NA", "7", "9.5"]),
    "padded": lambda chance, row: f" {chance.choice(_WORDS)} ",
    "long": lambda chance, row: "y" * chance.randint(0, 600),
    "marks": lambda chance, row: chance.choice(
        ['a "quoted" one', "a, b", "line\nbreak", "tab\there", "back\\slash", "#%?^"]
    ),
}
"""What a column may hold; each says the text of a row."""

NAMES = (
    "id",
    "name",
    "status",
    "Order ID",
    "e-mail",
    "customer_id",
    "déjà vu",
    "value",
    "phone",
    "select",
    "x.y",
    "created_at",
    "age",
)


@dataclass(frozen=True)
class Sample:
    """A table as a CSV, with what its columns hold."""

    makers: dict[str, str]
    rows: int
    seed: int

    def text(self) -> str:
        """The CSV."""
        chance = random.Random(self.seed)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.makers)
        for row in range(self.rows):
            writer.writerow([MAKERS[maker](chance, row) for maker in self.makers.values()])
        return out.getvalue()


def samples() -> st.SearchStrategy[Sample]:
    """Any of them."""
    columns = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(sorted(MAKERS)), min_size=2, max_size=9)
    return st.builds(Sample, columns, st.sampled_from([1, 2, 5, 9, 10, 12, 40, 150, 400]), st.integers(0, 2**32))
