"""From the text of an expression to its tree. Nothing of it is ever run as a program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

MOST_CHARACTERS: Final = 2_000
DEEPEST: Final = 40
"""How deep an expression may be nested."""


class Wrong(ValueError):
    """What is wrong with an expression, and where."""

    def __init__(self, what: str, fix: str, at: int | None = None) -> None:
        super().__init__(what)
        self.what, self.fix, self.at = what, fix, at

    def described(self, text: str) -> str:
        """The fault with its place, counted from one."""
        if self.at is None:
            return self.what
        return f"{self.what}, at character {self.at + 1} of {_shortened(text)!r}"


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."


@dataclass(frozen=True, slots=True)
class Tree:
    """A part of an expression: characters at..end-1."""

    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Number(Tree):
    """A number, with its digits as they are written."""

    digits: str


@dataclass(frozen=True, slots=True)
class Length(Tree):
    """A length of time such as 3d or 2mo."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Text(Tree):
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Word(Tree):
    """true, false or null."""

    value: bool | None


@dataclass(frozen=True, slots=True)
class Name(Tree):
    """A column."""

    name: str


@dataclass(frozen=True, slots=True)
class Unary(Tree):
    """- or not."""

    operator: str
    operand: Tree


@dataclass(frozen=True, slots=True)
class Binary(Tree):
    """Two parts and what stands between them: arithmetic, a comparison, and, or."""

    operator: str
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Within(Tree):
    """`in` or `not in` a list."""

    item: Tree
    among: tuple[Tree, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Call(Tree):
    """A function with its arguments."""

    function: str
    arguments: tuple[Tree, ...]


_Kind = Literal["number", "length", "text", "name", "quoted", "sign", "end"]
_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<length>\d+(?:mo|min|y|w|d|h|s)\b)
    | (?P<number>(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)
    | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
    | (?P<quoted>`[^`]+`)
    | (?P<name>[^\W\d]\w*)
    | (?P<sign>\*\*|//|==|!=|<>|<=|>=|[-+*/%<>=(),\[\]])
    )""",
    re.VERBOSE,
)
_COMPARISONS: Final = {"==": "==", "=": "==", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: _Kind
    text: str
    at: int
    end: int


def parse(text: str) -> Tree:
    """The tree of an expression; Wrong says what is none."""
    if len(text) > MOST_CHARACTERS:
        raise Wrong(f"the expression has {len(text):,} characters", f"write at most {MOST_CHARACTERS:,}")
    return _Parser(text).whole()


def names_in(text: str) -> tuple[str, ...]:
    """The columns that an expression reads, each once; none where it cannot be parsed."""
    try:
        return tuple(dict.fromkeys(_names(parse(text))))
    except Wrong:
        return ()


def _names(tree: Tree) -> Iterator[str]:
    match tree:
        case Name(name=name):
            yield name
        case Unary(operand=operand):
            yield from _names(operand)
        case Binary(left=left, right=right):
            yield from _names(left)
            yield from _names(right)
        case Within(item=item, among=among):
            for part in (item, *among):
                yield from _names(part)
        case Call(arguments=arguments):
            for part in arguments:
                yield from _names(part)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            unclosed = text[at] in "'\"`"
            what = "a quote is not closed" if unclosed else f"{text[at]!r} means nothing here"
            raise Wrong(what, "close it, or double a quote inside a text" if unclosed else _EXAMPLE, at)
        kind = match.lastgroup
        found.append(_Token(kind, match[kind or 0], match.start(kind or 0), match.end()))  # type: ignore[arg-type] # one of the groups
        at = match.end()
    return [*found, _Token("end", "", len(text.rstrip()), len(text.rstrip()))]


_EXAMPLE: Final = "write for example: quantity * unit_price, or if(status == 'paid', total, 0)"


class _Parser:
    """Descends from the operators that bind least to those that bind most."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.here = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.here]

    def whole(self) -> Tree:
        tree = self._either()
        if self.token.kind != "end":
            self._unexpected()
        return tree

    def _unexpected(self) -> NoReturn:
        token = self.token
        if token.kind == "end":
            raise Wrong("this is not an expression: it ends too early", _EXAMPLE, token.at)
        if token.text in {"**", "//"}:
            raise Wrong(f"{token.text} is not known; only + - * / and % are", "rewrite the expression", token.at)
        raise Wrong(f"this is not an expression: {token.text!r} does not fit here", _EXAMPLE, token.at)

    def _is(self, *texts: str) -> bool:
        token = self.token
        plain = token.text.lower() if token.kind == "name" else token.text
        return token.kind in {"name", "sign"} and plain in texts

    def _take(self, *texts: str) -> _Token | None:
        if not self._is(*texts):
            return None
        self.here += 1
        return self.tokens[self.here - 1]

    def _expect(self, text: str) -> _Token:
        return self._take(text) or self._unexpected()

    def _either(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Wrong("the expression is nested too deeply", "split it over several columns", self.token.at)
        tree = self._both()
        while self._take("or"):
            right = self._both()
            tree = Binary(tree.at, right.end, "or", tree, right)
        self.depth -= 1
        return tree

    def _both(self) -> Tree:
        tree = self._negated()
        while self._take("and"):
            right = self._negated()
            tree = Binary(tree.at, right.end, "and", tree, right)
        return tree

    def _negated(self) -> Tree:
        marks = []
        while mark := self._take("not"):
            marks.append(mark)
        tree = self._compared()
        for mark in reversed(marks[: len(marks) % 2]):
            tree = Unary(mark.at, tree.end, "not", tree)
        return tree

    def _compared(self) -> Tree:
        left = self._sum()
        if self._take("is"):
            negated = self._take("not") is not None
            end = self._expect("null").end
            return Binary(left.at, end, "!=" if negated else "==", left, Word(end - 4, end, None))
        if self._is("in") or (self._is("not") and self.tokens[self.here + 1].text.lower() == "in"):
            negated = self._take("not") is not None
            self._expect("in")
            among, end = self._listed("[") if self._is("[") else self._listed("(")
            return Within(left.at, end, left, among, negated)
        sign = self._take(*_COMPARISONS)
        if sign is None:
            return left
        operator = _COMPARISONS[sign.text]
        right = self._sum()
        if self._is(*_COMPARISONS):
            raise Wrong("comparisons cannot follow each other", "write a < b and b < c", self.token.at)
        return Binary(left.at, right.end, operator, left, right)

    def _listed(self, opening: str) -> tuple[tuple[Tree, ...], int]:
        self._expect(opening)
        closing = "]" if opening == "[" else ")"
        items: list[Tree] = []
        while not self._is(closing):
            if items:
                self._expect(",")
            items.append(self._either())
        return tuple(items), self._expect(closing).end

    def _sum(self) -> Tree:
        tree = self._product()
        while operator := self._take("+", "-"):
            right = self._product()
            tree = Binary(tree.at, right.end, operator.text, tree, right)
        return tree

    def _product(self) -> Tree:
        tree = self._signed()
        while operator := self._take("*", "/", "%"):
            right = self._signed()
            tree = Binary(tree.at, right.end, operator.text, tree, right)
        return tree

    def _signed(self) -> Tree:
        if mark := self._take("-"):
            self.depth += 1
            if self.depth > DEEPEST:
                raise Wrong("the expression is nested too deeply", "split it over several columns", mark.at)
            operand = self._signed()
            self.depth -= 1
            return Unary(mark.at, operand.end, "-", operand)
        return self._single()

    def _single(self) -> Tree:
        token = self.token
        if token.kind == "sign":
            if token.text != "(":
                self._unexpected()
            self.here += 1
            tree = self._either()
            self._expect(")")
            return tree
        if token.kind == "end" or self._is("and", "or", "in", "is"):
            self._unexpected()
        self.here += 1
        return self._leaf(token)

    def _leaf(self, token: _Token) -> Tree:
        at, end, text = token.at, token.end, token.text
        match token.kind:
            case "number":
                return Number(at, end, text.replace("_", ""))
            case "length":
                unit = text.lstrip("0123456789")
                return Length(at, end, int(text.removesuffix(unit)), unit)
            case "text":
                return Text(at, end, text[1:-1].replace(text[0] * 2, text[0]))
            case "quoted":
                return Name(at, end, text[1:-1])
        if self._is("("):
            arguments, end = self._listed("(")
            return Call(at, end, text.lower(), arguments)
        return Word(at, end, _WORDS[text.lower()]) if text.lower() in _WORDS else Name(at, end, text)
