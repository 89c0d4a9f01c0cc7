"""Reading a tree without stopping: a spot is a value with its path, and says what is wrong with it.

Every taking method gives None where the value does not fit, having noted the fault, so that callers go
on and every fault is found in one pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from syndata_contracts.errors import Fault
from syndata_contracts.schema import Rule
from syndata_engine.reading.names import CLOSE, nearest, suggest, wrong_name
from syndata_engine.reading.nodes import BROKEN, Misread, Node, Place, shorter, step, walk

CheckRule = Callable[[Rule], Iterable[Fault]]
Word = TypeVar("Word", bound=str)

LARGEST_COUNT = 2**63 - 1
MOST_FAULTS = 1000
"""More are not looked for: nobody reads them, and each costs a search for the name that was meant."""
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,20})?) ?%")
_CUT_OFF = re.compile(r"[0-9]+\)")


class TooManyFaults(Exception):
    """Reading stops here."""


@dataclass(slots=True)
class Notes:
    """What reading one document has found so far."""

    file: str | None = None
    check_rule: CheckRule | None = None
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    places: dict[str, Place | None] = field(default_factory=dict)
    """Every path in document order."""
    aliases: dict[str, str] = field(default_factory=dict)
    """Paths that a rule's option has beside the one it was written at."""
    misnamed: dict[str, str] = field(default_factory=dict)
    """Paths whose unknown key is a fault already, with the key that it is read as."""

    def note(self, fault: Fault) -> None:
        """Add a fault, placed; TooManyFaults when there are enough.

        What is wrong with the value of a misspelt key joins the fault of the key: it is one line to mend.
        """
        meant = self.misnamed.pop(fault.path, None)
        if meant is not None:
            place = next(n for n, known in enumerate(self.faults) if known.path == fault.path)
            known = self.faults[place]
            what, fix = f"{known.what}; as {meant!r}: {fault.what}", f"{known.fix}; and {fault.fix}"
            self.faults[place] = replace(known, what=what, fix=fix)
            return
        if len(self.faults) >= MOST_FAULTS:
            raise TooManyFaults
        self.faults.append(locate(fault, self.places, self.file))

    def warn(self, path: str, what: str, fix: str) -> None:
        """Add something that is accepted and may not be what was meant."""
        if len(self.warnings) >= MOST_FAULTS:
            return
        self.warnings.append(locate(Fault(path, what, fix), self.places, self.file))

    def misread(self, misread: Misread) -> None:
        """Add what was wrong with the text itself."""
        line, column = misread.place or (None, None)
        fault = Fault(misread.path, misread.what, misread.fix, self.file, line, column)
        if not misread.warning:
            self.note(fault)
        elif len(self.warnings) < MOST_FAULTS:
            self.warnings.append(fault)

    def also_at(self, path: str, node: Node, written: str) -> None:
        """Let the values of `node`, written at one path, be pointed at by another."""
        for there, _ in list(walk(node, "", None)):
            self.places.setdefault(_under(path, there), self.places.get(_under(written, there)))
            self.aliases.setdefault(_under(path, there), _under(written, there))


def _under(path: str, rest: str) -> str:
    return path + rest if not rest or rest.startswith("[") else f"{path}.{rest}"


def locate(fault: Fault, places: Mapping[str, Place | None], file: str | None) -> Fault:
    """The fault with file, line and column of the longest part of its path that stands in the document."""
    if fault.line is not None:
        return fault
    path = _as_written(fault.path, places)
    line, column = _place(path, places) or (None, None)
    related = tuple(_as_written(other, places) for other in fault.related)
    found = (_place(other, places) for other in related)
    others = tuple(f"{place[0]}:{place[1]}" if place else "" for place in found)
    return replace(
        fault, path=path, file=fault.file or file, line=line, column=column, related=related,
        places=others if any(others) else (),
    )  # fmt: skip


def _place(path: str, places: Mapping[str, Place | None]) -> Place | None:
    """Where the longest part of a path stands that is in the document."""
    while path and path not in places:
        path = shorter(path)
    return places.get(path)


def _as_written(path: str, places: Mapping[str, Place | None]) -> str:
    """The path of a key's mark, which has several spellings, as this document has it."""
    above, _, mark = path.rpartition(".")
    if path in places or mark not in {"unique", "primary_key"}:
        return path
    table = shorter(shorter(above))
    return next((way for way in (f"{above}.constraints", f"{table}.{mark}") if way in places), path)


def show(node: Node) -> str:
    """A value as one reads it back, shortened."""
    value = node.value
    if isinstance(value, dict):
        return f"a mapping ({', '.join(list(value)[:4]) or 'empty'})"[:80]
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, Decimal):
        return str(value)
    text = json.dumps(None if value is BROKEN else value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + '..."'


@dataclass(frozen=True, slots=True)
class Spot:
    """A value of the document and where it stands."""

    node: Node
    path: str
    notes: Notes

    def fault(self, what: str, fix: str, *, related: tuple[str, ...] = ()) -> None:
        """Note a fault here."""
        self.notes.note(Fault(self.path, what, fix, related=related))

    @property
    def is_null(self) -> bool:
        return self.node.value is None

    @property
    def is_broken(self) -> bool:
        """Reported already."""
        return self.node.value is BROKEN

    def misfit(self, shape: str, fix: str = "") -> None:
        """Note that the value is not of this shape."""
        if not self.is_broken:
            self.fault(f"expected {shape}, got {show(self.node)}", fix or f"write {shape}")

    def text(self, shape: str) -> str | None:
        value = self.node.value
        if isinstance(value, str):
            return value
        self.misfit(
            shape,
            f'write {shape}; quote it if it is meant as text: "{show(self.node)}"'
            if isinstance(value, int | Decimal)
            else "",
        )
        return None

    def name(self, shape: str = "a name") -> str | None:
        """A text that may name something."""
        value = self.text(shape)
        wrong = None if value is None else wrong_name(value)
        if wrong:
            self.fault(*wrong)
            return None
        return value

    def whole(self, shape: str, *, least: int = 0, most: int = LARGEST_COUNT) -> int | None:
        """A whole number within bounds."""
        value = self.node.value
        if isinstance(value, int) and not isinstance(value, bool):
            if least <= value <= most:
                return value
            bounds = f"at least {least}" if value < least else f"at most {most}"
            self.fault(f"{value} is out of bounds for {shape}", f"write a whole number of {bounds}")
            return None
        self.misfit(shape, _whole_fix(value))
        return None

    def flag(self) -> bool | None:
        value = self.node.value
        if isinstance(value, bool):
            return value
        yes = isinstance(value, str) and value.lower() in ("yes", "on", "y", "true")
        no = isinstance(value, str) and value.lower() in ("no", "off", "n", "false")
        self.misfit("true or false", "write true" if yes else "write false" if no else "")
        return None

    def rate(self) -> Decimal | None:
        """A share from 0 to 1, as a number or as a percentage."""
        value = self.node.value
        percent = _PERCENT.fullmatch(value) if isinstance(value, str) else None
        if percent:
            value = Decimal(percent[1]).scaleb(-2)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            if 0 <= value <= 1:
                return Decimal(value)
            meant = f'or "{value}%"' if 1 < value <= 100 and not percent else 'or a percentage such as "5%"'
            self.fault(f"{show(self.node)} is not a share", f"write a number from 0 to 1, {meant}")
            return None
        self.misfit('a share, such as 0.05 or "5%"')
        return None

    def one_of(self, words: tuple[Word, ...], noun: str) -> Word | None:
        """One of these words, letter case aside."""
        value = self.text(f"one of {', '.join(words)}")
        if value is None:
            return None
        for word in words:
            if value.strip().lower() == word:
                return word
        self.fault(f"{value!r} is not known as {noun}", suggest(value, words, noun="choices"))
        return None

    def items(self, shape: str) -> list[Spot] | None:
        value = self.node.value
        if isinstance(value, list):
            return [Spot(child, step(self.path, position), self.notes) for position, child in enumerate(value)]
        self.misfit(shape)
        return None

    def entries(self, shape: str) -> dict[str, Spot] | None:
        value = self.node.value
        if isinstance(value, dict):
            return {key: Spot(child, step(self.path, key), self.notes) for key, child in value.items()}
        self.misfit(shape)
        return None

    def fields(
        self, shape: str, keys: tuple[str, ...], *, ignore: Callable[[str], bool] | None = None
    ) -> Fields | None:
        """The entries of a mapping that has these keys and no others."""
        entries = self.entries(shape)
        return None if entries is None else Fields(self, entries, keys, ignore)

    def names(self, shape: str) -> list[tuple[str, Spot]] | None:
        """One name or a list of different names, each with its spot; None when any of them is not one."""
        spots = [self] if isinstance(self.node.value, str) else self.items(shape)
        if spots is None:
            return None
        if not spots:
            self.fault("the list is empty", f"write {shape}")
            return None
        found: dict[str, Spot] = {}
        for spot in spots:
            name = spot.name()
            if name in found:
                spot.fault(f"{name!r} stands twice in the list", "keep one")
            if name is None or name in found:
                return None
            found[name] = spot
        return list(found.items())


def _whole_fix(value: object) -> str:
    digits = value.replace("_", "").replace(",", "") if isinstance(value, str) else ""
    if digits.isascii() and digits.isdigit():
        return f"write {digits}, without quotes or separators"
    if isinstance(value, Decimal) and value == value.to_integral_value() and value.adjusted() < 30:
        return f"write {int(value)}"
    return ""


def _is_rest(key: str, entries: dict[str, Spot]) -> bool:
    """Whether a key is what a comma cut off a type, as in `{type: decimal(10,2)}`, which is told at the type."""
    cut = entries.get("type") if _CUT_OFF.fullmatch(key) else None
    return cut is not None and isinstance(cut.node.value, str) and "(" in cut.node.value and ")" not in cut.node.value


class Fields:
    """The entries of a mapping, by their known spellings. Unknown keys are noted at once."""

    def __init__(
        self, spot: Spot, entries: dict[str, Spot], keys: tuple[str, ...], ignore: Callable[[str], bool] | None
    ) -> None:
        self.spot = spot
        self._entries = {key: value for key, value in entries.items() if key in keys}
        for key, value in entries.items():
            if key in keys or (ignore and ignore(key)) or (value.is_null and _is_rest(key, entries)):
                continue
            value.fault(f"the key {key!r} is not known here", suggest(key, keys, noun="known keys"))
            meant = nearest(key, keys, cutoff=CLOSE)
            if meant and meant not in entries:
                self._entries.setdefault(meant, value)
                value.notes.misnamed[value.path] = meant

    def get(self, *spellings: str) -> Spot | None:
        """What stands at one of these spellings of one key; None when nothing or null does."""
        found = [(key, self._entries[key]) for key in spellings if key in self._entries]
        for key, extra in found[1:]:
            extra.fault(f"{key!r} says the same as {found[0][0]!r}", "keep one of the two", related=(found[0][1].path,))
        spot = found[0][1] if found else None
        return None if spot is None or spot.is_null else spot

    def written(self, key: str) -> Spot | None:
        """What stands at a key for which null is a value like any other."""
        return self._entries.get(key)

    def need(self, *spellings: str, fix: str) -> Spot | None:
        """As `get`, noting a fault when there is nothing."""
        spot = self.get(*spellings)
        if spot is None:
            empty = next((key for key in spellings if key in self._entries), None)
            if empty is not None:
                self._entries[empty].fault(f"{empty!r} is empty", fix)
            else:
                self.spot.fault(f"{spellings[0]!r} is missing", fix)
        return spot
