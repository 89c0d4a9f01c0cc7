"""Shapes of JSON Schema that say one thing of a value, which the schema of the language is put together of."""

from __future__ import annotations

import re
from typing import Any

Shape = dict[str, Any]


def said(description: str, shape: Shape, **more: Any) -> Shape:
    """What stands at a key, described for who hovers over it."""
    # Any key may be left empty, which means the same as leaving it out.
    kind = shape.get("type")
    if "enum" in shape:
        shape = {**shape, "enum": [*shape["enum"], None]}
    elif kind is not None:
        shape = {**shape, "type": [*([kind] if isinstance(kind, str) else kind), "null"]}
    elif "anyOf" in shape:
        shape = {"anyOf": [*shape["anyOf"], {"type": "null"}]}
    else:
        shape = {"anyOf": [shape, {"type": "null"}]}
    return {"description": description, **shape, **more}


def mapping(properties: Shape, required: tuple[str, ...] = (), patterns: Shape | None = None) -> Shape:
    """A mapping of these keys and no others."""
    shape: Shape = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        shape["required"] = list(required)
    return {**shape, "patternProperties": patterns} if patterns else shape


def any_case(words: list[str]) -> Shape:
    """These words for completion, and any other letter case of them."""
    patterns = "|".join("".join(_letter(character) for character in word) for word in words)
    return {"anyOf": [{"enum": words}, {"type": "string", "pattern": rf"^\s*({patterns})\s*$"}]}


def _letter(character: str) -> str:
    if character in " _":
        return r"[\s_]+"
    return f"[{character.upper()}{character.lower()}]" if character.isalpha() else re.escape(character)
