"""The dashboards as the files that Grafana reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from deploy.grafana.panels import document
from deploy.grafana.questions import DASHBOARDS

DIRECTORY: Final = Path(__file__).with_name("dashboards")


def texts() -> dict[str, str]:
    """Text by file name."""
    return {
        f"{dashboard.uid}.json": json.dumps(document(dashboard), indent=1, ensure_ascii=False) + "\n"
        for dashboard in DASHBOARDS
    }
