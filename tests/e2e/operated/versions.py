"""Another version of the services: a copy of ours that knows a little more, as the next release would.

SYNDATA_OLDER_TREE names a checkout of a real older version; the services of this one are then the newer ones.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.running import REPOSITORY

NEWER: Final = "99.0.0"
_ROOMS: Final = ("libs", "services")
_FIELD: Final = '    known_later: str = "to versions after this one"\n'
_EDITS: Final = (
    ("libs/syndata_contracts/version.py", r'__version__ = "[^"]*"', f'__version__ = "{NEWER}"'),
    # Every message, fact, record and document has a field that the version before has never heard of.
    ("libs/syndata_contracts/messages.py", r'(    type: Literal\["[a-z.]+"\] = "[a-z.]+"\n)', rf"\1{_FIELD}"),
    ("libs/syndata_contracts/events.py", r'(    type: Literal\["[a-z.]+"\] = "[a-z.]+"\n)', rf"\1{_FIELD}"),
    ("libs/syndata_contracts/records.py", r"(    format: Literal\[1\] = 1\n)", rf"\1{_FIELD}"),
    ("libs/syndata_contracts/jobs.py", r"(    format: Literal\[1\] = 1\n)", rf"\1{_FIELD}"),
    # A rule makes other values than before.
    ("libs/syndata_engine/generation/kinds/companies.py", r'(    name = "website"\n)', r"\1    version = 99\n"),
)


@dataclass(frozen=True)
class Version:
    """Code of the services somewhere."""

    root: Path

    @property
    def name(self) -> str:
        """What it calls itself."""
        text = (self.root / "libs" / "syndata_contracts" / "version.py").read_text(encoding="utf-8")
        return str(re.findall(r'__version__ = "([^"]*)"', text)[0])

    @property
    def path(self) -> str:
        """PYTHONPATH of processes that are to be of this version."""
        return os.pathsep.join(str(self.root / room) for room in _ROOMS)


def two_versions(directory: Path) -> tuple[Version, Version]:
    """The older one and the newer one."""
    ours = Version(REPOSITORY)
    if older := os.environ.get("SYNDATA_OLDER_TREE"):
        return Version(Path(older)), ours
    for room in _ROOMS:
        shutil.copytree(REPOSITORY / room, directory / room)  # with the compiled kernels and the files' times
    for name, pattern, text in _EDITS:
        path = directory / name
        before = path.read_text(encoding="utf-8")
        after, count = re.subn(pattern, text, before)
        assert count, f"{name} has nothing like {pattern} any more"
        path.write_text(after, encoding="utf-8")
    return ours, Version(directory)
