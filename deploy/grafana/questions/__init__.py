"""The dashboards: one per question that people ask.

Gauges of jobs and queues are told by every gateway alike, so `max`; counters are each process's own, so `sum`.
"""

from __future__ import annotations

from typing import Final

from deploy.grafana.questions.cost import COST
from deploy.grafana.questions.healthy import HEALTH
from deploy.grafana.questions.jobs import JOBS
from deploy.grafana.questions.time import TIME

DASHBOARDS: Final = (HEALTH, JOBS, TIME, COST)
