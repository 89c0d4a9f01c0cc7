"""Text a user has -> `DatasetSchema`, every fault with its place. Pure: reads no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from syndata_contracts.errors import Fault
from syndata_contracts.schema import DatasetSchema
from syndata_engine.reading.dataset import Assembled, read_dataset
from syndata_engine.reading.json_text import read_json
from syndata_engine.reading.nodes import LARGEST_TEXT, Misread, Node, Place, Tree, Unreadable, check_text, shorter, walk
from syndata_engine.reading.python_values import read_values
from syndata_engine.reading.spots import MOST_FAULTS, CheckRule, Notes, TooManyFaults, locate
from syndata_engine.reading.yaml_text import read_yaml

_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says, and everything that is wrong with it."""

    schema: DatasetSchema | None
    """Without its faulty parts; None when no table is left."""
    faults: tuple[Fault, ...]
    """All of them, in document order. A schema is only used for data when there are none."""
    warnings: tuple[Fault, ...]
    """What is accepted and may not be what was meant, in document order."""
    places: Mapping[str, Place]
    """Line and column of every path, both from one; empty when the document was not text."""
    left_out: frozenset[str]
    """Tables, and columns as `table.column`, that are named in the document and have faults."""
    file: str | None = None
    mended: DatasetSchema | None = None
    """With a harmless stand-in for each faulty column: not for data, only to look for further faults."""

    def locate(self, fault: Fault) -> Fault:
        """The fault with file, line and column of the longest part of its path that stands in the document."""
        return locate(fault, self.places, self.file)


def read_schema(text: str | bytes, *, file: str, check_rule: CheckRule | None = None) -> Reading:
    """Read YAML or JSON. Wrong documents raise nothing: they give faults.

    `file` is shown in faults; when it ends in `.json` the text must be JSON. `check_rule` is asked about
    every rule, and gives what is wrong with its options, at paths below the rule's own.
    """
    notes = Notes(file, check_rule)
    try:
        tree = _read_text(_decode(text), file)
    except Unreadable as error:
        tree = Tree(None, [Misread(error.path, error.what, error.fix, error.place or (1, 1))])
    return _read_tree(tree, notes)


def read_document(document: Mapping[str, object], *, check_rule: CheckRule | None = None) -> Reading:
    """Read a Python mapping; as `read_schema`, with paths and without lines."""
    try:
        tree = read_values(document)
    except Unreadable as error:
        tree = Tree(None, [Misread(error.path, error.what, error.fix, None)])
    return _read_tree(tree, Notes(None, check_rule))


def _decode(text: str | bytes) -> str:
    """The text without its byte order mark; Unreadable when it is too large or not UTF-8."""
    if len(text) > LARGEST_TEXT:
        raise Unreadable(f"the document is larger than {LARGEST_TEXT // 2**20} MiB", "split it")
    decoded = _from_utf_8(text) if isinstance(text, bytes) else text
    wrong = check_text(decoded)
    if wrong:
        raise Unreadable(wrong, "save the file as UTF-8")
    return decoded.removeprefix(_BYTE_ORDER_MARK)


def _from_utf_8(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        before = text[: error.start]
        place = (before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise Unreadable(f"the byte 0x{text[error.start]:02X} is not UTF-8", "save the file as UTF-8", place) from None


def _read_text(text: str, file: str) -> Tree:
    if file.lower().endswith(".json"):
        return read_json(text)
    if not text.lstrip().startswith("{"):
        return read_yaml(text)
    # JSON under another name, or YAML in braces. libyaml refuses the surrogate pairs that JSON writers make.
    try:
        return read_json(text)
    except Unreadable as not_json:
        try:
            return read_yaml(text)
        except Unreadable as not_yaml:
            raise (not_yaml if file.lower().endswith((".yaml", ".yml")) else not_json) from None


def _read_tree(tree: Tree, notes: Notes) -> Reading:
    if tree.root is not None:
        notes.places.update(walk(tree.root, "", tree.root.place))
    said = Assembled()
    last: tuple[Fault, ...] = ()
    try:
        for misread in tree.misreads:
            notes.misread(misread)
        if tree.root is not None:
            said = _read_root(tree.root, notes)
    except TooManyFaults:
        last = (
            Fault("", f"more than {MOST_FAULTS:,} faults; no more are shown", "mend these first", notes.file, 1, 1),
        )
    places = {path: place for path, place in notes.places.items() if place is not None}
    faults, warnings = (*_in_order(notes.faults, notes), *last), _in_order(notes.warnings, notes)
    placed = MappingProxyType(places)
    return Reading(said.schema, faults, warnings, placed, said.left_out, notes.file, said.mended)


def _read_root(root: Node, notes: Notes) -> Assembled:
    if root.value is None:
        notes.note(Fault("", "the document is empty", "describe at least one table under `tables:`"))
        return Assembled()
    if isinstance(root.value, dict) and "tables" not in root.value:
        from syndata_engine.reading.field_lists import lists_fields, read_field_list

        if lists_fields(root):
            return read_field_list(root, notes)
    return read_dataset(root, notes)


def _in_order(faults: list[Fault], notes: Notes) -> tuple[Fault, ...]:
    """In document order; what an alias repeats at one place is said once."""
    if not faults:
        return ()
    ranks = {path: rank for rank, path in enumerate(notes.places)}

    def rank(fault: Fault) -> tuple[int, int, int]:
        path = fault.path
        while path and path not in ranks:
            path = shorter(path)
        return fault.line or 0, fault.column or 0, ranks.get(notes.aliases.get(path, path), 0)

    found: dict[object, Fault] = {}
    for fault in sorted(faults, key=rank):
        where = (fault.line, fault.column) if fault.line is not None else fault.path
        found.setdefault((where, fault.what), fault)
    return tuple(found.values())
