"""A plan made ready to generate: its vocabularies, its secret, and the kinds that other packages bring."""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from syndata_vocabularies.sampling import sample_faker

    return Vocabularies(read_pack, available_locales(), sample_faker)


def bind_plan(plan: Plan, vocabularies: Vocabularies | None = None) -> Dataset:
    """Make a plan ready to generate; Refused without its secret or with other vocabularies or kinds."""
    from syndata_engine.generation import bind, secret_in

    load_kinds()
    return bind(plan, vocabularies or packed_vocabularies(), secret_in(os.environ, plan.secret_id))


@cache
def load_kinds() -> None:
    """Announce the kinds that installed packages bring, once."""
    found = entry_points(group=KINDS_GROUP)
    if found:
        from syndata_engine.generation.kinds.registry import announce_brought

        announce_brought(entry.load() for entry in found)


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
