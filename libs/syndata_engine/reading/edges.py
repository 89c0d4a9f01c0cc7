"""What a reference says of the edges of a graph whose other end it is."""

from __future__ import annotations

from decimal import Decimal

from syndata_contracts.schema import EdgeSchema
from syndata_engine.reading.spots import Spot

EDGE_KEYS = ("from", "within", "inside", "exact", "undirected")
_SHAPE = "`{from: source, within: community_id, inside: 80%}`"


def read_edge(spot: Spot) -> EdgeSchema | None:
    """The edge, without what has faults."""
    fields = spot.fields(_SHAPE, EDGE_KEYS)
    if fields is None:
        return None
    said = fields.need("from", fix="add `from: ...`, the reference where edges begin")
    start = said.name("the name of a reference or its column") if said else None
    within, inside, exact, undirected = (fields.get(key) for key in EDGE_KEYS[1:])
    community = within.name("the name of a reference or its column") if within else None
    share = inside.rate() if inside else Decimal(1)
    flags = [at.flag() if at else False for at in (exact, undirected)]
    if start is None or share is None or None in flags or (within and community is None):
        return None
    return EdgeSchema(
        path=spot.path, start=start, within=community, inside=share, exact=bool(flags[0]), undirected=bool(flags[1])
    )
