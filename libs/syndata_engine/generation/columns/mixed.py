"""Tables of several locales: a column is built for each of them, and every row shows that of its own locale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import LocaleShare
from syndata_engine.generation.columns.columns import Bounds, Column
from syndata_engine.generation.columns.context import ColumnContext, TableContext
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import Constant, Selected, Taken, Weighted
from syndata_engine.generation.texts.text import Case
from syndata_engine.pools import Pool, alias_table
from syndata_engine.vocabularies import Pack, Vocabularies

if TYPE_CHECKING:
    from syndata_engine.gazetteers import Gazetteer


def mix_locales(context: TableContext, shares: tuple[LocaleShare, ...], vocabularies: Vocabularies) -> None:
    """Give a table of several locales what it needs: rows draw their locale by weight, all columns the same."""
    if len(shares) < 2:
        return
    finest = max(-int(share.weight.as_tuple().exponent) for share in shares)
    weights = tuple(int(share.weight.scaleb(max(finest, 0))) for share in shares)
    context.row_locale = Weighted(context.word("locale"), alias_table(weights))
    others = (vocabularies.pack(share.locale, share.path or "locale") for share in shares[1:])
    wanted = context.gazetteer is not None
    gazetteers = {pack.locale: gazetteer_of(pack, vocabularies, context) if wanted else None for pack in others}
    packs = (vocabularies.pack(locale) for locale in gazetteers)
    context.mix = (context, *(context.for_locale(pack, gazetteers[pack.locale]) for pack in packs))


def gazetteer_of(pack: Pack, vocabularies: Vocabularies, context: TableContext) -> Gazetteer:
    """The real cities of a locale's country; Refused where there is no list of them."""
    country = pack.region.upper()
    found = vocabularies.gazetteer(country)
    if found is None:
        from syndata_engine.gazetteers import COUNTRIES

        path = f"{context.schema.path}.places" if context.schema.places else "places"
        what = f"no real cities are known for the locale {pack.locale}"
        raise Refused(Fault(path, what, f"drop `places`, or use locales of: {', '.join(COUNTRIES)}"))
    return found


def built(ctx: ColumnContext, build: Callable[[ColumnContext], Column | None]) -> Column | None:
    """What a kind builds, for every locale of the table if it asks for the vocabulary; None where it builds nothing."""
    table = ctx.table
    if table.row_locale is None:
        return build(ctx)
    outer, table.pack_read = table.pack_read, False
    first = build(ctx)
    asked, table.pack_read = table.pack_read, outer
    if first is None or not asked or first.parts:
        return first
    others = [build(replace(ctx, table=other, reads=[])) for other in table.mix[1:]]
    options = [option for option in (first, *others) if option is not None]
    return mixed(table.row_locale, options) if len(options) == len(table.mix) else None


def check_one_vocabulary(ctx: ColumnContext, ask: Callable[[], object], kind: str) -> None:
    """Refuse to number the values of several vocabularies: what stands in two of them would have two numbers."""
    table = ctx.table
    if table.row_locale is None:
        return
    outer, table.pack_read = table.pack_read, False
    ask()
    asked, table.pack_read = table.pack_read, outer
    if asked:
        what = f"{ctx.schema.name} must be unique, but values of the rule {kind} are those of several locales"
        fix = "use email, username, sequence or uuid, state the rule's country, or give the table one locale"
        raise Refused(Fault(ctx.path, what, fix))


def mixed(index: Node, options: list[Column]) -> Column:
    """The column whose rows show the option that the index names; all are of one type."""
    first = options[0]
    whole = replace(
        first,
        null=_null(index, options),
        cost=1 + sum(option.cost for option in options),
        version=max(option.version for option in options),
        unique=all(option.unique for option in options),
        narrow=_narrow(index, options),
        length=None,
    )
    if all(option.labels is not None for option in options):
        return _labelled(index, options, whole)
    if first.type.textual:
        text = (Case(index, tuple(option.written() for option in options)),)
        return replace(whole, code=None, text=text, labels=None, low=None, high=None)
    lows, highs = [option.low for option in options], [option.high for option in options]
    return replace(
        whole,
        code=Selected(index, tuple(option.code or Constant(0) for option in options)),
        low=None if None in lows else min(low for low in lows if low is not None),
        high=None if None in highs else max(high for high in highs if high is not None),
    )


def _labelled(index: Node, options: list[Column], whole: Column) -> Column:
    """Over one pool of all texts, each of them once, so that conditions find them."""
    number: dict[str, int] = {}
    codes: list[Node] = []
    for option in options:
        values = option.labels.values if option.labels else ()
        table = np.array([number.setdefault(value, len(number)) for value in values], np.int64)
        codes.append(Taken(option.code or Constant(0), table))
    return replace(
        whole, code=Selected(index, tuple(codes)), text=None, labels=Pool(tuple(number)), low=0, high=len(number) - 1
    )


def _null(index: Node, options: list[Column]) -> Node | None:
    if all(option.null is None for option in options):
        return None
    return Selected(index, tuple(option.null or Constant(0) for option in options))


def _narrow(index: Node, options: list[Column]) -> Callable[[Bounds], Column] | None:
    narrows = [option.narrow for option in options if option.narrow is not None]
    if len(narrows) < len(options):
        return None
    return lambda bounds: mixed(index, [narrow(bounds) for narrow in narrows])


def shares_text(shares: tuple[LocaleShare, ...]) -> str:
    """Locales with their shares, for people."""
    total = sum((share.weight for share in shares), Decimal(0))
    return ", ".join(f"{share.locale} {share.weight * 100 / total:.0f} %" for share in shares)
