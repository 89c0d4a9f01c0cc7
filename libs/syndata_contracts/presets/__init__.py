"""Ready-made configurations, known by name on every side."""

from __future__ import annotations

import difflib
from importlib.resources import files
from typing import Final

from syndata_contracts.errors import Fault, Refused

PRESETS: Final = ("user", "ecommerce", "company", "iot", "finance", "crm", "healthcare")


def load_preset(name: str) -> str:
    """The YAML text of a preset, to use as it is or to start one's own configuration from."""
    if name not in PRESETS:
        near = difflib.get_close_matches(name, PRESETS, n=1)
        fix = f"did you mean {near[0]}?" if near else f"presets are {', '.join(PRESETS)}"
        raise Refused(Fault("preset", f"there is no preset {name!r}", fix))
    return files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
