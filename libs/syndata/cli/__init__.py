"""The command `syndata`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from syndata.cli.edge import run

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    # Importing makes many objects that all stay; looking through them again and again is no small part of a short one.
    gc.set_threshold(50_000)
    # NumPy's linear algebra starts a thread per core that nothing here uses; without them workers can be forked.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))
