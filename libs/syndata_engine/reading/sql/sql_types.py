"""SQL's types, by what they hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from syndata_engine.reading.sql.catalogue import Family, SqlType

if TYPE_CHECKING:
    from sqlglot import exp

_SERIALS = {"SMALLSERIAL": 15, "SERIAL": 31, "BIGSERIAL": 63}
_BITS = {"TINYINT": 7, "SMALLINT": 15, "MEDIUMINT": 23, "INT": 31, "BIGINT": 63, **_SERIALS}
_UNSIGNED_BITS = {"UTINYINT": 8, "USMALLINT": 16, "UMEDIUMINT": 24, "UINT": 32, "UBIGINT": 63}
"""Our whole numbers end at 2**63 - 1, before the last of these."""
_FAMILIES: dict[str, Family] = {
    "FLOAT": "float", "DOUBLE": "float", "UDOUBLE": "float", "HALFFLOAT": "float", "FLOAT4": "float", "FLOAT8": "float",
    "DECIMAL": "decimal", "BIGDECIMAL": "decimal", "UDECIMAL": "decimal", "DECFLOAT": "decimal",
    "MONEY": "decimal", "SMALLMONEY": "decimal",
    "CHAR": "str", "NCHAR": "str", "VARCHAR": "str", "NVARCHAR": "str", "TEXT": "str", "TINYTEXT": "str", "BPCHAR": "str",
    "MEDIUMTEXT": "str", "LONGTEXT": "str", "NAME": "str", "ENUM": "str", "ENUM8": "str", "ENUM16": "str", "SET": "str",
    "BOOLEAN": "bool", "DATE": "date", "DATE32": "date", "DATETIME": "datetime", "DATETIME2": "datetime",
    "SMALLDATETIME": "datetime", "DATETIME64": "datetime", "TIMESTAMP": "datetime", "TIMESTAMPTZ": "datetime",
    "TIMESTAMPLTZ": "datetime", "TIMESTAMPNTZ": "datetime", "UUID": "uuid", "UNIQUEIDENTIFIER": "uuid",
    "TIME": "time", "TIMETZ": "time", "JSON": "json", "JSONB": "json", "BINARY": "bytes", "VARBINARY": "bytes",
    "BLOB": "bytes", "TINYBLOB": "bytes", "MEDIUMBLOB": "bytes", "LONGBLOB": "bytes", "IMAGE": "bytes", "ARRAY": "array",
    "LIST": "array", "INTERVAL": "interval", "INET": "inet", "IPADDRESS": "inet", "IPV4": "inet", "XML": "xml", "BIT": "bits",
}  # fmt: skip
_NAMED: dict[str, Family] = {
    "citext": "str", "bpchar": "str", "cidr": "cidr", "macaddr": "mac", "macaddr8": "mac", "varbit": "bits",
    "nvarchar": "str", "string": "str", "clob": "str", "bool": "bool", "bytea": "bytes", "timestamptz": "datetime",
}  # fmt: skip
_FIXED = {"CHAR", "NCHAR", "BPCHAR"}
_MOST_ENUM = 10_000


def read_type(text: str, dialect: str, named: dict[str, SqlType] | None = None) -> SqlType:  # noqa: PLR0911 -- one return for each way to tell
    """The type that a text names; `named` are the database's own types by lower-case name."""
    text = " ".join(text.split())
    if not text:
        return SqlType("(no type)", "str")
    own = (named or {}).get(_bare(text))
    if own is not None:
        return SqlType(text, own.family, own.low, own.high, own.precision, own.scale, own.length, own.fixed, own.values)
    if text.endswith("]") or re.search(r"\barray\b", text, re.IGNORECASE):
        return SqlType(text, "array")
    varying = re.fullmatch(r"bit(?: varying)?\s*(?:\(\s*(\d+)\s*\))?", text, re.IGNORECASE)
    if varying:
        return _bits(text, int(varying[1] or 1), dialect)
    if text.lower().startswith("interval"):
        return SqlType(text, "interval")
    parsed = _parsed(text, dialect)
    if parsed is None:
        return _by_affinity(text) if dialect == "sqlite" else SqlType(text, _NAMED.get(_bare(text), "other"))
    found = _classified(text, parsed, dialect)
    return _by_affinity(text) if found.family == "other" and dialect == "sqlite" else found


def _bare(text: str) -> str:
    return text.replace('"', "").rpartition(".")[2].partition("(")[0].strip().lower()


def _parsed(text: str, dialect: str) -> exp.DataType | None:
    from sqlglot import exp
    from sqlglot.errors import ParseError, TokenError

    try:
        built = exp.DataType.build(text, dialect=dialect or None, udt=True)
    except (ParseError, TokenError, ValueError):
        return None
    return built


def _classified(text: str, parsed: exp.DataType, dialect: str) -> SqlType:  # noqa: PLR0911 -- one return for each family
    name = str(getattr(parsed.this, "name", parsed.this)).upper()
    sizes = [int(piece.name) for piece in parsed.expressions if piece.name.isdigit()]
    if name == "TINYINT" and sizes == [1] and dialect == "mysql":
        return SqlType(text, "bool")
    if name in _BITS:
        bits = 8 if name == "TINYINT" and dialect == "tsql" else _BITS[name]
        low = 0 if bits == 8 else -(2**bits)
        return SqlType(text, "int", low, 2**bits - 1, counts=name in _SERIALS)
    if name in _UNSIGNED_BITS:
        return SqlType(text, "int", 0, 2 ** _UNSIGNED_BITS[name] - 1)
    if name == "YEAR":
        return SqlType(text, "int", 1901, 2155)
    if name in {"ENUM", "SET"}:
        return SqlType(text, "str", values=tuple(piece.name for piece in parsed.expressions)[:_MOST_ENUM])
    family = _FAMILIES.get(name) or _NAMED.get(_bare(text), "other")
    if family == "decimal":
        return _decimal(text, name, sizes, dialect)
    if family == "str":
        length = sizes[0] if sizes else 255 if name == "TINYTEXT" else None
        if name in _FIXED and not sizes:
            length = 1
        return SqlType(text, "str", length=length, fixed=name in _FIXED)
    zoned = "TZ" in name and "NTZ" not in name
    return SqlType(text, family, length=sizes[0] if sizes and family == "bytes" else None, zoned=zoned)


def _decimal(text: str, name: str, sizes: list[int], dialect: str) -> SqlType:
    if "MONEY" in name:
        return SqlType(text, "decimal", precision=10 if name == "SMALLMONEY" else 18, scale=2)
    if not sizes:
        return SqlType(text, "decimal", precision=10, scale=0) if dialect == "mysql" else SqlType(text, "decimal")
    return SqlType(text, "decimal", precision=sizes[0], scale=sizes[1] if len(sizes) > 1 else 0)


def _bits(text: str, length: int, dialect: str) -> SqlType:
    if dialect in {"mysql", "tsql"} and length == 1:
        return SqlType(text, "bool")
    return SqlType(text, "bits", length=length, fixed="vary" not in text.lower())


def _by_affinity(text: str) -> SqlType:
    """SQLite takes any word for a type, and goes by what stands in it (section 3.1 of its datatype page)."""
    upper = text.upper()
    size = re.search(r"\((\d+)", text)
    if "INT" in upper:
        return SqlType(text, "int", -(2**63), 2**63 - 1)
    if any(word in upper for word in ("CHAR", "CLOB", "TEXT")):
        return SqlType(text, "str", length=int(size[1]) if size else None)
    if "BLOB" in upper:
        return SqlType(text, "bytes")
    if any(word in upper for word in ("REAL", "FLOA", "DOUB")):
        return SqlType(text, "float")
    return SqlType(text, "other")
