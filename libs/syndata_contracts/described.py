"""What every value that was read from a user's document is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Described(BaseModel):
    """A frozen value that remembers the place it was read from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(default="", exclude=True, repr=False)
    """Where it stood in the user's document, e.g. `tables[0].columns[2]`."""
