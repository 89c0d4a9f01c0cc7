"""How much memory a service holds, worker processes included, and how much it may: what an alert compares."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_PROC: Final = Path("/proc")
_LIMITS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Of the container, as the first and the second generation of control groups tell it."""


class MemoryCollector(Collector):
    """Looks when asked. Shows nothing where the system has no /proc."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """What is used, and the limit."""
        with suppress(OSError, ValueError):
            yield GaugeMetricFamily(
                "syndata_memory_used_bytes",
                "Memory that the process and its worker processes hold and no file backs",
                sum(map(_held, _family(os.getpid()))),
            )
            yield GaugeMetricFamily(
                "syndata_memory_limit_bytes", "Memory of the container, or of the machine where none is set", _limit()
            )


def _family(process: int) -> Iterator[int]:
    yield process
    with suppress(OSError):  # it has just ended
        for thread in (_PROC / str(process) / "task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _family(int(child))


def _held(process: int) -> int:
    with suppress(OSError):
        lines = (_PROC / str(process) / "status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        return 1024 * sum(int(fields[name].split()[0]) for name in ("RssAnon", "RssShmem") if name in fields)
    return 0


def _limit() -> int:
    total = next(line for line in (_PROC / "meminfo").read_text().splitlines() if line.startswith("MemTotal:"))
    limits = [1024 * int(total.split()[1])]
    for path in _LIMITS:
        with suppress(OSError, ValueError):  # `max`, or no such file
            limits.append(int(Path(path).read_text()))
    return min(limits)
