"""`python -m syndata_vocabularies.build [locale ...]`: writes the packs into this package."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from pathlib import Path

from faker.config import AVAILABLE_LOCALES

from syndata_vocabularies.build.packing import Pack, build_pack, write_packs


def main() -> None:
    """Build all packs, or into another folder; a partial build must not replace the index."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("locales", nargs="*", help="only these; then --into is needed")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent.parent / "packs")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    chosen = parser.parse_args()
    if chosen.locales and chosen.into == parser.get_default("into"):
        parser.error("building some locales only needs --into: the index lists all of them")
    packs: list[Pack] = []
    with multiprocessing.get_context("spawn").Pool(chosen.processes) as workers:
        for pack in workers.imap_unordered(build_pack, chosen.locales or sorted(AVAILABLE_LOCALES)):
            sys.stdout.write(f"{pack.locale}: {len(pack.body)} bytes, sampled {dict(pack.sampled)}\n")
            sys.stdout.flush()
            packs.append(pack)
    write_packs(sorted(packs, key=lambda pack: pack.locale), chosen.into)


if __name__ == "__main__":
    main()
