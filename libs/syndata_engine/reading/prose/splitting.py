"""A line -> the name of a column, and the words that say more of it."""

from __future__ import annotations

import re
from typing import Final

from syndata_engine.generation.columns.context import name_words

_SPLIT: Final = re.compile(
    r"\s*[:=(\[]|\s+-+\s+|\s*,\s"
    r"|\s+(?=(?:between|from|within|ranging|in the (?:last|past|next)|over the (?:last|past)|of the (?:last|past)|one of|either|calculated|computed|derived"
    r"|equals?|that|which|should|must|with|references|referencing|linked|links to|belongs to|at least|at most|up to|optional|nullable|unique|last|past|like|format|formatted|such as)\b(?! name\b))"
    r"|\s+of(?=\s+(?:\d|(?:one|two|three|four|five|six)\b|[\w ]+?(?:,| or )))"
    r"|\s+(?=[$€£¥]?\d)",
    re.IGNORECASE,
)
_ARTICLES: Final = frozenset(
    {"a", "an", "the", "their", "its", "his", "her", "each", "every", "random", "realistic", "valid", "some"}
)
_ADJECTIVES: Final = frozenset(
    {"us", "uk", "american", "british", "german", "french", "spanish", "italian", "unique", "optional"}
)
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
    words = re.findall(r"[\w'.]+", label)
    said = [word for word in words if word.lower() in _ADJECTIVES]
    kept = [word for word in words if word.lower() not in _ARTICLES | _ADJECTIVES]
    while len(kept) > 1 and kept[-1].lower() in _LAST:
        kept.pop()
    name = "_".join(part for word in kept for part in name_words(re.sub(r"'s?$", "", word)))
    return re.sub(r"\W+", "_", name).strip("_"), " ".join([*said, detail.strip()]).strip()
