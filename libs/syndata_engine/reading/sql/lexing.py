"""A text of SQL as words, cut into statements; every word remembers its place.

sqlglot's tokenizer knows each dialect's quotes and comments. What stands between is read word by word here, because
its parser gives a whole statement up where one clause is new to it, and a schema is more than its newest clause.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from syndata_contracts.errors import Fault, Refused

_COPIED = re.compile(
    r"(^COPY\s[^;]*?FROM\s+stdin[^;]*;[^\n]*\n)(.*?)(^\\\.[ \t]*$|\Z)", re.IGNORECASE | re.MULTILINE | re.DOTALL
)
_META = re.compile(r"^\\[^\n]*", re.MULTILINE)
_DELIMITED = re.compile(
    r"^DELIMITER\s+(?!;)\S+[^\n]*\n.*?(^DELIMITER\s+;[^\n]*|\Z)", re.IGNORECASE | re.MULTILINE | re.DOTALL
)
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a quoted name, a string, a number or a mark."""

    kind: Literal["word", "name", "string", "number", "mark"]
    text: str
    """Without quotes."""
    start: int
    stop: int

    @property
    def upper(self) -> str:
        """The text in capitals where it can be a keyword, else empty."""
        return self.text.upper() if self.kind in ("word", "mark") else ""


@dataclass(slots=True)
class Source:
    """The text, its file's name and its dialect."""

    text: str
    file: str
    dialect: str
    _lines: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._lines = [0, *(place.end() for place in re.finditer("\n", self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from one."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def refuse(self, offset: int, what: str, fix: str) -> Refused:
        """A refusal at an offset."""
        line, column = self.place(offset)
        return Refused(Fault("", what, fix, self.file, line, column))

    def between(self, words: list[Word]) -> str:
        """What stands from the first word to the last, on one line."""
        return " ".join(self.text[words[0].start : words[-1].stop].split()) if words else ""


def without_data(text: str) -> str:
    """The text with COPY's rows, psql's own commands and stored routines blanked; lines stay where they are."""
    text = _COPIED.sub(lambda hit: hit[1] + _blank(hit[2]) + _blank(hit[3]), text)
    return _DELIMITED.sub(lambda hit: _blank(hit[0]), _META.sub(lambda hit: _blank(hit[0]), text))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def statements(source: Source) -> list[list[Word]]:
    """The statements of a text, without their semicolons; Refused where a quote or comment has no end."""
    found: list[list[Word]] = []
    current: list[Word] = []
    for word in _words(source):
        if word.kind == "mark" and word.text == ";" and not _inside_routine(current):
            found.append(current)
            current = []
        else:
            current.append(word)
    return [words for words in (*found, current) if words]


def _inside_routine(words: list[Word]) -> bool:
    """A trigger's or routine's body has semicolons of its own, up to its END."""
    head = [word.upper for word in words[:6]]
    if not head or head[0] != "CREATE" or not {"TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"} & set(head):
        return False
    uppers = [word.upper for word in words]
    opened = uppers.count("BEGIN") + uppers.count("CASE")
    return opened > 0 and opened > uppers.count("END")


def _words(source: Source) -> list[Word]:
    from sqlglot.dialects.dialect import Dialect
    from sqlglot.errors import TokenError

    try:
        tokens = Dialect.get_or_raise(source.dialect or None).tokenize(source.text)
    except TokenError as error:
        raise _unfinished(source, str(error.__cause__ or error)) from None
    found: list[Word] = []
    for token in tokens:
        found += _split(source.text, token.token_type.name, token.start, token.end + 1, token.text)
    return found


def _unfinished(source: Source, said: str) -> Refused:
    """The fault of a quote or comment that never ends; sqlglot gives the offset where a quote opened."""
    hit = re.search(r"Missing (\S+) from \d+:(\d+)", said)
    offset = int(hit[2]) if hit else max(source.text.rfind("/*"), 0)
    what = f"what opens here has no {hit[1] if hit else '*/'} at its end"
    return source.refuse(min(offset, len(source.text)), what, "close it, or name another dialect")


def _split(text: str, kind: str, start: int, stop: int, said: str) -> list[Word]:
    """One token as words: sqlglot joins `PRIMARY KEY`, and takes the rest of some statements as one string."""
    if kind.endswith("STRING"):
        return [Word("string", said, start, stop)]
    if kind == "IDENTIFIER":
        return [Word("name", said, start, stop)]
    if kind == "NUMBER":
        return [Word("number", said, start, stop)]
    pieces = re.finditer(r"[^\W\d][\w$]*|\S+", text[start:stop])
    return [
        Word("word" if re.match(r"[^\W\d]", piece[0]) else "mark", piece[0], start + piece.start(), start + piece.end())
        for piece in pieces
    ]


def listed(words: list[Word]) -> list[list[Word]]:
    """Words cut at the commas that stand in no parentheses."""
    found: list[list[Word]] = [[]]
    depth = 0
    for word in words:
        mark = word.text if word.kind == "mark" else ""
        depth += (mark in _OPENING) - (mark in _CLOSING)
        if mark == "," and depth == 0:
            found.append([])
        else:
            found[-1].append(word)
    return found


@dataclass(slots=True)
class Cursor:
    """A walk over words."""

    words: list[Word]
    source: Source
    at: int = 0

    @property
    def word(self) -> Word | None:
        return self.words[self.at] if self.at < len(self.words) else None

    @property
    def line(self) -> int:
        """Line of the next word, or of the last."""
        return self.source.place(self._offset())[0]

    def _offset(self) -> int:
        return self.words[min(self.at, len(self.words) - 1)].start if self.words else 0

    def sees(self, *keywords: str) -> bool:
        """Whether these keywords stand next."""
        ahead = self.words[self.at : self.at + len(keywords)]
        return [word.upper for word in ahead] == list(keywords)

    def word_is_constraint(self) -> bool:
        """Whether a constraint begins here, so that no name stands before it."""
        ahead = self.words[self.at + 1] if self.at + 1 < len(self.words) else None
        pairs = {("PRIMARY", "KEY"), ("FOREIGN", "KEY"), ("NOT", "NULL")}
        if self.word is None or ahead is None:
            return False
        return (self.word.upper, ahead.upper) in pairs or (
            self.word.upper in {"CHECK", "UNIQUE"} and ahead.upper == "("
        )

    def take(self, *keywords: str) -> bool:
        """Step over these keywords if they stand next."""
        seen = self.sees(*keywords)
        self.at += len(keywords) if seen else 0
        return seen

    def next(self) -> Word:
        """The next word; Refused at the end."""
        word = self.word
        if word is None:
            raise self.refuse("the statement ends too early", "complete it")
        self.at += 1
        return word

    def name(self, noun: str) -> str:
        """A name: folded as the dialect folds names without quotes. Refused where there is none."""
        word = self.next()
        if word.kind in {"mark", "number"}:
            self.at -= 1
            raise self.refuse(f"expected the name of {noun}, got {word.text!r}", f"write the name of {noun}")
        if word.kind == "word" and self.source.dialect in {"postgres", "redshift"}:
            return word.text.lower()
        return word.text

    def dotted(self, noun: str) -> tuple[str, str]:
        """`schema.name` or `name`, as (schema, name); a catalogue in front is passed over."""
        parts = [self.name(noun)]
        while self.take("."):
            parts.append(self.name(noun))
        return (parts[-2] if len(parts) > 1 else "", parts[-1])

    def group(self, noun: str) -> list[Word]:
        """The words inside the parentheses that open here; Refused where none open or they never close."""
        opened = self.word
        if opened is None or opened.upper != "(":
            raise self.refuse(f"expected ( and {noun}", f"write {noun} in parentheses")
        depth = 0
        for place in range(self.at, len(self.words)):
            mark = self.words[place].upper
            depth += (mark == "(") - (mark == ")")
            if depth == 0:
                inside = self.words[self.at + 1 : place]
                self.at = place + 1
                return inside
        raise self.refuse(f"the parenthesis before {noun} is never closed", "add )")

    def until(self, stops: frozenset[str]) -> list[Word]:
        """Words up to one of these keywords outside parentheses."""
        begin, depth = self.at, 0
        while self.at < len(self.words):
            mark = self.words[self.at].upper
            if depth == 0 and mark in stops:
                break
            depth += (mark in _OPENING) - (mark in _CLOSING)
            self.at += 1
        return self.words[begin : self.at]

    def rest(self) -> list[Word]:
        """Everything that is left."""
        left = self.words[self.at :]
        self.at = len(self.words)
        return left

    def refuse(self, what: str, fix: str) -> Refused:
        """A refusal at the next word."""
        return self.source.refuse(self._offset(), what, fix)
