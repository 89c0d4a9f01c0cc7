"""Faults as they cross a process boundary."""

from __future__ import annotations

from collections.abc import Iterable

from syndata_contracts.errors import Fault
from syndata_contracts.plan import Tolerant


class FaultRecord(Tolerant):
    """A `Fault`, in JSON."""

    path: str
    what: str
    fix: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    related: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def to_fault(self) -> Fault:
        """The fault itself."""
        return Fault(self.path, self.what, self.fix, self.file, self.line, self.column, self.related, self.places)


def fault_records(faults: Iterable[Fault]) -> tuple[FaultRecord, ...]:
    """Faults made ready to be sent."""
    return tuple(
        FaultRecord(
            path=fault.path,
            what=fault.what,
            fix=fault.fix,
            file=fault.file,
            line=fault.line,
            column=fault.column,
            related=fault.related,
            places=fault.places,
        )
        for fault in faults
    )
