"""Workspaces: whose data something is. They stand in every document, message and object key, never in a cell's key."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import Annotated, Final

from pydantic import StringConstraints

_ID: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_SLUG: Final = 40

WorkspaceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
"""Lower-case letters, digits and inner hyphens, at most 63: fit for a path and a host name."""

DEFAULT_WORKSPACE = "default"
"""The workspace of whoever names none, local runs among them."""


def workspace_id(name: str) -> str:
    """The id of the workspace that people call `name`: the name itself, where it is fit to be one.

    Of any other (`Customer Analytics`) it is what is fit of it and a digest, so that it follows from the name alone:
    two requests for the same name meet, and an id names its workspace as its name does.
    """
    if _ID.fullmatch(name):
        return name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].rstrip("-") or "workspace"
    return f"{slug}-{sha256(name.encode()).hexdigest()[:12]}"
