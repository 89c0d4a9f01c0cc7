"""Which names are accepted, and which known name a wrong one was meant to be."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

LONGEST_NAME = 128
"""Characters of any name."""
LONGEST_FILE_NAME = 200
"""Bytes of a table's name: file systems take 255, and endings and part numbers need some."""
CLOSE = 0.8
"""From this likeness on, a wrong key is read as the one it resembles, so that it causes one fault and no more."""
MOST_COMPARED = 500
"""Names."""

_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_OUR_FILES = frozenset({"plan", "manifest"})


def wrong_name(name: str) -> tuple[str, str] | None:
    """What is wrong with a column's, table's or id's text and what to do about it, or None."""
    if not name.strip():
        return "the name is empty", "write a name"
    if len(name) > LONGEST_NAME:
        return f"the name {name[:20]}... has {len(name)} characters", f"use at most {LONGEST_NAME}"
    control = next((character for character in name if unicodedata.category(character) in ("Cc", "Cs")), None)
    if control is not None:
        return f"the name {name!a} holds the control character U+{ord(control):04X}", "remove it"
    return None


def wrong_table_name(name: str) -> tuple[str, str] | None:
    """As `wrong_name`, for names that become files on any system."""
    wrong = wrong_name(name)
    if wrong:
        return wrong
    odd = next((character for character in name if not _may_stand_in_a_file_name(character)), None)
    if odd is not None:
        return f"the table name {name!r} holds {odd!r}; tables become files", "use letters, digits, _, -, . and spaces"
    if name[0] in ". " or name[-1] in ". ":
        return (
            f"the table name {name!r} starts or ends with a dot or space; tables become files",
            f"write {name.strip('. ')!r}",
        )
    if _DEVICES.fullmatch(name) or name.casefold() in _OUR_FILES:
        owner = "Syndata's own file" if name.casefold() in _OUR_FILES else "a device on Windows"
        return f"the table name {name!r} is reserved: it names {owner}", f"write {name + 's'!r}, or another name"
    if len(name.encode()) > LONGEST_FILE_NAME:
        return (
            f"the table name {name[:20]}... has {len(name.encode())} bytes; tables become files",
            f"use at most {LONGEST_FILE_NAME} bytes",
        )
    return None


def _may_stand_in_a_file_name(character: str) -> bool:
    return character in "_-. " or unicodedata.category(character)[0] in "LM" or unicodedata.category(character) == "Nd"


def same_file(name: str) -> str:
    """Equal for two names that some file system takes for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known name that `name` resembles most, letter case aside; None when none is near.

    Among many names only letter case is looked at: comparing letter by letter takes about 5 us a name.
    """
    by_lower: dict[str, str] = {}
    for candidate in known:
        by_lower.setdefault(candidate.casefold(), candidate)
    folded = name.casefold()[: 2 * LONGEST_NAME]
    if len(by_lower) > MOST_COMPARED:
        return by_lower.get(folded)
    found = difflib.get_close_matches(folded, by_lower, n=1, cutoff=cutoff)
    return by_lower[found[0]] if found else None


def suggest(name: str, known: Iterable[str], *, noun: str) -> str:
    """A fix that says which name was probably meant, and which there are."""
    choices = list(known)
    if not choices:
        return f"there is no {noun} to choose from"
    listed = ", ".join(choices[:20]) + (", ..." if len(choices) > 20 else "")
    near = nearest(name, choices)
    return f"did you mean `{near}`? {noun}: {listed}" if near else f"{noun}: {listed}"
