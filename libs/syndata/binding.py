"""A plan made ready to generate: its vocabularies, its secret, and the kinds that other packages bring."""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syndata_contracts.errors import Fault, Refused

if TYPE_CHECKING:
    from syndata_contracts.plan import Plan
    from syndata_engine.generation import Dataset
    from syndata_engine.vocabularies import Vocabularies

KINDS_GROUP = "syndata.kinds"
"""Entry point group under which other packages announce a `Kind`, or a function that returns kinds."""


def packed_vocabularies() -> Vocabularies:
    """The frozen packs that are shipped with the package, read one by one when they are asked for."""
    from syndata_engine.vocabularies import Vocabularies
    from syndata_vocabularies import available_locales, read_pack

    return Vocabularies(read_pack, available_locales())


def bind_plan(plan: Plan, vocabularies: Vocabularies | None = None) -> Dataset:
    """Make a plan ready to generate; Refused without its secret or with other vocabularies or kinds."""
    from syndata_engine.generation import bind

    load_kinds()
    return bind(plan, vocabularies or packed_vocabularies(), secret_of(plan.secret_id))


def secret_of(secret_id: str | None) -> bytes:
    """The secret of this name, from the environment; empty for none. Refused when it is not set."""
    if secret_id is None:
        return b""
    variable = "SYNDATA_SECRET_" + re.sub(r"[^A-Z0-9]+", "_", secret_id.upper())
    value = os.environ.get(variable, "")
    if not value:
        raise Refused(
            Fault(
                "secret_id", f"the secret {secret_id!r} is not known here", f"set the environment variable {variable}"
            )
        )
    return value.encode()


@cache
def load_kinds() -> None:
    """Announce the kinds that installed packages bring, once."""
    found = list(entry_points(group=KINDS_GROUP))
    if not found:
        return
    from syndata_engine.generation.registry import Kind, all_kinds, announce

    all_kinds()
    for entry in found:
        brought = entry.load()
        kinds = [brought] if isinstance(brought, Kind) else list(brought())
        announce(*kinds)


def kernels_compiled() -> bool:
    """Whether the kernels stand in Numba's cache, so that nothing waits for a compiler."""
    from syndata_engine.generation.rendering.render import render_rows

    dispatcher: Any = render_rows
    folder = Path(dispatcher._cache.cache_path)  # noqa: SLF001 - it tells its folder in no other way
    return any(folder.glob("render.render_rows-*.nbi"))


@cache
def load_kernels() -> None:
    """Compile or load every kernel here, so that forked workers inherit them and none compiles for itself."""
    from syndata_engine.generation.warm import warm

    warm()
