"""From rows to bytes: CSV, JSON, JSON Lines and Parquet, as docs/formats.md defines them."""

from syndata_engine.formats.encoding import FORMATS, PartTail, closing, encode_part

__all__ = ["FORMATS", "PartTail", "closing", "encode_part"]
