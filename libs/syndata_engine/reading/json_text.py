"""JSON text -> tree. Strict, and with places, which the standard library's parser does not keep."""

from __future__ import annotations

import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder

from syndata_engine.reading.nodes import (
    BROKEN,
    DEEPEST,
    MOST_VALUES,
    Misread,
    Node,
    Place,
    Tree,
    Unreadable,
    check_text,
    step,
)
from syndata_engine.reading.scalars import BadScalar, number

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"-?Infinity|NaN")
_WORDS = {"true": True, "false": False, "null": None}
_BREAK = re.compile("\r\n|\r|\n")
_STRINGS = JSONDecoder()


def read_json(text: str) -> Tree:
    """The tree of a JSON text; Unreadable where the text is not JSON or breaks a limit."""
    parser = _Parser(text)
    at = parser.space(0)
    if at == len(text):
        raise Unreadable("the document is empty", "describe at least one table under `tables`", (1, 1))
    root, at = parser.value(at, "", 1)
    at = parser.space(at)
    if at != len(text):
        raise parser.stop(at, "text follows the end of the document", "keep one JSON value per file")
    return Tree(root, parser.misreads)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _BREAK.finditer(text))]
        self.misreads: list[Misread] = []
        self.values = 0

    def place(self, at: int) -> Place:
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def stop(self, at: int, what: str, fix: str) -> Unreadable:
        return Unreadable(f"not JSON: {what}", fix, self.place(at))

    def space(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def value(self, at: int, path: str, depth: int) -> tuple[Node, int]:
        """The value that starts at `at`, and where it ends."""
        self.values += 1
        if self.values > MOST_VALUES:
            fix = "split the document, or keep long lists outside of it"
            raise Unreadable(f"more than {MOST_VALUES:,} values", fix, self.place(at), path)
        if self.text[at : at + 1] in ("{", "["):
            if depth > DEEPEST:
                raise Unreadable(f"nested deeper than {DEEPEST} levels", "flatten the document", self.place(at), path)
            read = self.mapping if self.text[at] == "{" else self.items
            return read(at, path, depth)
        return self.scalar(at, path)

    def scalar(self, at: int, path: str) -> tuple[Node, int]:
        text, place = self.text, self.place(at)
        if text[at : at + 1] == '"':
            value, end = self.string(at, path)
            return Node(BROKEN if value is None else value, place), end
        match = _NUMBER.match(text, at)
        if match:
            try:
                return Node(number(match[0]), place), match.end()
            except BadScalar as error:
                self.misreads.append(Misread(path, error.what, error.fix, place))
                return Node(BROKEN, place), match.end()
        for word, meaning in _WORDS.items():
            if text.startswith(word, at):
                return Node(meaning, place), at + len(word)
        match = _NOT_FINITE.match(text, at)
        if match:
            self.misreads.append(
                Misread(path, f"{match[0]} is not a finite number", "write a finite number or null", place)
            )
            return Node(BROKEN, place), match.end()
        raise self.unexpected(at)

    def unexpected(self, at: int) -> Unreadable:
        """Why no value starts here."""
        found = self.text[at : at + 1]
        if not found:
            return self.stop(at, "the text ends too early", "close every bracket and quote")
        if found in "/#":
            return self.stop(at, "a comment", "remove it: JSON has no comments (YAML has)")
        if found in "]}":
            return self.stop(at, f"{found} stands where a value is expected", "remove the comma before it")
        if found == "'":
            return self.stop(at, "a single quote", 'write text in double quotes: "text"')
        return self.stop(at, f"{found!r} stands where a value is expected", 'write text in double quotes: "text"')

    def string(self, at: int, path: str) -> tuple[str | None, int]:
        """The text that starts at `at`, None when it is not one, and where it ends."""
        try:
            value, end = _STRINGS.raw_decode(self.text, at)
        except JSONDecodeError as error:
            fix = r"close the quotes; write line breaks and tabs as \n and \t, a backslash as \\"
            raise self.stop(error.pos, error.msg, fix) from None
        wrong = check_text(value)
        if wrong:
            self.misreads.append(Misread(path, wrong, "write both halves, or the character itself", self.place(at)))
            return None, end
        return value, end

    def items(self, at: int, path: str, depth: int) -> tuple[Node, int]:
        found: list[Node] = []
        node = Node(found, self.place(at))
        at = self.space(at + 1)
        if self.text[at : at + 1] == "]":
            return node, at + 1
        while True:
            child, at = self.value(at, step(path, len(found)), depth + 1)
            found.append(child)
            at, done = self.comma(at, "]")
            if done:
                return node, at

    def mapping(self, at: int, path: str, depth: int) -> tuple[Node, int]:
        found: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        node = Node(found, self.place(at), keys)
        at = self.space(at + 1)
        if self.text[at : at + 1] == "}":
            return node, at + 1
        while True:
            place = self.place(at)
            if self.text[at : at + 1] != '"':
                raise self.no_key(at)
            key, at = self.string(at, path)
            at = self.space(at)
            if self.text[at : at + 1] != ":":
                raise self.stop(at, f"no colon after the key {key!r}", "put a colon between key and value")
            inside = step(path, key or "")
            child, at = self.value(self.space(at + 1), inside, depth + 1)
            if key is None:
                pass
            elif key in found:
                what = f"the key {key!r} stands twice here, first on line {keys[key][0]}"
                self.misreads.append(Misread(inside, what, "keep one of the two", place))
            else:
                found[key], keys[key] = child, place
            at, done = self.comma(at, "}")
            if done:
                return node, at

    def no_key(self, at: int) -> Unreadable:
        found = self.text[at : at + 1]
        if found in ("", "]", "}", "/", "#", "'"):
            return self.unexpected(at)
        return self.stop(at, f"{found!r} stands where a key is expected", 'write keys in double quotes: "rows"')

    def comma(self, at: int, end: str) -> tuple[int, bool]:
        """Past the comma or the closing bracket, and whether it was the bracket."""
        at = self.space(at)
        found = self.text[at : at + 1]
        if found == end:
            return at + 1, True
        if found == ",":
            return self.space(at + 1), False
        if found in ("", "/", "#"):
            raise self.unexpected(at)
        raise self.stop(
            at,
            f"{found!r} stands where a comma or {end} is expected",
            f"put a comma between the items, or close with {end}",
        )
