"""The same bytes on an older processor: no AVX2 or FMA for NumPy, Arrow, the C library and Numba's own code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.datasets import NAMES, golden
from tests.running import REPOSITORY, environment

OLDER = {
    "OPENBLAS_CORETYPE": "Nehalem",
    "ARROW_USER_SIMD_LEVEL": "NONE",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4",
    "NUMBA_CPU_NAME": "generic",
}
PROBE = """
import json, numpy._core._multiarray_umath as numpy
print(json.dumps([name for name in numpy.__cpu_dispatch__ if numpy.__cpu_features__[name]]))
"""
"""Groups of instructions that NumPy has code of its own for and finds on this processor (law 6 names X86_V3, X86_V4,
AVX512_ICL and AVX512_SPR). It warns of names that it does not know or the processor does not have, so it is asked."""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(os.uname().machine != "x86_64", reason="the promise is for x86-64; ARM is aimed at, unproved"),
]


def told(command: list[str], more: dict[str, str]) -> str:
    """What a process says in this environment; warnings are errors there too."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *command],
        cwd=REPOSITORY,
        env={**environment(), **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment, less what this NumPy or this processor does not know."""
    usable = json.loads(told(["-c", PROBE], {}))
    chosen = {**OLDER, "NUMBA_CACHE_DIR": str(tmp_path_factory.mktemp("numba"))}
    return {**chosen, "NPY_DISABLE_CPU_FEATURES": " ".join(usable)} if usable else chosen


def test_the_environment_takes_the_newer_instructions_away(older: dict[str, str]) -> None:
    """Else the next test would prove nothing."""
    left = json.loads(told(["-c", PROBE], older))
    numba = told(["-c", "from numba.core import config; print(config.CPU_NAME)"], older)
    arrow = told(["-c", "import pyarrow; print(pyarrow.runtime_info().simd_level)"], older)

    assert left == []
    assert numba.strip() == "generic"
    assert arrow.strip() in {"none", "sse4_2"}


def test_every_byte_is_the_same(older: dict[str, str]) -> None:
    """Kernels are compiled anew, for a processor of the oldest kind, into a cache of their own."""
    found = json.loads(told(["-m", "tests.golden.tell"], older))

    assert found == {name: golden(name) for name in NAMES}
    assert any(Path(older["NUMBA_CACHE_DIR"]).rglob("*.nbc"))
