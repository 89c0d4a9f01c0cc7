"""Three errors say what happens next: refuse, try again later, or wake someone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


class SyndataError(Exception):
    """Root of everything this project raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what was asked, told so that the asker can mend it."""

    path: str
    """Where in the document, e.g. `tables[0].columns[2].rule.min`; empty for the whole document."""
    what: str
    """What is wrong, with the offending value."""
    fix: str = ""
    """What to do about it."""
    file: str | None = None
    line: int | None = None
    """Counted from one."""
    column: int | None = None
    """Counted from one."""
    related: tuple[str, ...] = field(default=())
    """Paths of the other lines that take part in a conflict."""
    places: tuple[str, ...] = field(default=())
    """Of each of them `line:column`, or nothing where it has none."""

    def __str__(self) -> str:
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        where = " ".join(part for part in (place, self.path) if part)
        text = f"{where}: {self.what}" if where else self.what
        if self.related:
            text += f"\n    together with: {', '.join(self._others())}"
        return f"{text}\n    fix: {self.fix}" if self.fix else text

    def _others(self) -> list[str]:
        """The other lines, each with its place."""
        places = self.places or ("",) * len(self.related)
        return [
            f"{self.file or ''}:{place} {path}".lstrip(":") if place else path
            for path, place in zip(self.related, places, strict=True)
        ]


class Refused(SyndataError):
    """The asker's fault: never retried. Carries every fault that was found, not only the first."""

    def __init__(self, faults: Iterable[Fault] | Fault) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


class Unavailable(SyndataError):
    """Something we depend on is down or full: retry later."""


class Defect(SyndataError):
    """Our own fault: dead-letter it and wake someone."""
