"""`make demo`, the first thing that anybody sees."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.running import environment


def test_the_demo_shows_checks_and_says_where_the_files_are(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "syndata.demo", "out/demo"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for said in (
        "customers, the first rows of 10,000:",
        "employees, the first rows of",
        "rows/s on one core",
        "What to try next",
    ):
        assert said in done.stdout
    checks = re.findall(r"^  (ok|BROKEN)  (\w+) ", done.stdout, re.MULTILINE)
    assert {what for _, what in checks} == {"key", "reference"}
    assert all(verdict == "ok" for verdict, _ in checks)

    first = next((tmp_path / "out/demo/customers/csv").glob("*.csv")).read_text(encoding="utf-8").splitlines()[1]
    assert first.split(",")[1] in done.stdout
    for name in ("customers", "company"):
        for form in ("csv", "parquet"):
            assert (tmp_path / "out/demo" / name / form / "manifest.json").is_file()
