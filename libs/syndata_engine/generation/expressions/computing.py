"""From the tree of an expression to nodes: every part has a type, known when planning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NoReturn, TypeGuard

import numpy as np

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.expressions import moments, numbers, parsing, texts
from syndata_engine.generation.expressions.moments import Moment, Step
from syndata_engine.generation.expressions.numbers import Term, settled
from syndata_engine.generation.expressions.parsing import Tree, Wrong
from syndata_engine.generation.expressions.texts import Rendered, Words
from syndata_engine.generation.nodes.codes import INT64_MAX, ValueType, micros
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, Mapped, Selected, any_of
from syndata_engine.generation.texts.text import Bool, Case, Fixed, Integer, Item, Lit, Text
from syndata_engine.generation.words.bits import Codes
from syndata_engine.pools import Pool

MOST_JOINED = 10_000
"""Texts of a list that two lists are joined to."""


@dataclass(frozen=True, eq=False, slots=True)
class Truth:
    """true or false, as 1 or 0."""

    node: Node
    nulls: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """NULL in every row."""


Value = Term | Moment | Truth | Words | Step | Nothing
_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip


def described(value: Value) -> str:
    """What a value is, for faults."""
    if isinstance(value, Moment):
        return f"a {value.type.name}"
    return {Term: "a number", Truth: "true or false", Words: "a text", Step: "a length of time"}.get(
        type(value), "NULL"
    )


class Computer:
    """Computes the parts of one expression; every fault says where it is."""

    def __init__(self, ctx: ColumnContext, text: str, option: str) -> None:
        self.ctx, self.text, self.option = ctx, text, option

    def value(self) -> Value:
        """The whole expression; Refused where it means nothing."""
        try:
            return self.of(parsing.parse(self.text))
        except Wrong as wrong:
            self.refuse(wrong)

    def condition(self) -> Node:
        """The whole expression as 1 where it holds and 0 where not; Refused where it is no condition."""
        try:
            tree = parsing.parse(self.text)
            return self.holds(self.of(tree), tree)
        except Wrong as wrong:
            self.refuse(wrong)

    def refuse(self, wrong: Wrong) -> NoReturn:
        """Refuse the expression for what is wrong with it."""
        self.ctx.refuse(wrong.described(self.text), wrong.fix, self.option)

    def of(self, tree: Tree) -> Value:  # noqa: C901, PLR0911 -- one return for each part
        """A part of the expression."""
        match tree:
            case parsing.Number(digits=digits):
                return numbers.literal(digits, tree.at)
            case parsing.Length(count=count, unit=unit):
                return Step(count, moments.SHORT[unit])
            case parsing.Text(value=value):
                return fixed(value)
            case parsing.Word(value=value):
                return Nothing() if value is None else Truth(Constant(int(value)))
            case parsing.Name(name=name):
                return self._column(name, tree)
            case parsing.Unary(operator="not", operand=operand):
                holds = self.holds(self.of(operand), operand)
                return Truth(Mapped(lambda codes: 1 - codes, (holds,)))
            case parsing.Unary(operand=operand):
                return self._negative(self.of(operand), operand)
            case parsing.Binary(operator="and" | "or" as operator, left=left, right=right):
                both = self.holds(self.of(left), left), self.holds(self.of(right), right)
                return Truth(Mapped(np.minimum if operator == "and" else np.maximum, both))
            case parsing.Binary(operator=operator, left=left, right=right) if operator in _SIGNS:
                return Truth(self._compared(operator, self.of(left), self.of(right), tree))
            case parsing.Binary(operator=operator, left=left, right=right):
                return self._arithmetic(operator, self.of(left), self.of(right), tree)
            case parsing.Within(item=item, among=among, negated=negated):
                return self._within(self.of(item), among, tree, negated=negated)
            case parsing.Call():
                # Functions compute their arguments through this class.
                from syndata_engine.generation.expressions.functions import call

                return call(self, tree)
        raise TypeError(type(tree).__name__)

    def number(self, tree: Tree) -> Term:
        """A part that has to be a number."""
        value = self.of(tree)
        return self.as_number(value, tree)

    def as_number(self, value: Value, tree: Tree) -> Term:
        """A value as a number: true counts as 1."""
        if isinstance(value, Term):
            return value
        if isinstance(value, Truth):
            return Term(value.node, 0, 0, 1, value.nulls)
        raise Wrong(
            f"{self.cut(tree)} is not a number, but {described(value)}", "compute with numbers, true or false", tree.at
        )

    def holds(self, value: Value, tree: Tree) -> Node:
        """A value as a condition; NULL does not hold."""
        if not isinstance(value, Truth):
            raise Wrong(
                f"{self.cut(tree)} is {described(value)}, not a condition",
                "compare it, such as x > 0 or x == 'a'",
                tree.at,
            )
        if not value.nulls:
            return value.node
        null = any_of(*value.nulls)
        return Mapped(lambda codes, missing: np.where(missing != 0, 0, codes), (value.node, null))

    def cut(self, tree: Tree) -> str:
        """A part as it is written."""
        return repr(self.text[tree.at : tree.end].strip())

    def _column(self, name: str, tree: Tree) -> Value:
        self.ctx.reads.append(name)
        column = self.ctx.table.build(name, f"{self.ctx.path}.{self.option}" if self.option else self.ctx.path)
        nulls = () if column.null is None else (column.null,)
        kind = column.type
        if kind.textual:
            if column.labels is not None and column.code is not None:
                return Words((Item(column.labels, column.code),), nulls, column.labels, column.code)
            return Words(column.written(), nulls)
        if column.code is None:
            raise Wrong(f"{name} has no value that can be computed with", "name another column", tree.at)
        if kind.name == "bool":
            return Truth(column.code, nulls)
        if kind.numeric:
            # Without bounds (a sequence) it can be compared and written, and arithmetic is refused.
            low = -INT64_MAX if column.low is None else column.low
            high = INT64_MAX if column.high is None else column.high
            return Term(column.code, kind.scale, low, high, nulls)
        low, high = moments.limits(kind.name)
        return Moment(kind, column.code, low if column.low is None else column.low,
                      high if column.high is None else column.high, nulls)  # fmt: skip

    def _negative(self, value: Value, tree: Tree) -> Value:
        if isinstance(value, Step):
            return replace(value, count=-value.count)
        if isinstance(value, Moment) and value.type.name == "duration":
            return replace(value, node=Mapped(np.negative, (value.node,)), low=-value.high, high=-value.low)
        return numbers.negative(self.as_number(value, tree))

    def _arithmetic(self, operator: str, left: Value, right: Value, tree: parsing.Binary) -> Value:
        if not isinstance(left, Moment | Step) and not isinstance(right, Moment | Step):
            return numbers.arithmetic(
                operator, self.as_number(left, tree.left), self.as_number(right, tree.right), tree.at
            )
        found = self._timed(operator, left, right, tree)
        if found is None:
            raise Wrong(f"{described(left)} {operator} {described(right)} means nothing",
                        "add a length of time to a date, or take one date from another", tree.at)  # fmt: skip
        return found

    def _timed(self, operator: str, left: Value, right: Value, tree: Tree) -> Value | None:
        """Sums, differences and multiples of times; None where they mean nothing."""
        if operator == "*":
            length, count = (right, left) if isinstance(left, Term) else (left, right)
            if isinstance(length, Step):
                length = self.duration(length, tree)
            if not isinstance(count, Term) or count.scale or not _is_length(length):
                return None
            return moments.multiplied(length, count, tree.at)
        if operator == "+" and isinstance(right, Moment) and (isinstance(left, Step) or _is_length(left)):
            left, right = right, left
        if operator not in {"+", "-"} or not isinstance(left, Moment):
            return None
        if isinstance(right, Step):
            step = right if operator == "+" else replace(right, count=-right.count)
            return moments.shifted(left, step, None, tree.at)
        if isinstance(right, Moment) and operator == "-":
            return moments.difference(left, right, tree.at)
        return moments.moved(left, right, 1, tree.at) if _is_length(right) else None

    def duration(self, step: Step, tree: Tree) -> Moment:
        """A length of time that is the same everywhere."""
        size = step.micros
        if size is None:
            raise Wrong(f"a {step.unit} is not always as long", "use weeks, days, hours, minutes or seconds", tree.at)
        return moments.within(Moment(ValueType("duration"), Constant(size), size, size), tree.at)

    def _within(self, item: Value, among: tuple[Tree, ...], tree: Tree, *, negated: bool) -> Truth:
        if not among:
            raise Wrong("the list is empty", "write values such as [1, 2]", tree.at)
        found = [self._compared("==", item, self.of(one), tree) for one in among]
        if not negated:
            return Truth(any_of(*found))
        known = self._compared("!=", item, Nothing(), tree)
        return Truth(Mapped(lambda inside, there: there * (1 - (inside != 0)), (any_of(*found), known)))

    def _compared(self, operator: str, left: Value, right: Value, tree: Tree) -> Node:
        """1 where the comparison holds. NULL satisfies none, but == null and != null."""
        if isinstance(left, Nothing) or isinstance(right, Nothing):
            return self._null_test(operator, left if isinstance(right, Nothing) else right, tree)
        left, right = self.alike(left, right, tree)
        node = self._plainly(operator, left, right, tree)
        nulls = (*_nulls(left), *_nulls(right))
        if not nulls:
            return node
        return Mapped(lambda codes, missing: np.where(missing != 0, 0, codes), (node, any_of(*nulls)))

    def _null_test(self, operator: str, value: Value, tree: Tree) -> Node:
        if operator not in {"==", "!="}:
            raise Wrong(f"{operator} does not compare with NULL", "use == or !=, or `is null`", tree.at)
        wanted = operator == "=="
        nulls = _nulls(value)
        if isinstance(value, Nothing) or not nulls:
            return Constant(int(wanted == isinstance(value, Nothing)))
        return Mapped(lambda missing: ((missing != 0) == wanted).astype(np.int64), (any_of(*nulls),))

    def alike(self, left: Value, right: Value, tree: Tree) -> tuple[Value, Value]:
        """Both with one type: texts as dates where the other is one, dates as datetimes, true as 1."""
        if isinstance(left, Words) and isinstance(right, Moment):
            left = self._as_moment(left, right, tree)
        elif isinstance(left, Moment) and isinstance(right, Words):
            right = self._as_moment(right, left, tree)
        left, right = (self.duration(one, tree) if isinstance(one, Step) else one for one in (left, right))
        if isinstance(left, Moment) and isinstance(right, Moment):
            if {left.type.name, right.type.name} == {"date", "datetime"}:
                left, right = moments.as_datetime(left), moments.as_datetime(right)
            if left.type.name == right.type.name:
                return left, right
        if isinstance(left, Term | Truth) and isinstance(right, Term | Truth) and type(left) is not type(right):
            return self.as_number(left, tree), self.as_number(right, tree)
        if type(left) is not type(right) or isinstance(left, Moment):
            raise Wrong(
                f"{described(left)} and {described(right)} do not go together", "use two values of one type", tree.at
            )
        if isinstance(left, Term) and isinstance(right, Term):
            return numbers.aligned(settled(left), settled(right), tree.at)
        return left, right

    def _as_moment(self, words: Words, like: Moment, tree: Tree) -> Moment:
        if words.literal is None:
            raise Wrong(f"a text and a {like.type.name} do not go together", "use two values of one type", tree.at)
        code = self.ctx.code(words.literal, replace(like.type, scale=6), self.option)
        return Moment(like.type, Constant(code), code, code)

    def _plainly(self, operator: str, left: Value, right: Value, tree: Tree) -> Node:
        if isinstance(left, Words) and isinstance(right, Words):
            if operator not in {"==", "!="}:
                raise Wrong(f"{operator} does not order texts", "use ==, !=, in or not in", tree.at)
            equal = self._same_text(left, right, tree)
            return equal if operator == "==" else Mapped(lambda codes: 1 - codes, (equal,))
        assert not isinstance(left, Words | Step | Nothing)  # noqa: S101 -- `alike` left none
        assert not isinstance(right, Words | Step | Nothing)  # noqa: S101
        sign = _SIGNS[operator]
        return Mapped(lambda one, other: sign(one, other).astype(np.int64), (left.node, right.node))

    def _same_text(self, left: Words, right: Words, tree: Tree) -> Node:
        if left.literal is not None and right.literal is None:
            left, right = right, left
        wanted = right.literal
        if wanted is not None:
            self._check_known(left, wanted, tree)
            known = texts.by_label(left, lambda value: int(value == wanted))
            body = wanted.encode()
            return known or texts.Measured(lambda block: texts.equals(block, body), (Rendered(left.text),))
        if left.labels is not None and right.labels is not None and left.index and right.index:
            numbered = {value: number for number, value in enumerate({*left.labels.values, *right.labels.values})}
            one, other = (np.array([numbered[value] for value in side.labels.values], np.int64)
                          for side in (left, right) if side.labels is not None)  # fmt: skip
            return Mapped(lambda a, b: (one[a] == other[b]).astype(np.int64), (left.index, right.index))
        return texts.Measured(texts.same, (Rendered(left.text), Rendered(right.text)))

    def _check_known(self, words: Words, wanted: str, tree: Tree) -> None:
        if words.labels is not None and wanted not in words.labels.values:
            listed = ", ".join(map(repr, words.labels.values[:12])) + (", ..." if len(words.labels.values) > 12 else "")
            raise Wrong(f"the text never is {wanted!r}", f"it is one of: {listed}", tree.at)

    def chosen(self, condition: Node, left: Value, right: Value, tree: Tree) -> Value:
        """The left value where the condition holds, else the right one."""
        if isinstance(left, Nothing) and isinstance(right, Nothing):
            return left
        if isinstance(left, Nothing):
            left = emptied(right)
        elif isinstance(right, Nothing):
            right = emptied(left)
        left, right = self.alike(left, right, tree)
        index = Mapped(lambda codes: 1 - codes, (condition,))
        nulls: tuple[Node, ...] = ()
        if _nulls(left) or _nulls(right):
            nulls = (Selected(index, (_null(left), _null(right))),)
        if isinstance(left, Words) and isinstance(right, Words):
            return _either_text(index, left, right, nulls)
        assert not isinstance(left, Words | Step | Nothing)  # noqa: S101 -- `alike` left none
        assert not isinstance(right, Words | Step | Nothing)  # noqa: S101
        node = Selected(index, (left.node, right.node))
        if isinstance(left, Truth) or isinstance(right, Truth):
            return Truth(node, nulls)
        low, high = min(left.low, right.low), max(left.high, right.high)
        if isinstance(left, Moment) and isinstance(right, Moment):
            kind = replace(left.type, scale=max(left.type.scale, right.type.scale))
            return Moment(kind, node, low, high, nulls)
        assert isinstance(left, Term)  # noqa: S101 -- nothing else is left
        return Term(node, left.scale, low, high, nulls)

    def text_of(self, tree: Tree) -> Words:
        """A part as text, as CSV shows it."""
        value = self.of(tree)
        if isinstance(value, Words):
            return value
        if isinstance(value, Step):
            value = self.duration(value, tree)
        return Words(_shown(value), _nulls(value))

    def now(self) -> int:
        """The moment that relative dates count from, in microseconds."""
        return micros(self.ctx.as_of)


def _is_length(value: Value) -> TypeGuard[Moment]:
    """Whether a value is a duration."""
    return isinstance(value, Moment) and value.type.name == "duration"


def fixed(text: str) -> Words:
    """A text as it is written."""
    return Words((Lit(text),), (), Pool((text,)), Constant(0), text)


def emptied(like: Value) -> Value:
    """NULL in every row, of the same type."""
    never = (Constant(1),)
    if isinstance(like, Words):
        return replace(fixed(""), nulls=never, literal=None)
    if isinstance(like, Term):
        return Term(Constant(0), like.scale, like.low, like.high, never, like.guard)
    if isinstance(like, Moment):
        return replace(like, node=Constant(like.low), nulls=never)
    return Truth(Constant(0), never)


def _nulls(value: Value) -> tuple[Node, ...]:
    return () if isinstance(value, Step | Nothing) else value.nulls


def _null(value: Value) -> Node:
    nulls = _nulls(value)
    return any_of(*nulls) if nulls else Constant(0)


def _either_text(index: Node, left: Words, right: Words, nulls: tuple[Node, ...]) -> Words:
    text: Text = (Case(index, (left.text, right.text)),)
    if left.labels is None or right.labels is None or left.index is None or right.index is None:
        return Words(text, nulls)
    first = len(left.labels.values)
    if first + len(right.labels.values) > MOST_JOINED:
        return Words(text, nulls)
    labels = Pool((*left.labels.values, *right.labels.values))

    def place(chosen: Codes, one: Codes, other: Codes) -> Codes:
        return np.asarray(np.where(chosen == 0, one, other + first), np.int64)

    node = Mapped(place, (index, left.index, right.index))
    return Words((Item(labels, node),), nulls, labels, node)


def _shown(value: Value) -> Text:
    if isinstance(value, Term):
        term = settled(value)
        return (Fixed(term.node, term.scale) if term.scale else Integer(term.node),)
    if isinstance(value, Moment):
        return Column(value.type, value.node).written()
    return (Bool(value.node),) if isinstance(value, Truth) else (Lit(""),)
