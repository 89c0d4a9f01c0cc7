"""The compiler is imported by whoever calls a kernel, and by nobody else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.running import environment

SAID = "; import sys; print('numba' in sys.modules)"
CALL = "import numpy as np; from syndata_engine.generation.words.draws import digit_sums; digit_sums(np.arange(2), 1, np.zeros(10, np.int64), np.zeros(2, np.int64))"


@pytest.mark.parametrize(
    ("code", "imported"),
    [
        ("from syndata.cli.edge import run; assert run(['plan', '--preset', 'user', '--json']) == 0", False),
        ("import syndata_gateway.service, syndata_schema.service, syndata_export.service", False),
        ("import syndata_engine.generation", False),
        (CALL, True),
    ],
)
def test_only_a_call_of_a_kernel_brings_it(code: str, imported: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code + SAID], env=environment(), capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == str(imported)
