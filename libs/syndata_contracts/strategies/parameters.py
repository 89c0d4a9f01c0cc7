"""What a strategy may be told: parameters with types, bounds and defaults, as a JSON Schema and as a check."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from syndata_contracts.errors import Fault, Refused

Values = Mapping[str, Any]
"""Every parameter of a strategy, checked, those that were left out at their defaults. Numbers with a point are decimal."""


_HUGE: Final = Decimal(10) ** 18
_FINEST: Final = Decimal("1e-6")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that a strategy may be told."""

    name: str
    type: Literal["integer", "number", "boolean", "date", "text"]
    default: Any
    says: str
    least: int | str | None = None
    """The least value, included; of a number with a point, as text."""
    most: int | str | None = None
    """The greatest value, included."""
    among: tuple[str, ...] = ()
    """The texts that it may be."""

    def schema(self) -> dict[str, Any]:
        """This parameter as a JSON Schema."""
        found: dict[str, Any] = {"type": self.type, "description": self.says, "default": self.default}
        if self.type == "text":
            found.update(type="string", enum=list(self.among))
        if self.type == "date":
            found.update(type="string", format="date")
        if self.type == "number":
            found["default"] = float(self.default)  # JSON has no decimals
        for word, bound in (("minimum", self.least), ("maximum", self.most)):
            if bound is not None:
                found[word] = float(bound) if self.type == "number" else bound
        return found

    def read(self, value: Any, path: str) -> Any:
        """The value as the strategy takes it; Refused when it is none."""
        if self.type == "text":
            return self._one_of(value, path)
        taken = _TAKE[self.type](value)
        if taken is None:
            shape = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}.get(
                self.type, "a date"
            )
            written = {"boolean": "true or false", "date": "a date such as 2025-01-01"}.get(
                self.type, f"{shape}, such as {self.default}"
            )
            raise Refused(Fault(path, f"expected {shape}, got {_shown(value)}", f"write {written}"))
        low, high = (None if bound is None else Decimal(bound) for bound in (self.least, self.most))
        if low is not None and taken < low:
            raise Refused(Fault(path, f"{taken} is out of bounds", f"write at least {self.least}"))
        if high is not None and taken > high:
            raise Refused(Fault(path, f"{taken} is out of bounds", f"write at most {self.most}"))
        return taken

    def _one_of(self, value: Any, path: str) -> str:
        for one in self.among:
            if value == one:
                return one
        near = difflib.get_close_matches(str(value), self.among, n=1)
        fix = f"did you mean {near[0]}?" if near else f"write {' or '.join(self.among)}"
        raise Refused(Fault(path, f"{_shown(value)} is not one of {', '.join(self.among)}", fix))


@dataclass(frozen=True, slots=True)
class Strategy:
    """A named way to describe a dataset by a few parameters."""

    name: str
    family: Literal["tabular", "time-series", "graph"]
    says: str
    parameters: tuple[Parameter, ...]
    build: Callable[[Values], dict[str, Any]]
    """From checked parameters to a configuration."""
    conflicts: Callable[[Values], Iterable[Fault]] = lambda _values: ()
    """What parameters that are right one by one cannot mean together."""

    def schema(self) -> dict[str, Any]:
        """The parameters as a JSON Schema, draft 2020-12."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.name,
            "description": self.says,
            "type": "object",
            "properties": {one.name: one.schema() for one in self.parameters},
            "additionalProperties": False,
        }

    def configuration(self, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The configuration that the parameters amount to; Refused with everything that is wrong with them."""
        given = dict(parameters or {})
        known = {one.name: one for one in self.parameters}
        faults = [_unknown(name, known) for name in given if name not in known]
        values: dict[str, Any] = {}
        for one in self.parameters:
            try:
                path = f"parameters.{one.name}"
                values[one.name] = one.read(given.get(one.name, one.default), path)
            except Refused as refusal:
                faults += refusal.faults
        if not faults:
            faults += self.conflicts(values)
        if faults:
            raise Refused(faults)
        found: dict[str, Any] = _plain(self.build(values))
        return found


def _unknown(name: str, known: Iterable[str]) -> Fault:
    near = difflib.get_close_matches(name, known, n=1)
    fix = f"did you mean {near[0]}?" if near else f"parameters are {', '.join(known)}"
    return Fault(f"parameters.{name}", f"there is no parameter {name!r}", fix)


def _plain(value: Any) -> Any:
    """As JSON has it. A float's shortest text is the decimal that it stands for: six digits behind the point are few."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _shown(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)[:60]
    except (TypeError, ValueError):
        return repr(value)[:60]


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    found = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    # Six digits behind the point are what a formula's constants have; more would be rounded unseen.
    fits = found.is_finite() and abs(found) < _HUGE and found == found.quantize(_FINEST)
    return found if fits else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _day(value: Any) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


_TAKE: dict[str, Callable[[Any], Any]] = {"integer": _whole, "number": _decimal, "boolean": _flag, "date": _day}
