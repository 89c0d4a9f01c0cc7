"""The steps of an image, one after the other: `install.py dependencies|project SERVICE PREFIX`.

The Dockerfile runs this, and so do the tests, in an empty directory and without an engine. It needs Python and pip,
nothing else. `dependencies` stands alone so that a change of our code does not install all others again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
SERVICES = ("gateway", "schema", "profiler", "generator", "export", "standalone")
EXTRAS = {"standalone": "up"}
"""Of a service whose extra has another name."""
WITHOUT_KERNELS = ("gateway",)
"""Services that bind no plan."""
KERNELS = "kernels"
"""Below the prefix: what kernels.py gives to numba."""
NEVER_IMPORTED = (
    "numba/tests",
    "numpy/**/tests",
    "pyarrow/tests",
    "pyarrow/include",
    "pyarrow/src",
    "pyarrow/*flight*",
    "pyarrow/*s3*",
)
"""Parts of packages that serve their own development, or ways to reach servers that we do not go; 100 MB."""


def run(*command: str | Path, **environment: str) -> None:
    """Run a command; its output is the build's, and its failure too."""
    subprocess.run([*map(str, command)], check=True, cwd=REPOSITORY, env={**os.environ, **environment})  # noqa: S603 -- our own


def pip(python: Path | str, *arguments: str | Path) -> None:
    """Run this Python's pip for another one, which so needs none of its own."""
    run(sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, *arguments)


def locked(python: Path, *asked: str) -> None:
    """Install what subset.py prints; pip refuses what has no hash, and what the subset lacks."""
    printed = subprocess.run(  # noqa: S603 -- our own
        [sys.executable, HERE / "subset.py", *asked], check=True, capture_output=True, text=True
    ).stdout
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as requirements:
        requirements.write(printed)
        requirements.flush()
        pip(python, "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", requirements.name)


def environment(prefix: Path) -> Path:
    """An environment without pip; returns its Python."""
    venv.create(prefix, with_pip=False, symlinks=True)
    return prefix / "bin" / "python"


def dependencies(service: str, prefix: Path) -> None:
    """Everything that the service imports and that is not ours."""
    python = environment(prefix)
    locked(python, EXTRAS.get(service, service))
    for path in list(useless(prefix)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def useless(prefix: Path) -> Iterator[Path]:
    """Files and directories that no service opens."""
    for packages in prefix.glob("lib/python3.*/site-packages"):
        for pattern in NEVER_IMPORTED:
            yield from packages.glob(pattern)


def project(service: str, prefix: Path) -> None:
    """Our own packages, and where the service calls kernels, these, compiled."""
    python = prefix / "bin" / "python"
    with tempfile.TemporaryDirectory() as folder:
        builder = environment(Path(folder) / "builder")
        locked(builder, "--package", "hatchling")
        run(builder, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
        (wheel,) = Path(folder).glob("*.whl")
        pip(python, "install", "--quiet", "--no-deps", wheel)
    (packages,) = prefix.glob("lib/python3.*/site-packages")
    shutil.copyfile(HERE / "kernels.py", packages / "syndata_image_kernels.py")
    if service in WITHOUT_KERNELS:
        return
    # For any processor of this kind: those that build images and those that run them differ. Measured, it costs nothing.
    run(python, "-m", "syndata_engine.generation.warm", NUMBA_CPU_NAME="generic", NUMBA_CACHE_DIR=str(prefix / KERNELS))


def main() -> None:
    """Do one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("dependencies", "project"))
    parser.add_argument("service", choices=SERVICES)
    parser.add_argument("prefix", type=Path)
    asked = parser.parse_args()
    if asked.step == "dependencies":
        dependencies(asked.service, asked.prefix)
    else:
        project(asked.service, asked.prefix)


if __name__ == "__main__":
    main()
