"""The engine reads no file, clock, environment or socket: seen, not believed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.running import environment

WATCH = """
import json, sys
import syndata
from syndata.preparing import prepare
from syndata_engine.planning import Overrides
from syndata.tables import bound
from syndata_engine.formats import closing, encode_part

prepared = prepare("ecommerce", Overrides(rows=3000))
dataset = bound(prepared)
sizes = []
def make():
    for table in dataset.tables.values():
        table.batch(0, 50)
        table.batch(2990, 3000)
        for output_format in ("csv", "json", "jsonl", "parquet"):
            seen = 0
            def write(view):
                nonlocal seen
                seen += len(view)
            tail = encode_part(table, 0, output_format, write)
            closing(table, output_format, [tail.tail], [seen])
make()  # kernels and tables are loaded now; the second time nothing may be touched

import os, random, time
touched = []
watching = True
def hook(event, arguments):
    if watching and event.split(".")[0] in {"open", "os", "socket", "subprocess", "import", "shutil", "glob", "tempfile"}:
        touched.append([event, repr(arguments)[:200]])
sys.addaudithook(hook)
state = random.getstate()
def refuse(*_):
    touched.append(["clock or environment", ""])
    raise AssertionError
real = (time.time, time.monotonic, os.getenv)
time.time = time.monotonic = os.getenv = refuse
make()
time.time, time.monotonic, os.getenv = real
watching = False
print(json.dumps({"touched": touched, "random": state == random.getstate()}))
"""


@pytest.mark.slow
def test_making_rows_touches_nothing_outside() -> None:
    """With kernels loaded and the plan bound, rows and files' bytes come from values alone."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH], capture_output=True, text=True, check=False, env=environment(), timeout=300
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)

    assert not seen["touched"]
    assert seen["random"]
