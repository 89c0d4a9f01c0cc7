"""A line -> the name of a column, and the words that say more of it."""

from __future__ import annotations

import re
from typing import Final

from syndata_engine.generation.columns.context import name_words

_SPLIT: Final = re.compile(
    r"\s*[:=(\[]|\s+-+\s+|\s*,\s"
    r"|\s+(?=(?:between|from|within|ranging|in the (?:last|past|next)|over the (?:last|past)|of the (?:last|past)|one of|either|calculated|computed|derived"
    r"|equals?|that|which|should|must|with|references|referencing|linked|links to|belongs to|at least|at most|up to|optional|nullable|unique|last|past|like|format|formatted|such as|average|mean|avg|around|before|after|since|not|is|are)\b(?! name\b))"
    r"|\s+of(?=\s+(?:\d|(?:one|two|three|four|five|six)\b|[\w ]+?(?:,| or )))"
    r"|\s+(?=in\s+(?:19|20)\d\d\b)|\s+(?=-?[$€£¥]?\d)|\s+(?=[<>])|\?",
    re.IGNORECASE,
)
_ARTICLES: Final = frozenset(
    {"a", "an", "the", "their", "its", "his", "her", "each", "every", "random", "realistic", "valid", "some"}
)
_ADJECTIVES: Final = frozenset(
    {"us", "uk", "american", "british", "german", "french", "spanish", "italian", "unique", "optional"}
)
_SAID: Final = frozenset(
    [
        "optional",
        "unique",
        "nullable",
        "integer",
        "int",
        "number",
        "decimal",
        "float",
        "text",
        "string",
        "date",
        "datetime",
        "boolean",
        "uuid",
    ]
)
"""What is said of a column, and is no value of it."""
_LAST: Final = frozenset({"field", "column", "value"})


def split(text: str) -> tuple[str, str]:
    """A column's name in snake case (empty where there is none), and what is said of it."""
    body = text.strip().rstrip(".;")
    found = next((one for one in _SPLIT.finditer(body) if re.search(r"\w", body[: one.start()])), None)
    label = body[: found.start()] if found else body
    detail = body[found.end() :] if found else ""
    if found and found[0].strip() in {"(", "["}:
        detail = re.sub(r"[)\]]", " ", detail, count=1)
    if found and found[0].strip() == "=":
        detail = f"= {detail.strip()}"
    label, detail = _told_before(label, detail, found)
    words = re.findall(r"[\w'.]+", label)
    said = [word for word in words if word.lower() in _ADJECTIVES]
    kept = [word for word in words if word.lower() not in _ARTICLES | _ADJECTIVES]
    while len(kept) > 1 and kept[-1].lower() in _LAST:
        kept.pop()
    name = "_".join(part for word in kept for part in name_words(re.sub(r"'s?$", "", word)))
    return re.sub(r"\W+", "_", name).strip("_"), " ".join([*said, detail.strip()]).strip()


def _told_before(label: str, detail: str, found: re.Match[str] | None) -> tuple[str, str]:
    """`currency EUR/USD` and `size S, M, L`: a list that begins before the first mark of one."""
    if slashed := re.fullmatch(r"(.*\w)\s+(\w+(?:/\w+)+)", label):
        return slashed[1], f"{slashed[2]} {detail}".strip()
    first = re.fullmatch(r"(.*\w)\s+(\w+)", label)
    listed = [piece.strip().lower() for piece in re.split(r",|\bor\b|\band\b", detail) if piece.strip()]
    plain = all(re.fullmatch(r"\w+", piece) and piece not in _SAID for piece in listed)
    if found and found[0].strip() == "," and first and listed and plain and "_" not in label:
        return first[1], f"{first[2]}, {detail}"
    return label, detail
