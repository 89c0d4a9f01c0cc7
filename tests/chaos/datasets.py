"""The datasets of these stories, and what one worker of the command makes of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from blake3 import blake3

from tests.running import environment

SMALL: Final = "syndata: 1\ntables:\n" + "".join(
    f"""\
  - table_name: t{number}
    rows: {1000 + number}
    columns:
      - {{ name: id, type: int, constraints: [PK], rule: {{ type: sequence }} }}
      - {{ name: name, type: str, rule: full_name }}
      - {{ name: email, type: str, rule: email }}
"""
    for number in range(6)
)
"""Six tables of one part each: six tasks."""

_WIDE: Final = """\
      - { name: name, type: str, rule: full_name }
      - { name: email, type: str, rule: email }
      - { name: phone, type: str, rule: phone }
      - { name: street, type: str, rule: street_address }
      - { name: city, type: str, rule: city }
      - { name: company, type: str, rule: company }
      - { name: job, type: str, rule: job_title }
"""

SHOP: Final = f"""\
syndata: 1
tables:
  - table_name: customers
    rows: 500000
    columns:
      - {{ name: customer_id, type: int, constraints: [PK], rule: {{ type: sequence }} }}
{_WIDE}
  - table_name: orders
    rows: 1500000
    columns:
      - {{ name: order_id, type: int, constraints: [PK], rule: {{ type: sequence }} }}
      - {{ name: customer_id, type: int, constraints: [FK] }}
{_WIDE}
    foreign_keys:
      - {{ parent_table: customers, parent_column: customer_id, child_column: customer_id }}
  - table_name: order_items
    rows: 3000000
    columns:
      - {{ name: item_id, type: int, constraints: [PK], rule: {{ type: sequence }} }}
      - {{ name: order_id, type: int, constraints: [FK] }}
      - {{ name: quantity, type: int, rule: {{ type: range, min: 1, max: 9 }} }}
{_WIDE}
    foreign_keys:
      - {{ parent_table: orders, parent_column: order_id, child_column: order_id }}
"""
"""customers → orders → order_items, five million rows."""


def made_by_one_worker(config: str, directory: Path, output_format: str = "csv") -> Path:
    """What `syndata generate --workers 1` writes of a configuration."""
    source = directory / "config.yaml"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(config)
    out = directory / "out"
    command = [sys.executable, "-m", "syndata", "generate", "--config", str(source), "--output-dir", str(out)]
    done = subprocess.run(
        [*command, "--workers", "1", "--output-format", output_format],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return out


def digest_of(path: Path) -> str:
    """BLAKE3 of a file."""
    hashed = blake3()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            hashed.update(piece)
    return hashed.hexdigest()
