"""What renders an overlay: kustomize, kubectl, or a kustomize that is built and kept.

`python3 -m tests.unit.deploy.kubernetes.kustomize` brings one to a machine that has none. Standard library only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local.golang import GoProgram
from deploy.local.server import NotInstalled

KUSTOMIZE = GoProgram(
    name="kustomize",
    module="sigs.k8s.io/kustomize/kustomize/v5",
    version="v5.8.1",
    package=".",
    needs="1.24",
)


def renderers() -> list[list[str]]:
    """Every command of this machine that renders the folder named after it, the best first."""
    kustomize, kubectl = shutil.which("kustomize"), shutil.which("kubectl")
    built = KUSTOMIZE.find()
    found = [[kustomize, "build"]] if kustomize else []
    found += [[str(built), "build"]] if built else []
    found += [[kubectl, "kustomize"]] if kubectl else []
    return found


def renderer() -> list[str]:
    """A command that renders; built when there is none.

    Raises:
        NotInstalled: There is neither kustomize nor kubectl, and no Go that could build one.
    """
    known = renderers()
    return known[0] if known else [str(KUSTOMIZE.build(_say)), "build"]


def render(folder: Path, command: list[str] | None = None) -> str:
    """The documents of an overlay, as YAML.

    Raises:
        NotInstalled: There is nothing to render with.
        ValueError: The overlay cannot be rendered; says why.
    """
    done = subprocess.run(
        [*(command or renderer()), str(folder)], capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode:
        raise ValueError(f"{folder.name} cannot be rendered: {done.stderr.strip()}")
    return done.stdout


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    try:
        _say(" ".join(renderer()))
    except NotInstalled as reason:
        sys.exit(str(reason))
