"""Rows from plans.

Each room imports only from those below it:

    tables         tables and datasets: where all comes together
    dirt, changes  what becomes of a clean table: damage, and change logs
    keys           columns that are unique
    kinds          ways to make a column, and the registry that knows them
    references     foreign keys: which parent, and what is read across
    families       rows with the same parent
    expressions    expressions, conditions, rules that conditions choose
    rendering      what leaves: bytes of texts, Arrow columns
    columns        a column, and what a kind may see
    quantiles      distributions as tables
    texts          texts as trees of pieces
    nodes          what values are computed by
    words          where chance comes from
"""

# From the ground up: Numba is imported before the imports stand deep. Deeper, each of some thousand calls of its start
# falls on a boundary of CPython 3.11's stack, and takes and gives back memory of the system's.
from syndata_engine.generation.words import kernel  # noqa: F401, I001
from syndata_engine.generation.tables.binding import BoundTable, Dataset, bind, secret_in

__all__ = ["BoundTable", "Dataset", "bind", "secret_in"]
