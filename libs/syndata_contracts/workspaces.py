"""Workspaces: whose data something is. They stand in every document, message and object key, never in a cell's key."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

WorkspaceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
"""Lower-case letters, digits and inner hyphens, at most 63: fit for a path and a host name."""

DEFAULT_WORKSPACE = "default"
"""The workspace of whoever names none, local runs among them."""
