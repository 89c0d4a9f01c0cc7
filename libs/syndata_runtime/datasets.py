"""Plans made ready to generate: with the packs that are shipped, this process's secrets, and kinds of other packages."""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from syndata_contracts.plan import Plan
    from syndata_engine.generation import Dataset
    from syndata_engine.vocabularies import Vocabularies

KINDS_GROUP: Final = "syndata.kinds"


@cache
def vocabularies() -> Vocabularies:
    """The frozen packs, read one by one when they are asked for."""
    from syndata_engine.vocabularies import Vocabularies  # noqa: PLC0415 -- heavy, and only worker processes need it
    from syndata_vocabularies import available_locales, read_pack  # noqa: PLC0415
    from syndata_vocabularies.sampling import sample_faker  # noqa: PLC0415

    return Vocabularies(read_pack, available_locales(), sample_faker)


@cache
def load_kinds() -> None:
    """Announce the kinds that installed packages bring, once."""
    found = entry_points(group=KINDS_GROUP)
    if found:
        from syndata_engine.generation.kinds.registry import announce_brought  # noqa: PLC0415

        announce_brought(entry.load() for entry in found)


def bind_plan(plan: Plan) -> Dataset:
    """Make a plan ready to generate; Refused without its secret or with other vocabularies or kinds."""
    from syndata_engine.generation import bind, secret_in  # noqa: PLC0415

    load_kinds()
    return bind(plan, vocabularies(), secret_in(os.environ, plan.secret_id))
