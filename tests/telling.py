"""What a run says while it goes on: a failure at once, and in the end which files took the processors' time.

A run that is cut short, by a limit of whoever started it, has then said what was wrong with it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator
from typing import Final

import pytest

_NAME: Final = "processor_seconds"
_FILES: Final = 20
_SINCE = pytest.StashKey[float]()
_SPENT = pytest.StashKey[dict[str, float]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    config.stash[_SINCE] = _processor_seconds()
    config.stash[_SPENT] = defaultdict(float)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to a phase's report the processor time since the last one, that of ended child processes with it."""
    report = yield
    now = _processor_seconds()
    report.user_properties = [*report.user_properties, (_NAME, now - item.config.stash[_SINCE])]
    item.config.stash[_SINCE] = now
    return report


class Teller:
    """In the process that has the last word."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell of a failure now, and count what it cost."""
        spent = self._config.stash[_SPENT]
        spent[report.nodeid.partition("::")[0]] += sum(
            float(str(value)) for name, value in report.user_properties if name == _NAME
        )
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if report.failed and terminal is not None:
            terminal.ensure_newline()
            terminal.write_line(f"{report.nodeid}: {report.when} failed\n{report.longreprtext}", red=True)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the dearest files."""
        spent = self._config.stash[_SPENT]
        terminalreporter.section("processor seconds, the dearest files")
        for name, seconds in sorted(spent.items(), key=lambda pair: -pair[1])[:_FILES]:
            terminalreporter.line(f"{seconds:8.1f}  {name}")
        terminalreporter.line(f"{sum(spent.values()):8.1f}  all")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Listen where results arrive, which is not in the processes that only run tests."""
    if not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Teller(session.config), "syndata-teller")


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
