"""Print what is remembered of every golden dataset, for a process in another environment."""

from __future__ import annotations

import json
import sys

from tests.golden.datasets import NAMES, remembered

if __name__ == "__main__":
    json.dump({name: remembered(name) for name in NAMES}, sys.stdout)
