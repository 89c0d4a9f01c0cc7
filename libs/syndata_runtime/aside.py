"""Documents and plans, wherever they lie: at their place, or set aside as nobody seemed to need them.

They are known by their digest, and several may share one. So none is removed at once: it is set aside for a day, in which
whoever needed it after all shows up in a job or a kept schema, and it is put back. Meanwhile readers find it there.
"""

from __future__ import annotations

from contextlib import suppress

from syndata_contracts.keys import aside_key
from syndata_objects.errors import Missing
from syndata_objects.port import Objects


async def get_kept(objects: Objects, key: str) -> bytes:
    """The whole of a document or plan; Missing when there is none."""
    return (await find_kept(objects, key))[1]


async def find_kept(objects: Objects, key: str) -> tuple[str, bytes]:
    """Where a document or plan lies, and the whole of it; Missing when there is none."""
    # The last look is for what was put back between the first two.
    for place in (key, aside_key(key), key):
        with suppress(Missing):
            return place, await objects.get(place)
    raise Missing(f"there is no object {key}")
