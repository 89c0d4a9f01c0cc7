"""SQL, from a text or a live database -> a configuration in our language. Nothing is ever executed.

`statements` and whoever reads a live database make a `Catalogue`; from there on there is one way.
"""

from __future__ import annotations

from dataclasses import dataclass

from syndata_contracts.errors import Fault, Refused
from syndata_engine.reading.sql.assembling import assemble
from syndata_engine.reading.sql.catalogue import Catalogue
from syndata_engine.reading.sql.mending import FindFaults, mend
from syndata_engine.reading.sql.statements import read_ddl
from syndata_engine.reading.sql.writing import write_yaml

__all__ = ["Catalogue", "Imported", "import_catalogue", "read_ddl"]


@dataclass(frozen=True, slots=True)
class Imported:
    """A configuration, and what its reader should know; all of it stands in the text's comments too."""

    text: str
    """YAML."""
    warnings: tuple[Fault, ...]
    """What was not taken over as it stood."""
    tables: int
    columns: int
    references: int


def import_catalogue(catalogue: Catalogue, find_faults: FindFaults, rows: int | None = None) -> Imported:
    """Write the configuration of a catalogue's tables.

    Args:
        catalogue: what the database says.
        find_faults: gives what planning refuses of a document; what it names is taken out again, with a comment.
        rows: how many rows tables get, as far as their keys allow; None: as many as there are, else as guessed.

    Raises:
        Refused: no table has a column that can be made.
    """
    draft = assemble(catalogue, rows)
    if not draft.tables:
        why = "; ".join(draft.remarks) or "it has no tables"
        raise Refused(
            Fault(
                "",
                f"nothing can be made of it: {why}",
                "give columns names that can be printed",
                catalogue.source,
                line=1,
            )
        )
    mend(draft, find_faults)
    warnings = [Fault("", remark, file=catalogue.source) for remark in draft.remarks]
    for table in draft.tables:
        warnings += [Fault(table.name, remark, file=catalogue.source) for remark in table.remarks]
    return Imported(
        write_yaml(draft),
        tuple(warnings),
        len(draft.tables),
        sum(len(table.columns) for table in draft.tables),
        sum(len(table.links) for table in draft.tables),
    )
