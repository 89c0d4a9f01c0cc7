"""The records that everyone makes: 20 columns about a person, and those of an order line and of a company."""

from typing import Final, Literal, get_args

COLUMNS: Final = (
    "id",
    "first_name",
    "last_name",
    "full_name",
    "email",
    "phone",
    "date_of_birth",
    "age",
    "gender",
    "street_address",
    "city",
    "state",
    "postal_code",
    "country",
    "username",
    "job_title",
    "company",
    "salary",
    "created_at",
    "is_active",
)

Record = Literal["user", "ecommerce", "company"]
RECORDS: Final[tuple[Record, ...]] = get_args(Record)

Output = Literal["memory", "csv", "jsonl", "parquet"]
OUTPUTS: Final[tuple[Output, ...]] = get_args(Output)

MARKS: Final[dict[Output, dict[str, tuple[float, float]]]] = {
    "memory": {"Faker": (600, 1500), "Mimesis": (45, 115), "DuckDB": (1.7, 4)},
    "csv": {"Faker": (350, 1000), "Mimesis": (33, 95), "DuckDB": (1.7, 5)},
    "jsonl": {"Faker": (250, 600), "Mimesis": (22, 52), "DuckDB": (1.6, 3.7)},
    "parquet": {"Faker": (220, 500), "Mimesis": (20, 40), "DuckDB": (1.25, 2.4)},
}
"""How many times each one's speed we must reach with the user record, and aim at."""
LESS: Final = 0.7
"""What share of that with the other records, which take more reckoning."""
