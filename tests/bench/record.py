"""The record that everyone makes: 20 columns about a person, named alike by every generator."""

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

Output = Literal["memory", "csv", "jsonl", "parquet"]
OUTPUTS: Final[tuple[Output, ...]] = get_args(Output)

MARKS: Final[dict[Output, int]] = {"memory": 600, "csv": 350, "jsonl": 250, "parquet": 220}
"""How many times Faker's speed we set out to reach."""
