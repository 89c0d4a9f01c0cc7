"""Assembles, checks and writes packs."""

from __future__ import annotations

import json
import logging
import lzma
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from faker import VERSION

from syndata_vocabularies import pack_digest
from syndata_vocabularies.build.grammars import Grammar, Pool, Symbol, references, rename_references
from syndata_vocabularies.build.lexicon import Lexicon
from syndata_vocabularies.build.places import postcodes_of, states_of
from syndata_vocabularies.build.slugs import spell
from syndata_vocabularies.build.symbols import derive_all

SOURCE: Final = f"Faker {VERSION}"
_NAME: Final = re.compile(r"(first|middle|last)_name(_male|_female|_nonbinary)?")
_SHARED_FROM: Final = 64


@dataclass(frozen=True, slots=True)
class Pack:
    """One locale, ready to be written."""

    locale: str
    body: bytes
    sampled: Mapping[str, int] = field(default_factory=dict)
    """Distinct texts of the symbols that are sampled pools."""


def build_pack(locale: str) -> Pack:
    """Build the pack of one locale from the installed Faker; the same bytes every time."""
    warnings.simplefilter("ignore", UserWarning)  # a locale that Faker calls deprecated is still one
    logging.getLogger("faker").setLevel(logging.CRITICAL)
    lexicon = Lexicon(locale)
    public = derive_all(lexicon)
    symbols = dict(lexicon.symbols)
    provider = lexicon.tracer.generator.provider("faker.providers.address")
    states = states_of(provider)
    by_state = postcodes_of(provider, states) if states else None
    kept = _share(_reachable(symbols, public), public)
    written = {name: _as_json(symbol) for name, symbol in kept.items()}
    for name in _reachable(kept, [name for name in kept if _NAME.fullmatch(name)]):
        if isinstance(kept[name], Pool):
            written[name]["ascii"] = _spellings(lexicon, written[name]["values"])
    if by_state is not None:
        written["postcode_by_state"] = by_state
    sampled = {name: len(getattr(kept[name], "values", ())) for name in sorted(lexicon.sampled & kept.keys())}
    pack = {"format": 1, "locale": locale, "source": SOURCE, "symbols": written}
    return Pack(locale, canonical(pack), sampled)


def canonical(value: object) -> bytes:
    """Return the one JSON text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def compress(body: bytes) -> bytes:
    """Return the stored form of a pack; xz keeps no name and no time."""
    return lzma.compress(body, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, preset=9)


def write_packs(packs: Iterable[Pack], folder: Path) -> None:
    """Write packs and the index that lists them all."""
    folder.mkdir(parents=True, exist_ok=True)
    listed: dict[str, object] = {}
    for pack in packs:
        (folder / f"{pack.locale}.json.xz").write_bytes(compress(pack.body))
        listed[pack.locale] = {"digest": pack_digest(pack.body), "bytes": len(pack.body), "sampled": pack.sampled}
    index = {"format": 1, "source": SOURCE, "packs": listed}
    text = json.dumps(index, sort_keys=True, indent=1, ensure_ascii=False)
    (folder / "index.json").write_text(text + "\n", encoding="utf-8")


def _reachable(symbols: Mapping[str, Symbol], roots: Iterable[str]) -> dict[str, Symbol]:
    found: dict[str, Symbol] = {}
    open_names = list(roots)
    while open_names:
        name = open_names.pop()
        if name not in found:
            found[name] = symbols[name]
            open_names += references(symbols[name])
    return {name: found[name] for name in sorted(found)}


def _share(symbols: dict[str, Symbol], public: list[str]) -> dict[str, Symbol]:
    """Keep one copy of equal symbols: parts give way to public ones, large pools of names refer."""
    owners: dict[Symbol, str] = {}
    for name in public:
        owners.setdefault(symbols[name], name)
    moved = {name: owners[symbol] for name, symbol in symbols.items() if name not in public and symbol in owners}
    shared: dict[str, Symbol] = {}
    for name, symbol in symbols.items():
        if name in moved:
            continue
        owner = owners.get(symbol, name)
        large = isinstance(symbol, Pool) and len(symbol.values) >= _SHARED_FROM
        if owner != name and large and not name.startswith(("state", "country", "currency")):
            shared[name] = Grammar((("{" + owner + "}", 1),))
        else:
            shared[name] = rename_references(symbol, moved)
    return _reachable(shared, public)


def _as_json(symbol: Symbol) -> dict[str, Any]:
    if isinstance(symbol, Grammar):
        return {"templates": [list(template) for template in symbol.templates]}
    if symbol.weights:
        return {"values": list(symbol.values), "weights": list(symbol.weights)}
    return {"values": list(symbol.values)}


def _spellings(lexicon: Lexicon, values: list[str]) -> list[str]:
    person = lexicon.tracer.generator.provider("faker.providers.person")
    internet: Any = lexicon.tracer.generator.provider("faker.providers.internet")
    known: dict[str, str] = {}
    for attribute in sorted(vars(type(person))):
        listed = getattr(person, attribute)
        if attribute.endswith("_pairs") and all(isinstance(each, tuple) and len(each) == 3 for each in listed):
            known.update((written, romaji) for written, _, romaji in listed)
    return [spell(value, internet.replacements, known) for value in values]
