"""What a workspace costs is counted under its name, and names have an end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import TypeAdapter, ValidationError

from syndata_contracts.workspaces import WorkspaceName
from syndata_runtime import metrics
from syndata_runtime.metrics import MOST_WORKSPACES, OTHER_WORKSPACES, count_cost

COUNTED = (metrics.WORKSPACE_ROWS, metrics.WORKSPACE_BYTES, metrics.WORKSPACE_CPU)


def told() -> dict[str, dict[str, float]]:
    """What is told of each workspace."""
    samples = [sample for counter in COUNTED for sample in next(iter(counter.collect())).samples]
    found: dict[str, dict[str, float]] = {}
    for sample in samples:
        if sample.name.endswith("_total"):
            found.setdefault(sample.labels["workspace"], {})[sample.name] = sample.value
    return found


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(metrics, "_workspaces", set())
    for counter in COUNTED:
        counter.clear()
    yield
    for counter in COUNTED:
        counter.clear()


def test_costs_of_a_workspace_add_up_beside_those_of_others() -> None:
    count_cost("north", rows=10, size=500, cpu_seconds=0.25)
    count_cost("south", rows=1, size=2, cpu_seconds=3)
    count_cost("north", rows=5, size=100, cpu_seconds=0.5)

    assert told() == {
        "north": {
            "syndata_workspace_rows_total": 15,
            "syndata_workspace_bytes_total": 600,
            "syndata_workspace_cpu_seconds_total": 0.75,
        },
        "south": {
            "syndata_workspace_rows_total": 1,
            "syndata_workspace_bytes_total": 2,
            "syndata_workspace_cpu_seconds_total": 3,
        },
    }


def test_ten_thousand_workspaces_are_no_ten_thousand_series() -> None:
    """The first hundred keep their names however late they come again; nothing of the others is lost."""
    for _ in range(2):
        for number in range(10_000):
            count_cost(f"w{number}", rows=1, size=1, cpu_seconds=1)

    found = told()
    assert set(found) == {f"w{number}" for number in range(MOST_WORKSPACES)} | {OTHER_WORKSPACES}
    assert found["w0"]["syndata_workspace_rows_total"] == 2
    assert sum(one["syndata_workspace_rows_total"] for one in found.values()) == 20_000


def test_no_workspace_can_be_called_as_the_rest_is() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(WorkspaceName).validate_python(OTHER_WORKSPACES)
