"""A shop as somebody has it: customers and orders in two CSV files, with secrets in them that must stay there."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

GIVEN = ["Anna", "James", "Mary", "John", "Linda", "Robert", "Emma", "Peter"]
FAMILY = ["Zyxwirth", "Qvarnbeck", "Xolomew", "Vrbatsky", "Ykkonen", "Wjolter"]
"""Names that no vocabulary of ours has, so that none is made by chance."""
TIERS = {"gold": 0.1, "silver": 0.3, "bronze": 0.6}
RARE_TIER = "platinum-elite"
RARE_CITY = "Ytterby"
NOTE = "called about the zephyrine invoice"


@dataclass(frozen=True)
class Shop:
    """The texts of both files."""

    customers: str
    orders: str
    secrets: tuple[str, ...]
    """Values that tell who somebody is."""

    def write(self, folder: Path) -> list[Path]:
        """Both files, in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / "customers.csv", folder / "orders.csv"]
        for path, text in zip(paths, (self.customers, self.orders), strict=True):
            path.write_text(text, encoding="utf-8")
        return paths


def shop(customers: int = 800, seed: int = 1) -> Shop:
    """A shop of so many customers, with three orders each on average."""
    chance = random.Random(seed)
    people = [_customer(chance, number) for number in range(1, customers + 1)]
    for person in chance.sample(people, 3):
        person["tier"] = RARE_TIER
        person["city"] = RARE_CITY
    orders: list[dict[str, Any]] = []
    for person in people:
        for _ in range(chance.choices([0, 1, 3, 9], weights=[20, 30, 40, 10])[0]):
            orders.append(_order(chance, len(orders) + 1, person))
    secrets = tuple(str(person[name]) for person in people for name in ("full_name", "email", "phone", "street"))
    return Shop(_text(people), _text(orders), (*secrets, *(order["note"] for order in orders if order["note"])))


def _customer(chance: random.Random, number: int) -> dict[str, Any]:
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    tier = chance.choices(list(TIERS), weights=list(TIERS.values()))[0]
    age = min(95, max(18, round(chance.gauss(45, 15))))
    return {
        "customer_id": number,
        "full_name": f"{given} {family} {number}" if number % 7 == 0 else f"{given} {family}",
        "email": f"{given}.{family}{number}@secret-mail.invalid".lower(),
        "phone": f"+49 30 {1000000 + number * 37}",
        "street": f"{number} Hidden Hollow Lane",
        "city": chance.choice(["Berlin", "Hamburg", "Köln"]),
        "tier": tier,
        "age": age,
        "income": f"{max(500.0, 1000 + 60 * age + chance.gauss(0, 500)):.2f}",
        "referred_by": "" if chance.random() < 0.25 else chance.choice(["web", "shop", "friend"]),
    }


def _order(chance: random.Random, number: int, person: dict[str, Any]) -> dict[str, Any]:
    ordered = date(2023, 1, 1) + timedelta(days=int(700 * chance.random() ** 0.5))
    status = chance.choices(["done", "open", "lost"], weights=[80, 15, 5])[0]
    return {
        "order_id": f"ORD-{number:06d}",
        "customer_id": person["customer_id"],
        "customer_tier": person["tier"],
        "ordered_on": ordered,
        "shipped_on": ordered + timedelta(days=chance.randint(1, 9)),
        "status": status,
        "status_code": {"done": 1, "open": 2, "lost": 3}[status],
        "amount": "0" if chance.random() < 0.2 else f"{chance.lognormvariate(4, 0.8):.2f}",
        "note": "" if chance.random() < 0.7 else f"{NOTE} {number} of {person['full_name']}",
    }


def _text(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
