"""Where numba finds the kernels that were compiled when the image was built.

Numba takes a cache only from a directory that it may write to, and an image has none: its root is read-only. So the
kernels are copied, once per container and in milliseconds, to where scratch files go. A kernel that was not compiled
then is compiled when it is first called, and kept there.

The image names this class in NUMBA_CACHE_LOCATOR_CLASSES.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba.core.caching import InTreeCacheLocator

BUILT = Path(sys.prefix) / "kernels"


class ImageCacheLocator(InTreeCacheLocator):
    """Gives numba the copy of the image's kernels."""

    def __init__(self, function: Callable[..., Any], file: str) -> None:
        super().__init__(function, file)  # type: ignore[no-untyped-call] # numba has no types
        self._name: str = self.get_suitable_cache_subpath(file)  # type: ignore[no-untyped-call] # the same
        # The process that made the directory of an earlier user may be another one, which we could not write to.
        self._cache_path = str(_writable() / f"syndata-kernels-{os.getuid()}" / self._name)

    def ensure_cache_path(self) -> None:
        """Copy the kernels of one source directory, unless that was done before."""
        path = Path(self._cache_path)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _copied(BUILT / self._name, path)
        super().ensure_cache_path()  # type: ignore[no-untyped-call] # the same


def _writable() -> Path:
    scratch = os.environ.get("SYNDATA_SCRATCH")
    if scratch and os.access(scratch, os.W_OK):
        return Path(scratch)
    return Path(tempfile.gettempdir())


def _copied(built: Path, path: Path) -> None:
    """Copy the files, not their modes, and show them all at once: workers start side by side."""
    fresh = Path(tempfile.mkdtemp(prefix=".kernels-", dir=path.parent))
    for file in built.glob("*"):
        shutil.copyfile(file, fresh / file.name)
    try:
        fresh.rename(path)
    except OSError:
        # Another worker was first.
        shutil.rmtree(fresh)
