"""The one place where a kind is announced.

Third parties announce theirs under the entry point group `syndata.kinds`; the caller loads them and calls
`announce`, because the engine itself reads no environment.
"""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from threading import RLock
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import ColumnType, Rule
from syndata_engine.generation.columns.columns import Column, Enumeration
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds import FAMILIES, family_of, load


class Options(BaseModel):
    """A kind's options; unknown ones are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Kind(ABC):
    """One way to make a column: what it can be, and how it is built."""

    name: ClassVar[str]
    summary: ClassVar[str]
    """One sentence for the reference."""
    types: ClassVar[tuple[str, ...]]
    """Column types it can make; the first is the default."""
    aliases: ClassVar[tuple[str, ...]] = ()
    version: ClassVar[int] = 1
    """Rises when the mapping from bits to values changes: bytes are promised per version."""
    options: ClassVar[type[Options]] = Options

    @abstractmethod
    def build(self, ctx: ColumnContext, options: Any) -> Column:
        """The column; Refused when the options cannot be met."""

    def enumerate(self, ctx: ColumnContext, options: Any) -> Enumeration | None:  # noqa: ARG002 -- for overriding
        """The kind's values numbered, for uniqueness; None where they cannot be."""
        return None

    def ascends(self, options: Any) -> bool:  # noqa: ARG002 -- for overriding
        """Whether a greater word never gives a smaller value, which correlating needs."""
        return False

    def unique(self, ctx: ColumnContext, options: Any, key: int) -> Column | None:  # noqa: ARG002 -- for overriding
        """A column that is unique by its own construction, without a bound; None where there is none."""
        return None


KINDS: dict[str, Kind] = {}
_ALIASES: dict[str, str] = {}
_LOADED: set[str] = set()
_LOADING = RLock()


def announce(*kinds: Kind) -> None:
    """Make kinds known; a name may be taken once."""
    for kind in kinds:
        for name in (kind.name, *kind.aliases):
            if name in _ALIASES:
                raise ValueError(f"two kinds are called {name!r}")
            _ALIASES[name] = kind.name
        KINDS[kind.name] = kind


def announce_brought(brought: Iterable[Any]) -> None:
    """Announce what other packages bring: kinds, or functions that return kinds."""
    # Loaded where a package brings kinds.
    from syndata_engine.generation.nodes.blaming import note_brought

    all_kinds()
    for one in brought:
        kinds = [one] if isinstance(one, Kind) else list(one())
        announce(*kinds)
        for kind in kinds:
            note_brought(kind, kind.name)


def kind_named(name: str) -> Kind | None:
    """The kind of this name or alias."""
    asked = name.strip().lower().replace("-", "_").replace(" ", "_")
    if asked not in _ALIASES and (family := family_of(asked)) is not None:
        _load(family)
    found = _ALIASES.get(asked)
    return None if found is None else KINDS[found]


def kind_wanted(name: str, path: str = "rule") -> Kind:
    """The kind of this name or alias; Refused at the path, with what may have been meant, when there is none."""
    kind = kind_named(name)
    if kind is None:
        raise Refused(_unknown(name, path))
    return kind


def all_kinds() -> list[Kind]:
    """Every kind, by name."""
    for family in FAMILIES:
        _load(family)
    return [KINDS[name] for name in sorted(KINDS)]


def _load(family: str) -> None:
    with _LOADING:
        if family not in _LOADED:
            announce(*load(family))
            _LOADED.add(family)


def parse_rule(rule: Rule) -> tuple[Kind, Any]:
    """The rule's kind and its checked options; Refused with every fault."""
    kind = kind_wanted(rule.kind, rule.path)
    try:
        return kind, kind.options.model_validate(rule.options)
    except ValidationError as error:
        raise Refused(_option_fault(rule, kind, detail) for detail in error.errors()) from None


def check_rule(rule: Rule) -> Iterable[Fault]:
    """What is wrong with a rule on its own: an unknown kind, unknown or wrong options."""
    try:
        parse_rule(rule)
    except Refused as refused:
        return refused.faults
    return ()


def _unknown(name: str, path: str) -> Fault:
    if name in get_args(ColumnType):
        return Fault(path, f"{name!r} is a type, not a rule", f"write type: {name} beside the rule, or drop the rule")
    all_kinds()
    near = difflib.get_close_matches(name, list(_ALIASES), 3)
    fix = f"did you mean {' or '.join(near)}?" if near else "`syndata kinds` lists every rule"
    return Fault(path, f"there is no rule {name!r}", fix)


def _option_fault(rule: Rule, kind: Kind, detail: Any) -> Fault:
    place = ".".join(str(part) for part in detail["loc"])
    path = f"{rule.path}.{place}" if place else rule.path
    allowed = ", ".join(sorted(field.alias or name for name, field in kind.options.model_fields.items())) or "none"
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(place, kind.options.model_fields, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        return Fault(path, f"the rule {kind.name} has no option {place!r}", f"{hint}its options are: {allowed}")
    if detail["type"] == "missing":
        return Fault(path, f"the rule {kind.name} needs the option {place!r}", f"its options are: {allowed}")
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "list_type":
        what = f"{place} of the rule {kind.name} is a list, not {detail['input']!r}"
        return Fault(path, what, f"write {place}: [first, second, third]")
    return Fault(
        path, f"the rule {kind.name} cannot take {detail['input']!r} here: {message}", f"its options are: {allowed}"
    )
