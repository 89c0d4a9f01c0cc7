"""Programs that are built from a pinned version of a Go module and kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local.places import programs_folder
from deploy.local.server import NotInstalled, Say

USUAL_PLACES = ("/usr/local/go/bin/go", "/usr/lib/go/bin/go")
"""Where Go is when its installer did not touch PATH."""


@dataclass(frozen=True, slots=True)
class GoProgram:
    """A program in Go: one version, which never moves."""

    name: str
    """Of the program."""
    module: str
    """Its module's path."""
    version: str
    """The module's version, as the module proxy knows it."""
    package: str
    """The folder of its main package in the module."""
    needs: str
    """The oldest Go that builds it."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """Files that a release build writes into the source first."""

    @property
    def path(self) -> Path:
        """Where it is once it is built."""
        return programs_folder() / f"{self.name}-{self.version}" / self.name

    def find(self) -> Path | None:
        """Where it is, or None."""
        return self.path if self.path.exists() else None

    def build(self, say: Say) -> Path:
        """Build it, unless that was done before.

        Raises:
            NotInstalled: There is no Go, or the build failed.
        """
        if self.path.exists():
            say(f"{self.name} {self.version} is there: {self.path}")
            return self.path
        go = shutil.which("go") or next((place for place in USUAL_PLACES if Path(place).exists()), None)
        if go is None:
            raise NotInstalled(f"{self.name} is built with Go {self.needs} or newer, and there is no go on PATH")
        say(f"{self.name} {self.version}: downloading and building (minutes, once)")
        before = time.monotonic()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".building-", dir=self.path.parent) as folder:
            # `go install path@version` also wants the module's list of versions, which a proxy may not have; and a copy
            # can be marked, while Go's own cache is read-only.
            source = Path(folder) / "source"
            shutil.copytree(self._downloaded(go, Path(folder)), source, copy_function=shutil.copyfile)
            for name, text in self.marks.items():
                (source / name).write_text(text, encoding="utf-8")
            fresh = Path(folder) / self.name
            self._go([go, "build", "-trimpath", "-ldflags=-s -w", "-o", str(fresh), self.package], source)
            fresh.replace(self.path)
        say(f"{self.name} {self.version}: built in {time.monotonic() - before:.0f} s: {self.path}")
        return self.path

    def _downloaded(self, go: str, folder: Path) -> Path:
        told: dict[str, Any] = json.loads(
            self._go([go, "mod", "download", "-json", f"{self.module}@{self.version}"], folder)
        )
        return Path(told["Dir"])

    def _go(self, command: list[str], folder: Path) -> str:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
            raise NotInstalled(f"{self.name} {self.version}: `go {command[1]}` failed:\n{last}")
        return done.stdout
