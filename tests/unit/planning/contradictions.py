"""Documents that contradict themselves, once each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A document with one contradiction."""

    document: str
    named: frozenset[str]
    """The lines that make it, as they begin in the document or stand in it after a brace."""
    what: str
    """What they amount to."""
    fix: str


CASES = {
    "more rows than fan-outs give": Case(
        """
tables:
  customers:
    rows: 1100
    columns: {id: {type: int, primary_key: true, rule: sequence}}
  orders:
    rows: 5000
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      customer:
        references:
          table: customers
          column: id
          fan_out: 0..3
""",
        frozenset({"rows: 5000", "fan_out: 0..3"}),
        "orders: 1,100 customers x at most 3 = 3,300 < 5,000 rows",
        "state at most 3,300 rows for orders, or at least 1,667 for customers, or let the fan-out reach 5",
    ),
    "fewer rows than fan-outs need, where the parents' number matters": Case(
        """
tables:
  customers:
    rows: 4000
    columns: {id: {type: int, primary_key: true, rule: sequence}}
  orders:
    rows: 5000
    columns:
      customer:
        references:
          table: customers
          column: id
          fan_out: 2..9
""",
        frozenset({"rows: 4000", "rows: 5000", "fan_out: 2..9"}),
        "orders: 4,000 customers x at least 2 = 8,000 > 5,000 rows",
        "state at least 8,000 rows for orders, or at most 2,500 for customers, or let the fan-out begin at 1",
    ),
    "a unique range": Case(
        """
tables:
  rooms:
    rows: 500
    columns:
      floor: {type: int, rule: {range: {min: 1, max: 3}}}
      number:
        type: int
        unique: true
        rule: {range: {min: 1, max: 400}}
""",
        frozenset({"rows: 500", "unique: true", "rule: {range: {min: 1, max: 400}}"}),
        "rooms.number can tell apart 400 rows, but rooms has 500",
        "lower rows to 400, or let number take more values",
    ),
    "a unique text": Case(
        """
tables:
  parts:
    rows: 3000
    columns:
      code:
        type: str
        constraints: [UNIQUE]
        rule: {type: pattern, pattern: "%?#"}
""",
        frozenset({"rows: 3000", "constraints: [UNIQUE]", 'rule: {type: pattern, pattern: "%?#"}'}),
        "parts.code can tell apart 2,340 rows, but parts has 3,000",
        "lower rows to 2,340, or let code take more values",
    ),
    "a key of two columns": Case(
        """
tables:
  seats:
    rows: 201
    primary_key: [row, seat]
    columns:
      row:
        rule: [A, B, C, D, E]
      seat:
        type: int
        rule: {range: {min: 1, max: 40}}
""",
        frozenset({
            "rows: 201", "primary_key: [row, seat]", "rule: [A, B, C, D, E]", "rule: {range: {min: 1, max: 40}}",
        }),
        "seats.row, seats.seat can tell apart 200 rows (5 x 40), but seats has 201",
        "lower rows to 200, or let row or seat take more values",
    ),
    "pairs": Case(
        """
tables:
  students:
    rows: 50
    columns: {id: {type: int, primary_key: true, rule: sequence}}
  courses:
    rows: 9
    columns: {code: {type: int, primary_key: true, rule: sequence}}
  enrolments:
    primary_key: [student, course]
    columns:
      student:
        references:
          table: students
          column: id
          fan_out: 1..12
      course: {references: courses.code}
""",
        frozenset({"rows: 9", "primary_key: [student, course]", "fan_out: 1..12"}),
        "one of students has up to 12 enrolments, each with another of 9 courses",
        "lower the fan-out of student to 9, or raise the rows of courses to 12",
    ),
    "more pairs than there are": Case(
        """
tables:
  users:
    rows: 30
    columns: {id: {type: int, primary_key: true, rule: sequence}}
  badges:
    rows: 8
    columns: {id: {type: int, primary_key: true, rule: sequence}}
  earned:
    rows: 1001
    primary_key: [user, badge]
    columns:
      user: {references: users.id}
      badge: {references: badges.id}
""",
        frozenset({"rows: 30", "rows: 8", "rows: 1001", "primary_key: [user, badge]"}),
        "earned.user, earned.badge can tell apart 240 rows (8 badges x 30 users), but earned has 1,001",
        "lower rows to 240, or let user or badge take more values",
    ),
    "a place in a family": Case(
        """
tables:
  orders:
    rows: 400
    columns: {id: {type: int, primary_key: true, rule: sequence}}
  lines:
    primary_key: [order, slot]
    columns:
      order:
        references:
          table: orders
          column: id
          fan_out: 0..8
      slot:
        type: int
        rule: {range: {min: 1, max: 5}}
""",
        frozenset({"primary_key: [order, slot]", "fan_out: 0..8", "rule: {range: {min: 1, max: 5}}"}),
        "the key order, slot can tell apart 5 rows of one orders, but one has up to 8",
        "let one orders have at most 5, or widen the key",
    ),
    "a chain of orderings": Case(
        """
tables:
  trips:
    constraints:
      - booked < left
      - left < arrived
      - paid <= arrived
    columns:
      booked:
        type: int
        rule: {range: {min: 50, max: 60}}
      left:
        type: int
        rule: {range: {min: 0, max: 99}}
      arrived:
        type: int
        rule: {range: {min: 5, max: 51}}
      paid:
        type: int
        rule: {range: {min: 0, max: 9}}
""",
        frozenset({
            "- booked < left", "- left < arrived",
            "rule: {range: {min: 50, max: 60}}", "rule: {range: {min: 5, max: 51}}",
        }),
        "it would be at least 51 and at most 50",
        "widen one of the ranges by 1, or drop the ordering",
    ),
    "days in order": Case(
        """
tables:
  orders:
    constraints: [shipped >= ordered]
    columns:
      ordered:
        type: date
        rule: {range: {min: 2025-03-10, max: 2025-12-01}}
      shipped:
        type: date
        rule: {range: {min: 2025-01-01, max: 2025-03-01}}
""",
        frozenset({
            "constraints: [shipped >= ordered]",
            "rule: {range: {min: 2025-03-10, max: 2025-12-01}}", "rule: {range: {min: 2025-01-01, max: 2025-03-01}}",
        }),
        "it would be at least 2025-03-10 and at most 2025-03-01",
        "widen one of the ranges by 9 days, or drop the ordering",
    ),
    "orderings in a circle": Case(
        """
tables:
  t:
    constraints:
      - b > a
      - c > b
      - a > c
      - d > a
    columns:
      a: {type: int, rule: {range: {min: 0, max: 99}}}
      b: {type: int, rule: {range: {min: 0, max: 99}}}
      c: {type: int, rule: {range: {min: 0, max: 99}}}
      d: {type: int, rule: {range: {min: 0, max: 99}}}
""",
        frozenset({"- b > a", "- c > b", "- a > c"}),
        "the orderings of a, b, c run in a circle",
        "drop one of them",
    ),
    "a decimal sum": Case(
        """
tables:
  orders:
    rows: 500
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      total:
        type: decimal(8,2)
        rule: {type: sum, table: items, column: amount}
  items:
    columns:
      order:
        references:
          table: orders
          column: id
          fan_out: 0..20
      amount:
        type: decimal(9,2)
        rule: {range: {min: 1, max: 60000}}
""",
        frozenset({
            "type: decimal(8,2)", "rule: {type: sum, table: items, column: amount}", "fan_out: 0..20",
            "rule: {range: {min: 1, max: 60000}}",
        }),
        "they reach from 0.00 to 1,200,000.00, beyond 999,999.99",
        "use smaller numbers, fewer digits, or decimal(18, ...)",
    ),
    "a sum beyond 64 bits": Case(
        """
tables:
  banks:
    rows: 10
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      total:
        type: decimal(18,2)
        rule: {type: sum, table: accounts, column: amount}
  accounts:
    columns:
      bank:
        references:
          table: banks
          column: id
          fan_out: 0..1000000
      amount:
        type: decimal(18,2)
        rule: {range: {min: 0, max: 900000000000}}
""",
        frozenset({
            "rule: {type: sum, table: accounts, column: amount}", "fan_out: 0..1000000",
            "rule: {range: {min: 0, max: 900000000000}}",
        }),
        "1,000,000 x 900,000,000,000.00 > 46,116,860,184,273,879.03",
        "keep accounts.amount within 46,116,860,184.27, or give one row at most 51,240 children",
    ),
    "a forest": Case(
        """
tables:
  people:
    rows: 12
    columns:
      id: {type: int, primary_key: true, rule: sequence}
      boss: {type: int}
    foreign_keys:
      - child_column: boss
        parent_table: people
        parent_column: id
        roots: 8
        depth: 6
""",
        frozenset({"rows: 12", "roots: 8", "depth: 6"}),
        "12 rows cannot hold 8 roots and 6 levels",
        "raise rows to 13, or lower roots or depth by 1",
    ),
    "children of nobody": Case(
        """
tables:
  customers:
    rows: 0
    columns: {id: {type: int, primary_key: true, rule: sequence}}
  orders:
    rows: 7
    columns: {customer: {references: customers.id}}
""",
        frozenset({"rows: 0"}),
        "customers has no rows, but 7 rows of orders refer to it",
        "give customers rows, or orders none",
    ),
}  # fmt: skip
