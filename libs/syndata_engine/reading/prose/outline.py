"""A text -> its sections: what each table is called, how many rows it has, and a line for each of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from syndata_engine.reading.guesses import singular
from syndata_engine.reading.prose.numbers import COUNT, number

_KEYBOARD: Final = {0x2013: "-", 0x2014: "-", 0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"', 0xD7: "*", 0xA0: " "}
_BULLET: Final = re.compile(r"\s*(?:[-*•‣·+]|\(?\d{1,3}[.)])\s+(?P<body>\S.*)")
_LIST: Final = re.compile(
    r"\b(?:with|including|includes?|contain(?:s|ing)|having|fields?|columns?|attributes?)\b(?:\s+(?:the )?(?:following )?(?:fields?|columns?|attributes?))?\s*:?\s+",
    re.IGNORECASE,
)
_STOP: Final = r"(?=\s+(?:with|including|includes?|contain\w*|having|where|that|who|whose|for|in|from|and|each|using|as)\b|[:.,;()!?]|$)"
_COUNTED: Final = re.compile(rf"(?P<count>{COUNT})\s+(?P<phrase>[a-z][a-z/&' -]*?){_STOP}", re.IGNORECASE)
_ROWS_OF: Final = re.compile(
    rf"(?P<count>{COUNT})\s+(?:\w+\s+){{0,2}}?(?:rows?|records?|entries|samples?|examples?|lines)\b(?:\s+(?:of|for|about|on)\s+(?P<phrase>[a-z][a-z/&' -]*?){_STOP})?",
    re.IGNORECASE,
)
_THING: Final = re.compile(
    r"(?P<phrase>[a-z][a-z/&'-]*(?:\s+[a-z][a-z/&'-]*){0,2}?)\s+(?:tables?|data ?sets?|data|database|list|schema|records?)\b",
    re.IGNORECASE,
)
_PER: Final = re.compile(
    rf"(?P<count>{COUNT})\s+(?:(?P<phrase>[a-z][a-z' -]*?)\s+)?(?:per|for each|for every)\s+(?P<parent>[a-z]\w+)",
    re.IGNORECASE,
)
_BELONGS: Final = re.compile(
    r",?\s*(?:each |every |which |that |they )?(?:one )?(?:belongs? to|refers? to|is of|of one)\s+(?:an? |the |one )?(?P<parent>[a-z]\w+)",
    re.IGNORECASE,
)
_LINE_OF_COLUMNS: Final = re.compile(r"\s*(?P<title>[a-z][\w &'()-]{0,60}?)\s*:\s+(?P<columns>\S.*,.*)$", re.IGNORECASE)
_TITLE: Final = re.compile(
    r"\s*(?:the\s+)?(?P<phrase>[a-z][a-z/&'_]*(?:[ -][a-z/&'_]+){0,2})\s*(?:[(:,-].*|with .*)?$", re.IGNORECASE
)
_ASKED: Final = re.compile(
    rf"\b(?:generate|create|make|need|want|produce|build|give me|of)\s+(?:me\s+)?(?P<phrase>[a-z][a-z/&' -]*?){_STOP}",
    re.IGNORECASE,
)
_NO_COLUMN: Final = frozenset(["table", "tables", "following", "these", "data"])
_EMPTY: Final = frozenset(
    re.findall(
        r"[\w-]+",
        "a an the my our some all realistic sample samples fake synthetic random test dummy mock different unique new fictional "
        "example e-commerce ecommerce online data dataset table rows records entries generate create make me please of i we need "
        "want with for set following fields columns fictitious up typical schema about containing each that this these row record them it those",
    )
)


@dataclass(frozen=True, slots=True)
class Item:
    """What one line says of one column."""

    line: int
    text: str


@dataclass(slots=True)
class Section:
    """A table, as far as its heading tells."""

    line: int
    name: str
    rows: int | None
    parents: list[str] = field(default_factory=list)
    """Tables that the heading says this one belongs to."""
    per: bool = False
    """Whether `rows` are those of each row of the first parent."""
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """The sections of a text, and the lines that belong to none."""

    sections: list[Section] = field(default_factory=list)
    left: list[Item] = field(default_factory=list)


def outline(text: str) -> Outline:
    """Find headings and the columns under them; a heading that lists its columns in its own sentence is one too."""
    found = Outline()
    heading: list[Item] = []
    for line, raw in enumerate(text.splitlines(), 1):
        written = _plain(raw)
        bullet = _BULLET.match(written)
        if not written.strip():
            continue
        if bullet is None:
            heading.append(Item(line, written.strip()))
            continue
        if heading or not found.sections:
            _begin(found, heading)
            heading = []
        found.sections[-1].items.append(Item(line, bullet["body"].strip()))
    _end(found, heading)
    return found


def _plain(line: str) -> str:
    """A line without the marks of Markdown, and with the marks that a keyboard has."""
    return re.sub(r"^\s*#+\s+", "", re.sub(r"\*\*|__|`", "", line.translate(_KEYBOARD)))


def _begin(found: Outline, heading: list[Item]) -> None:
    """A section under these lines; where the last of them alone names a table, earlier ones said something else."""
    own = heading
    if len(heading) > 1:
        name, rows = _named(heading[-1].text)
        counted = any(_named(item.text)[1] is not None for item in heading[:-1])
        if name and (rows is not None or not counted or found.sections):
            own = heading[-1:]
            _end(found, heading[:-1])
    found.sections.append(_section(" ".join(item.text for item in own), own[0].line if own else 1))


def _section(text: str, line: int) -> Section:
    """What a heading says of a table."""
    parents = [match["parent"].lower() for match in _BELONGS.finditer(text)]
    plain = _BELONGS.sub(" ", text)
    per = _PER.search(plain)
    if per is None:
        name, rows = _named(plain)
        return Section(line, name or "records", rows, parents)
    name = _noun(per["phrase"] or "") or _named(plain[: per.start()])[0] or _noun(plain[: per.start()].strip(" :,-("))
    return Section(line, name or "records", int(number(per["count"])), [per["parent"].lower(), *parents], per=True)


def _end(found: Outline, lines: list[Item]) -> None:
    """Lines without bullets below them: sentences that list columns, or words about the whole."""
    for item in lines:
        listed = _LIST.search(item.text) or _LINE_OF_COLUMNS.match(item.text)
        if listed is None:
            found.left.append(item)
            continue
        titled = "columns" in listed.groupdict()
        head = listed["title"] if titled else item.text[: listed.start()]
        body = listed["columns"] if titled else item.text[listed.end() :]
        columns = list(_pieces(body.rstrip(" .!")))
        name = _named(head)[0]
        alone = len(columns) == 1 and (
            not name or len(columns[0].split()) > 4 or bool(set(columns[0].lower().split()) & _NO_COLUMN)
        )
        if not columns or alone or not (name or not found.sections):
            found.left.append(item)
            continue
        section = _section(head, item.line)
        section.items = [Item(item.line, column) for column in columns]
        found.sections.append(section)


def _pieces(text: str) -> Iterator[str]:
    """What commas, semicolons and `and` outside of brackets separate."""
    depth, start = 0, 0
    for at, mark in enumerate(text):
        depth += (mark in "([{") - (mark in ")]}")
        ends = mark in ",;" or (
            text[at : at + 5].lower() == " and "
            and not re.search(r"\b(?:between|average|mean|avg|from)\s+\S+$", text[start:at])
        )
        if depth == 0 and ends and not _inside_number(text, at):
            yield from _piece(text[start:at])
            start = at + 1
    yield from _piece(text[start:])


def _piece(text: str) -> Iterator[str]:
    piece = re.sub(r"^\s*(?:and\s+)?(?:also\s+)?", "", text).strip()
    if piece:
        yield piece


def _inside_number(text: str, at: int) -> bool:
    return bool(re.fullmatch(r"\d,\d{3}", text[at - 1 : at + 4])) if at else False


def _named(text: str) -> tuple[str, int | None]:
    """The table's name in snake case, empty when nothing names it, and its rows."""
    rows: int | None = None
    for pattern in (_ROWS_OF, _COUNTED, _THING, _ASKED):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            if rows is None and groups.get("count"):
                rows = int(number(groups["count"]))
            name = _noun(groups.get("phrase") or "")
            if name:
                return name, rows
    titled = _TITLE.match(text)
    if titled is not None:
        count = re.search(rf"{COUNT}", text[titled.end("phrase") :], re.IGNORECASE)
        return _noun(titled["phrase"]), int(number(count[0])) if count else rows
    return "", rows


def _noun(phrase: str) -> str:
    """The last words of a phrase that name something, at most three."""
    words = [word for word in re.split(r"[\s/]+", phrase.lower().strip(" '-&")) if word]
    while words and (words[-1] in _EMPTY or singular(words[-1]) in _EMPTY):
        words.pop()
    kept: list[str] = []
    for word in reversed(words):
        if word in _EMPTY or len(kept) == 3:
            break
        kept.insert(0, word)
    return re.sub(r"\W+", "_", "_".join(kept)).strip("_")
