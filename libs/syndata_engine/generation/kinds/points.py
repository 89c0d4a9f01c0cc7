"""Points on the globe: evenly spread, inside a box or country, or in the row's city where places are real."""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from pydantic import Field

from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.places import PLACE_WORDS
from syndata_engine.generation.kinds.registry import Kind, Options
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Between, Mapped, Taken, Uniform, Weighted
from syndata_engine.generation.texts.text import Fixed, Lit
from syndata_engine.pools import alias_table

if TYPE_CHECKING:
    from syndata_engine.generation.kinds.real_places import RealPlace

POINT_WORDS: Final = frozenset(["lat", "latitude", "lng", "lon", "long", "longitude", "coordinates", "coordinate", "coords", "geo", "gps", "point", "location", "position", "x", "y"])  # fmt: skip
ADDRESS_WORDS: Final = (POINT_WORDS - {"location", "position"}) | PLACE_WORDS | {"time", "zone", "timezone", "tz"}
"""What says of an address column that it holds its point or time zone, and not which address is meant."""
MICRO: Final = 10**6
"""Points are drawn in millionths of a degree, about a tenth of a metre."""
_PI: Final = Decimal("3.14159265358979323846264338327950288")
_BOXES: Final[dict[str, tuple[int, int, int, int]]] = {
    "AT": (466, 106, 487, 169), "AU": (-345, 1180, -200, 1500), "BE": (498, 35, 513, 61), "BR": (-230, -580, -40, -430),
    "CA": (500, -1250, 600, -700), "CH": (461, 64, 476, 99), "CN": (260, 1000, 420, 1180), "CZ": (488, 128, 507, 180),
    "DE": (477, 70, 540, 140), "DK": (551, 84, 571, 101), "ES": (374, -65, 425, -10), "FI": (612, 225, 668, 285),
    "FR": (437, 0, 490, 60), "GB": (512, -28, 536, -2), "IE": (521, -91, 541, -65), "IN": (150, 745, 265, 800),
    "IT": (435, 75, 462, 120), "JP": (354, 1370, 364, 1398), "MX": (180, -1030, 280, -980), "NL": (516, 49, 529, 68),
    "NO": (598, 65, 625, 115), "PL": (500, 155, 537, 230), "PT": (375, -83, 418, -72), "SE": (570, 130, 640, 165),
    "US": (330, -1170, 460, -820), "ZA": (-320, 210, -250, 290),
}  # fmt: skip
"""Tenths of a degree: south, west, north and east of a box that lies in the country, or nearly so."""


@cache
def _sine(micro: int) -> int:
    """The sine of so many millionths of a degree, times 2**60, by its series in exact decimals: the same everywhere."""
    with localcontext(prec=40):
        angle = Decimal(micro) / MICRO * _PI / 180
        term, total = angle, angle
        for n in range(1, 16):
            term = -term * angle * angle / (2 * n * (2 * n + 1))
            total += term
        return int((total * 2**60).to_integral_value())


class PointOptions(Options):
    entity: str | None = Field(default=None, description="which point of the row; default: from the column's name")
    country: str | None = Field(default=None, description="two letters: a point in a box inside the country, instead of anywhere on the globe")  # fmt: skip
    box: tuple[Decimal, Decimal, Decimal, Decimal] | None = Field(default=None, description="south, west, north and east, in degrees: a point between them")  # fmt: skip


def real_place(ctx: ColumnContext, entity: str | None) -> RealPlace | None:
    """The city of the address that a column belongs to, in a table of real places."""
    gazetteer = ctx.gazetteer
    if gazetteer is None:
        return None
    from syndata_engine.generation.kinds.real_places import RealPlace

    return RealPlace(ctx, gazetteer, ctx.entity_name(ADDRESS_WORDS, entity))


def _real(ctx: ColumnContext, options: PointOptions) -> RealPlace | None:
    """None for a point that has a box or country of its own."""
    return real_place(ctx, options.entity) if options.country is None and options.box is None else None


class Point:
    """The point that columns of a row describe together: evenly spread over the sphere, or over a part of it."""

    def __init__(self, ctx: ColumnContext, options: PointOptions) -> None:
        self.south, self.west, self.north, self.east = self._box(ctx, options)
        name = ctx.entity_name(POINT_WORDS, options.entity)
        self._words = [ctx.entity_word("point", name, part) for part in ("band", "latitude", "longitude")]

    def _box(self, ctx: ColumnContext, options: PointOptions) -> tuple[int, int, int, int]:
        if options.country is not None:
            if options.box is not None:
                ctx.refuse("a country and a box are given", "drop one of them", "box")
            if options.country not in _BOXES:
                what = f"no box inside {options.country!r} is known here"
                ctx.refuse(what, f"write a box, or one of: {', '.join(_BOXES)}", "country")
            south, west, north, east = (tenths * MICRO // 10 for tenths in _BOXES[options.country])
            return south, west, north, east
        if options.box is None:
            return -90 * MICRO, -180 * MICRO, 90 * MICRO, 180 * MICRO
        if not all(
            side.is_finite() and abs(side) <= limit for side, limit in zip(options.box, (90, 180, 90, 180), strict=True)
        ):
            ctx.refuse("the box leaves the globe", "write south, west, north and east, in degrees", "box")
        south, west, north, east = (int(side * MICRO) for side in options.box)
        if south > north or west > east:
            ctx.refuse("the box is empty", "write south before north, and west before east", "box")
        return south, west, north, east

    def latitude(self) -> Node:
        """Millionths of a degree; a band of a tenth of a degree is as likely as its share of the sphere's surface."""
        step = MICRO // 10
        edges = [self.south, *range((self.south // step + 1) * step, self.north, step), self.north]
        lows = np.array(edges[:-1], np.int64)
        highs = np.array([*(edge - 1 for edge in edges[1:-1]), self.north], np.int64)
        weights = tuple(_sine(high) - _sine(low) for low, high in pairwise(edges))
        if sum(weights) == 0:
            return Mapped(lambda codes: codes * 0 + self.south, (Uniform(self._words[0], 0, 1),))
        band = Weighted(self._words[0], alias_table(weights))
        return Between(self._words[1], Taken(band, lows), Taken(band, highs))

    def longitude(self) -> Node:
        """Millionths of a degree, each as likely."""
        return Uniform(self._words[2], self.west, self.east - self.west + 1)


def _degrees(ctx: ColumnContext, micro: Node, low: int, high: int) -> Column:
    """A column of degrees, rounded down to the digits that its type keeps."""
    scale = 6 if ctx.type is None or (ctx.type.name == "float" and ctx.schema.scale is None) else ctx.type.scale
    value_type = ValueType(
        ctx.type.name if ctx.type and ctx.type.numeric else "float", ctx.type.precision if ctx.type else None, scale
    )
    if scale == 6:
        return Column(value_type, micro, low=low, high=high)
    if scale > 6:
        factor = 10 ** (scale - 6)
        return Column(value_type, Mapped(lambda codes: codes * factor, (micro,)), low=low * factor, high=high * factor)
    divisor = 10 ** (6 - scale)
    return Column(
        value_type, Mapped(lambda codes: codes // divisor, (micro,)), low=low // divisor, high=high // divisor
    )


class Latitude(Kind):
    name = "latitude"
    aliases = ("lat",)
    summary = "Degrees north of the equator; with longitude a point as likely anywhere on the globe, or in a box. Agrees with coordinates."
    types = ("float", "decimal")
    options = PointOptions

    def build(self, ctx: ColumnContext, options: PointOptions) -> Column:
        if real := _real(ctx, options):
            return _degrees(ctx, real.latitude(), -90 * MICRO, 90 * MICRO)
        point = Point(ctx, options)
        return _degrees(ctx, point.latitude(), point.south, point.north)


class Longitude(Kind):
    name = "longitude"
    aliases = ("lng", "lon")
    summary = "Degrees east of Greenwich; with latitude a point as likely anywhere on the globe, or in a box. Agrees with coordinates."
    types = ("float", "decimal")
    options = PointOptions

    def build(self, ctx: ColumnContext, options: PointOptions) -> Column:
        if real := _real(ctx, options):
            return _degrees(ctx, real.longitude(), -180 * MICRO, 180 * MICRO)
        point = Point(ctx, options)
        return _degrees(ctx, point.longitude(), point.west, point.east)


class Coordinates(Kind):
    class CoordinatesOptions(PointOptions):
        separator: str = Field(default=", ", min_length=1, max_length=16)

    name = "coordinates"
    aliases = ("lat_long", "geo_point")
    summary = "Latitude and longitude in one text, with six digits after the point; inside the row's city only where the table's places are real."
    types = ("str",)
    options = CoordinatesOptions

    def build(self, ctx: ColumnContext, options: CoordinatesOptions) -> Column:
        point = _real(ctx, options) or Point(ctx, options)
        return Column(
            ValueType("str"), text=(Fixed(point.latitude(), 6), Lit(options.separator), Fixed(point.longitude(), 6))
        )


KINDS = (Latitude(), Longitude(), Coordinates())
