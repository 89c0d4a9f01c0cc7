"""Rows from plans: words, codes, keys, references, and the kinds built from them."""

from syndata_engine.generation.binding import BoundTable, Dataset, bind, secret_in

__all__ = ["BoundTable", "Dataset", "bind", "secret_in"]
