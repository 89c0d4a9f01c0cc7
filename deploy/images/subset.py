"""The part of requirements.lock that some extras need, hashes and all: `python deploy/images/subset.py gateway`.

The lock holds what everybody needs, tools for development included, and says of each package who asks for it. So the
part that an image needs follows from the lock alone: no resolver, no network, the same versions everywhere. Where the
lock cannot tell which extra of a package is meant, all that the package asks for is taken.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Pin:
    """One package of a lock."""

    name: str
    text: str
    """Its lines, with version, marker and hashes."""
    asked_by: frozenset[str]
    """The packages that need it."""


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> Iterator[Pin]:
    """Every package of a lock as uv writes it."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.strip()):
        name = re.match(r"[A-Za-z0-9._-]+", block)
        if name is None:
            raise SystemExit(f"this is no line of a lock: {block.splitlines()[0]!r}")
        pinned, _, via = block.partition("    # via")
        asked_by = frozenset(normal(line.strip(" #").split(" ")[0]) for line in via.splitlines() if line.strip(" #"))
        yield Pin(normal(name.group()), pinned.rstrip() + "\n", asked_by)


def direct(project: dict[str, Any], extras: Iterable[str]) -> set[str]:
    """The packages that the project asks for itself, with these extras."""
    named, waiting, seen = set(), list(extras), set()
    requirements = list(project["dependencies"])
    while waiting or requirements:
        for requirement in requirements:
            package, listed = re.match(r"([A-Za-z0-9._-]+)(?:\[([^]]*)\])?", requirement).groups()  # type: ignore[union-attr] # pyproject is checked by pip
            if normal(package) == project["name"]:
                waiting += [extra.strip() for extra in listed.split(",")]
            else:
                named.add(normal(package))
        requirements = []
        if waiting and (extra := waiting.pop()) not in seen:
            seen.add(extra)
            requirements = list(project["optional-dependencies"][extra])
    return named


def closure(locked: Collection[Pin], wanted: set[str]) -> list[Pin]:
    """The pins of these packages, and of all that they need."""
    taken: set[str] = set()
    reached = {pin.name for pin in locked} & wanted
    while reached:
        taken |= reached
        reached = {pin.name for pin in locked if pin.asked_by & reached} - taken
    missing = wanted - taken
    if missing:
        raise SystemExit(f"requirements.lock lacks {', '.join(sorted(missing))}: run make lock")
    return [pin for pin in locked if pin.name in taken]


def subset(lock: str, project: dict[str, Any], extras: Collection[str], packages: Collection[str] = ()) -> str:
    """Requirements for `pip install --require-hashes`: of these extras, or of these packages alone."""
    unknown = set(extras) - set(project["optional-dependencies"])
    if unknown:
        raise SystemExit(f"there is no extra {', '.join(sorted(unknown))}")
    wanted = {normal(name) for name in packages} or direct(project, extras)
    return "".join(pin.text for pin in closure(list(pins(lock)), wanted))


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extras", nargs="*", help="extras of pyproject.toml")
    parser.add_argument("--package", action="append", default=[], help="instead: this package and what it needs")
    asked = parser.parse_args()
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    sys.stdout.write(subset(lock, project, asked.extras, asked.package))


if __name__ == "__main__":
    main()
