"""YAML text -> tree, from the parser's events.

Events rather than PyYAML's own composer: its C composer recurses on the C stack, so deep nesting would
end the process, and it resolves words by YAML 1.1. Measured on 18 kB: C events 8 ms, the pure Python
parsers 92 ms (PyYAML) and 140 ms (ruamel.yaml).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from syndata_engine.reading.nodes import (
    BROKEN,
    DEEPEST,
    MOST_ALIASES,
    MOST_VALUES,
    Misread,
    Node,
    Place,
    Tree,
    Unreadable,
    step,
)
from syndata_engine.reading.scalars import BadScalar, loses_zeros, resolve

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BARE_KEY = re.compile(r"\[([^\[\]\"']*)\]\s*(where\s[^#]*)")
_BARE_CONDITION = re.compile(r"(?:where|when|condition):\s*([^\"'{}#]*\s(?:not\s)?in\s*\[[^\[\]]*\])")
"""What newcomers write without quotes: `[a, b] where c is null`, and `{when: c in [x, y]}`."""
_CORE_TAG = "tag:yaml.org,2002:"
_FIXES = (
    (
        "cannot start any token",
        "indent with spaces, not tabs; quote text that starts with a special character such as @ or `",
    ),
    ("mapping values are not allowed", "quote text that holds a colon and a space, or check the indentation"),
    ("could not find expected ':'", "write `key: value`, with a space after the colon"),
    ("did not find expected key", "check the indentation: keys of one mapping start in the same column"),
    ("did not find expected '-' indicator", "check the indentation: items of one list start in the same column"),
    ("unexpected end of stream", "close the quotes"),
    ("expected ',' or", "close the bracket or put a comma between the items"),
    ("undefined tag handle", "remove the tag: the language has none"),
)


def read_yaml(text: str) -> Tree:
    """The tree of one YAML document; Unreadable where the text is not YAML or breaks a limit."""
    bad = _UNPRINTABLE.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        place = (line, bad.start() - text.rfind("\n", 0, bad.start()))
        raise Unreadable(
            f"the character U+{ord(bad[0]):04X} may not stand in YAML",
            "remove it, or escape it in a double-quoted text",
            place,
        )
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not builder.take(event):
                break
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, text) from None
    except yaml.YAMLError as error:
        raise Unreadable(f"not YAML: {str(error).splitlines()[0]}", "mend the text") from None
    if builder.root is None:
        raise Unreadable("the document is empty", "describe at least one table under `tables:`", (1, 1))
    return Tree(builder.root, builder.misreads)


def _not_yaml(error: yaml.MarkedYAMLError, text: str) -> Unreadable:
    problem = error.problem or "cannot be parsed"
    fix = next(
        (fix for part, fix in _FIXES if part in problem),
        "mend the YAML here, or quote text that holds special characters",
    )
    mark = error.problem_mark or error.context_mark
    line = "".join(text.split("\n")[mark.line : mark.line + 1]) if mark else ""
    key, condition = _BARE_KEY.search(line), _BARE_CONDITION.search(line)
    if key:
        fix = f'write the whole in quotes: "{key[1].strip()} {key[2].strip()}"'
    elif condition:
        fix = f'a condition with brackets stands in quotes: "{condition[1].strip()}"'
    context = f" {error.context}" if error.context else ""
    return Unreadable(f"not YAML: {problem}{context}", fix, (mark.line + 1, mark.column + 1) if mark else None)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    node: Node
    anchor: str | None
    key: str | None = None
    """The key that waits for its value."""
    skip: bool = False
    """The waiting key was refused: its value is read and dropped."""
    size: int = 1
    height: int = 1


@dataclass(slots=True)
class _Builder:
    root: Node | None = None
    misreads: list[Misread] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Node, int, int]] = field(default_factory=dict)
    """Node, size and height by anchor."""
    values: int = 0
    aliases: int = 0

    def take(self, event: yaml.Event) -> bool:
        """Take one event; False once nothing more is to be read."""
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, place)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open(event, Node({}, place, {}))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open(event, Node([], place))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor or "", place)
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self._misread("a second document starts here", "keep one document per file", place)
            return False
        return True

    def _count(self, size: int, place: Place) -> None:
        self.values += size
        if self.values > MOST_VALUES:
            fix = "split the document, or keep long lists outside of it"
            raise Unreadable(f"more than {MOST_VALUES:,} values, aliases included", fix, place)

    def _misread(self, what: str, fix: str, place: Place, *, warning: bool = False) -> None:
        self.misreads.append(Misread(self._path(), what, fix, place, warning))

    def _path(self) -> str:
        path = ""
        for frame in self.stack:
            if isinstance(frame.node.value, list):
                path = step(path, len(frame.node.value))
            elif frame.key is not None:
                path = step(path, frame.key)
        return path

    def _waits_for_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].node.value, dict) and self.stack[-1].key is None

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> None:
        node = Node(event.value, place)
        is_key = self._waits_for_key()
        if event.tag is not None:
            node = self._tagged(event.tag, place)
        elif not event.style:
            node = self._word(event.value, place, is_key=is_key)
        if is_key:
            self._key(node, event.value, place, quoted=bool(event.style))
        else:
            self._count(1, place)
            self._put(node, event.anchor, size=1, height=0)

    def _word(self, text: str, place: Place, *, is_key: bool) -> Node:
        try:
            value = resolve(text)
        except BadScalar as error:
            self._misread(error.what, error.fix, place)
            return Node(BROKEN, place)
        if loses_zeros(text) and not is_key:
            self._misread(f"{text} is read as the number {value}", "quote it to keep the zeros", place, warning=True)
        return Node(value, place)

    def _tagged(self, tag: str, place: Place) -> Node:
        shown = "!!" + tag.removeprefix(_CORE_TAG) if tag.startswith(_CORE_TAG) else tag
        fix = (
            "quote the value to make it text"
            if shown == "!!str"
            else "remove the tag: values are plain text, numbers, true, false and null"
        )
        self._misread(f"the tag {shown} is not part of the language", fix, place)
        return Node(BROKEN, place)

    def _key(self, node: Node, text: str, place: Place, *, quoted: bool) -> None:
        frame = self.stack[-1]
        entries, keys = frame.node.value, frame.node.keys
        assert isinstance(entries, dict) and keys is not None  # noqa: S101, PT018 - what _waits_for_key found
        merge, twice = text == "<<" and not quoted, text in entries
        if merge:
            self._misread(
                "merge keys (<<) are not part of YAML 1.2",
                "write the keys out, or use an alias for a whole value",
                place,
            )
        elif not isinstance(node.value, str) and node.value is not BROKEN:
            self._misread(f"the key {text or '(empty)'} is not text", f'quote it: "{text}"', place)
        elif twice:
            self._misread(
                f"the key {text!r} stands twice here, first on line {keys[text][0]}", "keep one of the two", place
            )
        frame.skip = merge or twice
        if not frame.skip:
            keys[text] = place
        frame.key = text

    def _open(self, event: yaml.CollectionStartEvent, node: Node) -> None:
        assert node.place is not None  # noqa: S101 - made by take
        if self._waits_for_key():
            raise Unreadable(
                "a key is a list or mapping", "write a word or a quoted text as key", node.place, self._path()
            )
        if len(self.stack) >= DEEPEST:
            raise Unreadable(f"nested deeper than {DEEPEST} levels", "flatten the document", node.place, self._path())
        if event.tag is not None:
            self._tagged(event.tag, node.place)
        self._count(1, node.place)
        self.stack.append(_Open(node, event.anchor))

    def _close(self) -> None:
        frame = self.stack.pop()
        self._put(frame.node, frame.anchor, size=frame.size, height=frame.height)

    def _alias(self, anchor: str, place: Place) -> None:
        self.aliases += 1
        if self.aliases > MOST_ALIASES:
            raise Unreadable(f"more than {MOST_ALIASES} aliases", "write the values out", place, self._path())
        if self._waits_for_key():
            raise Unreadable(f"the alias *{anchor} stands as a key", "write the key out", place, self._path())
        if anchor not in self.anchors:
            inside = any(frame.anchor == anchor for frame in self.stack)
            what = f"the alias *{anchor} " + (
                "holds itself" if inside else "names an anchor that no line before it sets"
            )
            self._misread(
                what, "write the value out" if inside else f"set &{anchor} before it, or write the value out", place
            )
            self._put(Node(BROKEN, place), None, size=1, height=0)
            return
        node, size, height = self.anchors[anchor]
        self._count(size, place)
        self._put(node._replace(place=place), None, size=size, height=height)

    def _put(self, node: Node, anchor: str | None, *, size: int, height: int) -> None:
        """Hang a finished node under what is open."""
        assert node.place is not None  # noqa: S101 - every node of a text has a place
        if anchor is not None:
            self.anchors[anchor] = (node, size, height)
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        frame.size += size
        frame.height = max(frame.height, height + 1)
        if len(self.stack) + height > DEEPEST:
            raise Unreadable(
                f"nested deeper than {DEEPEST} levels, aliases included",
                "flatten the document",
                node.place,
                self._path(),
            )
        value = frame.node.value
        if isinstance(value, list):
            value.append(node)
        elif isinstance(value, dict) and frame.key is not None:
            if not frame.skip:
                value[frame.key] = node
            frame.key = None
