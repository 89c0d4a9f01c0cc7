"""How a body is kept: as one JSON text, which every store keeps exactly, beside labels that `page` finds it by.

A store's own types would not do: of those we run on, one turns -0.0 into 0, one takes no list in a list, and none keeps
every whole number of 64 bits.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any, Final

from syndata_contracts.errors import Defect
from syndata_store.port import LARGEST_BODY

_DEEPEST: Final = 100
_LONGEST_LABEL: Final = 200
_SMALLEST_WHOLE: Final = -(2**63)
_LARGEST_WHOLE: Final = 2**64 - 1


class _Unfit(Exception):
    """What a value is that cannot be kept, and where it stands, from the outside in."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        self.path: list[str] = []


def encoded(body: Mapping[str, Any]) -> str:
    """The body as JSON text.

    Raises:
        Defect: it holds what JSON, or a store, does not keep exactly; or it is larger than LARGEST_BODY.
    """
    whole = dict(body)
    try:
        _check(whole, _DEEPEST)
    except _Unfit as unfit:
        place = "/".join(reversed(unfit.path)) or "the body"
        raise Defect(f"a document cannot hold {unfit.what}, at {place[:200]!r}") from None
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Defect("a document cannot hold half a surrogate pair: it is no text") from None
    size += sum(len(each.encode()) + 16 for each in labels(whole))
    if size > LARGEST_BODY:
        raise Defect(f"a document of {size} bytes is too large: {LARGEST_BODY} is the most; keep it as an object")
    return text


def decoded(text: str) -> dict[str, Any]:
    """The body that was encoded."""
    body: dict[str, Any] = json.loads(text)
    return body


def labels(body: Mapping[str, Any]) -> list[str]:
    """One label for each top-level text field, in no order that matters."""
    return [label(name, value) for name, value in body.items() if type(value) is str]


def label(name: str, value: str) -> str:
    """What two documents have in common when, and only when, a field of this name has this value in both.

    It has at most 200 characters and no control characters: indexes have limits, and not every store takes a NUL.
    """
    text = json.dumps([name, value], ensure_ascii=False)
    if len(text) <= _LONGEST_LABEL:
        return text
    return "#" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _check(value: object, levels: int) -> None:
    # Exact types, no subclasses: an enumeration or a named tuple would come back as something else.
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return
    if kind is int or kind is float:
        _check_number(value)
    elif levels == 0:
        raise _Unfit(f"more than {_DEEPEST} levels")
    elif isinstance(value, dict) and kind is dict:
        _check_fields(value, levels)
    elif isinstance(value, list) and kind is list:
        for place, item in enumerate(value):
            try:
                _check(item, levels - 1)
            except _Unfit as unfit:
                unfit.path.append(str(place))
                raise
    else:
        raise _Unfit(f"a value of type {kind.__name__}")


def _check_number(value: object) -> None:
    if isinstance(value, int) and not _SMALLEST_WHOLE <= value <= _LARGEST_WHOLE:
        raise _Unfit("a whole number beyond 64 bits")
    if isinstance(value, float) and not math.isfinite(value):
        raise _Unfit("NaN or an infinity")


def _check_fields(fields: dict[Any, Any], levels: int) -> None:
    for name, item in fields.items():
        if type(name) is not str:
            raise _Unfit(f"a name of type {type(name).__name__}")
        if "." in name or "$" in name or "\0" in name:
            raise _Unfit("a name with a dot, a dollar sign or NUL")
        try:
            _check(item, levels - 1)
        except _Unfit as unfit:
            unfit.path.append(name)
            raise
