"""Running the command as a user does, and what it is given."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]

SHOP = """\
syndata: 1
locale: en_US
tables:
  - table_name: customers
    rows: 300
    columns:
      - { name: customer_id, type: int, constraints: [PK], rule: { type: range, min: 1, max: 100000 } }
      - { name: first_name, type: str, rule: first_name }
      - { name: email, type: str, rule: email }
  - table_name: orders
    rows: 1000
    columns:
      - { name: order_id, type: int, constraints: [PK], rule: { type: range, min: 1, max: 900000 } }
      - { name: customer_id, type: int, constraints: [FK] }
      - { name: status, type: str, rule: { type: choice, value: [new, paid, sent] } }
    foreign_keys:
      - { parent_table: customers, parent_column: customer_id, child_column: customer_id }
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)


Command = Callable[..., Outcome]


def environment() -> dict[str, str]:
    """The environment of a command: ours, with the checkout's code and no colours."""
    path = os.pathsep.join(
        filter(None, [str(REPOSITORY / "libs"), str(REPOSITORY / "services"), os.environ.get("PYTHONPATH")])
    )
    return {**os.environ, "PYTHONPATH": path, "NO_COLOR": "1", "COLUMNS": "120"}
