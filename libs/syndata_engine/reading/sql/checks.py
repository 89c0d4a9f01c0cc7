"""CHECK conditions -> what they say of single columns and of pairs; what cannot be used is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from syndata_engine.reading.sql.catalogue import SqlTable

if TYPE_CHECKING:
    from sqlglot import exp

Number = Decimal
Scalar = Decimal | str | bool
_LONGEST = 65_536


@dataclass(slots=True)
class Bound:
    """One end of a range."""

    value: Decimal | str
    """A number, or a date or time as text."""
    strict: bool


@dataclass(slots=True)
class Facts:
    """What a table's checks say of one column."""

    low: Bound | None = None
    high: Bound | None = None
    values: tuple[Scalar, ...] | None = None
    excluded: tuple[Scalar, ...] = ()
    shortest: int = 0
    longest: int = _LONGEST
    pattern: str | None = None
    """A regular expression for the whole text."""
    not_null: bool = False


@dataclass(slots=True)
class Order:
    """`later >= earlier`, or `>`."""

    later: str
    earlier: str
    strict: bool
    line: int | None = None


@dataclass(slots=True)
class Apart:
    """`left <> right`."""

    left: str
    right: str
    line: int | None = None


@dataclass(slots=True)
class Checked:
    """What the checks of a table say."""

    facts: dict[str, Facts] = field(default_factory=dict)
    """By column."""
    orders: list[Order] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)
    unused: list[tuple[str, int | None]] = field(default_factory=list)
    """Conditions that are not taken over, with their lines."""

    def of(self, column: str) -> Facts:
        """The facts of a column."""
        return self.facts.setdefault(column, Facts())


def read_checks(table: SqlTable, dialect: str) -> Checked:
    """Take the checks of a table apart."""
    checked = Checked()
    for check in table.checks:
        tree = parsed(check.text, dialect)
        for condition in [None] if tree is None else conjuncts(tree):
            if condition is None or not _Condition(table, checked, check.line).take(condition):
                text = check.text if condition is None else condition.sql(dialect or None)
                checked.unused.append((text, check.line))
    return checked


def parsed(text: str, dialect: str) -> exp.Expr | None:
    """A condition as a tree; None where it cannot be read."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        # By itself, a condition on a column named `load` or `comment` would be taken for a statement.
        found = sqlglot.parse_one(f"SELECT (\n{text}\n)", read=dialect or None).expressions
    except (SqlglotError, RecursionError):
        return None
    return found[0] if len(found) == 1 else None


def conjuncts(condition: exp.Expr) -> Iterable[exp.Expr]:
    """The conditions that AND joins."""
    from sqlglot import exp

    condition = bare(condition)
    if isinstance(condition, exp.And):
        yield from conjuncts(condition.this)
        yield from conjuncts(condition.expression)
    else:
        yield condition


def bare(node: exp.Expr) -> exp.Expr:
    """Without parentheses, and without the casts that PostgreSQL adds to whatever it is told; those that round stay."""
    from sqlglot import exp

    while isinstance(node, exp.Paren) or (isinstance(node, exp.Cast) and not _rounds(node)):
        node = node.this
    return node


def _rounds(node: exp.Cast) -> bool:
    from sqlglot import exp

    whole = node.to.this in exp.DataType.INTEGER_TYPES
    return whole and not isinstance(bare(node.this), exp.Literal | exp.Neg)


@dataclass(slots=True)
class _Condition:
    table: SqlTable
    checked: Checked
    line: int | None

    def take(self, node: exp.Expr) -> bool:  # noqa: PLR0911 -- one return for each shape
        """Use a condition; False where it says nothing that can be kept."""
        from sqlglot import exp

        match node:
            case exp.GT() | exp.GTE() | exp.LT() | exp.LTE():
                return self._compare(node)
            case exp.EQ():
                return self._equal(node)
            case exp.NEQ():
                return self._exclude(node)
            case exp.Between():
                low, high = literal_of(node.args["low"]), literal_of(node.args["high"])
                return self._bound(node.this, low, low_end=True, strict=False) and self._bound(
                    node.this, high, low_end=False, strict=False
                )
            case exp.In():
                return self._listed(node.this, node.expressions)
            case exp.Or():
                return self._either(node)
            case exp.Is() if null_test(node) is False:
                return self._negated(exp.Is(this=node.this, expression=exp.Null()))
            case exp.Not():
                return self._negated(bare(node.this))
            case exp.RegexpLike():
                return self._regex(node)
        return False

    def _column(self, node: exp.Expr) -> str | None:
        from sqlglot import exp

        node = bare(node)
        if isinstance(node, exp.Column | exp.Identifier):
            column = self.table.column(node.name)
            return column.name if column else None
        return None

    def _measured(self, node: exp.Expr) -> str | None:
        """The column whose length this is."""
        from sqlglot import exp

        node = bare(node)
        return self._column(node.this) if isinstance(node, exp.Length) else None

    def _compare(self, node: exp.Binary) -> bool:
        from sqlglot import exp

        left, right = node.this, node.expression
        greater = isinstance(node, exp.GT | exp.GTE)
        strict = isinstance(node, exp.GT | exp.LT)
        one, other = self._column(left), self._column(right)
        if one and other:
            later, earlier = (one, other) if greater else (other, one)
            if later == earlier:
                return False
            self.checked.orders.append(Order(later, earlier, strict, self.line))
            return True
        if literal_of(left) is not None:
            left, right, greater = right, left, not greater
        return self._bound(left, literal_of(right), low_end=greater, strict=strict)

    def _bound(self, node: exp.Expr, value: Scalar | None, *, low_end: bool, strict: bool) -> bool:
        measured = self._measured(node)
        if measured and isinstance(value, Decimal):
            facts, length = self.checked.of(measured), int(value)
            if low_end:
                facts.shortest = max(facts.shortest, length + strict)
            else:
                facts.longest = min(facts.longest, length - strict)
            return True
        name = self._column(node)
        if not name or value is None or isinstance(value, bool) or (isinstance(value, str) and not is_moment(value)):
            return False
        facts, bound = self.checked.of(name), Bound(value, strict)
        known = facts.low if low_end else facts.high
        if known is not None and type(known.value) is not type(value):
            return False
        tighter = known is None or (value > known.value if low_end else value < known.value)  # type: ignore[operator] # same type
        if tighter or (known is not None and value == known.value and strict):
            facts.low, facts.high = (bound, facts.high) if low_end else (facts.low, bound)
        return True

    def _equal(self, node: exp.Binary) -> bool:
        from sqlglot import exp

        right = bare(node.expression)
        if isinstance(right, exp.Any):
            array = bare(right.this)
            return self._listed(node.this, array.expressions) if isinstance(array, exp.Array) else False
        measured, value = self._measured(node.this), literal_of(right)
        if measured and isinstance(value, Decimal):
            facts = self.checked.of(measured)
            facts.shortest, facts.longest = max(facts.shortest, int(value)), min(facts.longest, int(value))
            return True
        return self._listed(node.this, [right])

    def _listed(self, node: exp.Expr, items: list[exp.Expr]) -> bool:
        name, values = self._column(node), tuple(literal_of(item) for item in items)
        if not name or not values or any(value is None for value in values):
            return False
        facts = self.checked.of(name)
        kept = tuple(value for value in values if value is not None)
        facts.values = kept if facts.values is None else tuple(value for value in facts.values if value in kept)
        return bool(facts.values)

    def _exclude(self, node: exp.Binary) -> bool:
        one, another = self._column(node.this), self._column(node.expression)
        if one and another and one != another:
            self.checked.apart.append(Apart(one, another, self.line))
            return True
        name, value = self._column(node.this), literal_of(node.expression)
        if not name or value is None:
            return False
        facts = self.checked.of(name)
        facts.excluded = (*facts.excluded, value)
        return True

    def _either(self, node: exp.Or) -> bool:
        """`x IS NULL OR ...` says no more than the rest: a condition over NULL is not false."""
        for one, other in ((node.this, node.expression), (node.expression, node.this)):
            null = bare(one)
            if null_test(null):
                name, rest = self._column(null.this), bare(other)
                if name and self._speaks_of(rest, name):
                    return self.take(rest)
        return self._alternatives(node)

    def _alternatives(self, node: exp.Or) -> bool:
        """`x = 'a' OR x = 'b'` is a list."""
        from sqlglot import exp

        items, names = [], set()
        for piece in node.flatten():
            equal = bare(piece)
            if not isinstance(equal, exp.EQ):
                return False
            names.add(self._column(equal.this))
            items.append(equal.expression)
        return len(names) == 1 and self._listed(bare(next(iter(node.flatten()))).this, items)

    def _speaks_of(self, node: exp.Expr, name: str) -> bool:
        from sqlglot import exp

        return name in {self._column(column) for column in node.find_all(exp.Column)}

    def _negated(self, node: exp.Expr) -> bool:
        from sqlglot import exp

        if null_test(node):
            name = self._column(node.this)
            if name:
                self.checked.of(name).not_null = True
            return bool(name)
        opposites: dict[type[exp.Expr], type[exp.Binary]] = {
            exp.GT: exp.LTE,
            exp.GTE: exp.LT,
            exp.LT: exp.GTE,
            exp.LTE: exp.GT,
        }
        opposite = opposites.get(type(node))
        if opposite is not None:
            return self._compare(opposite(this=node.this, expression=node.expression))
        if isinstance(node, exp.In):
            name, values = self._column(node.this), [literal_of(item) for item in node.expressions]
            if name and values and all(value is not None for value in values):
                facts = self.checked.of(name)
                facts.excluded = (*facts.excluded, *(value for value in values if value is not None))
                return True
        return False

    def _regex(self, node: exp.RegexpLike) -> bool:
        name, value = self._column(node.this), literal_of(node.expression)
        anchored = isinstance(value, str) and value.startswith("^") and value.endswith("$") and len(value) > 2
        if not name or not anchored or self.checked.of(name).pattern:
            return False
        self.checked.of(name).pattern = str(value)[1:-1]
        return True


def null_test(node: exp.Expr) -> bool | None:
    """True for `x IS NULL`, False for `x IS NOT NULL`, which dialects have in three shapes; None for anything else."""
    from sqlglot import exp

    if not isinstance(node, exp.Is):
        return None
    right, negated = bare(node.expression), bool(node.args.get("negate"))
    while isinstance(right, exp.Not):
        right, negated = bare(right.this), not negated
    return not negated if isinstance(right, exp.Null) else None


def literal_of(node: exp.Expr | None) -> Scalar | None:
    """A literal's value; None where the node is none."""
    from sqlglot import exp

    if node is None:
        return None
    node = bare(node)
    if isinstance(node, exp.Neg):
        inner = literal_of(node.this)
        return -inner if isinstance(inner, Decimal) else None
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Literal):
        return str(node.this) if node.is_string else _number(str(node.this))
    return None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None


def is_moment(text: str) -> bool:
    """Whether a text is a date or time of ISO 8601."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            read(text)
        except ValueError:
            continue
        return True
    return False
