"""Jobs by strategy in a named workspace, below /api/v1: enveloped, and with the root's own errors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.swept.world import World, until

pytestmark = pytest.mark.slow

BODY = {
    "workspace": "customer_analytics",
    "strategy": "tabular_random",
    "parameters": {"num_rows": 1_000, "num_columns": 10},
    "dataset": "first_try",
}


async def test_the_story_of_a_workspace_and_a_strategy(world: World) -> None:
    """A workspace is made and found by name and id; strategies are listed; a dataset is made, and fetched by its links."""
    made = await world.call("POST", "/workspaces", {"name": "customer_analytics", "description": "who buys what"})
    assert [one["name"] for one in (await world.call("GET", "/workspaces"))["workspaces"]] == ["default", made["name"]]
    assert await world.call("GET", f"/workspaces/{made['id']}") == await world.call(
        "GET", "/workspaces/customer_analytics"
    )
    strategies = {one["name"]: one for one in (await world.call("GET", "/strategies"))["strategies"]}
    assert {"tabular_random", "customer_data"} <= strategies.keys()

    accepted = await world.call("POST", "/generate", BODY)
    assert (accepted["workspace"], accepted["dataset"], accepted["count"]) == (made["id"], "first_try", 1_000)
    assert (accepted["status"], accepted["strategy"], accepted["job_id"]) == (
        "pending",
        "tabular_random",
        accepted["id"],
    )
    here = accepted["links"]["self"].removeprefix("/api/v1")
    found: dict[str, Any] = {}

    async def completed() -> bool:
        found.update(await world.call("GET", here))
        return bool(found["state"] == "completed")

    await until(completed, "the job is completed")
    files = (await world.call("GET", found["links"]["files"].removeprefix("/api/v1")))["files"]
    assert [file["rows"] for file in files if "table" in file] == [1_000]
    assert [one["label"] for one in (await world.call("GET", "/jobs?workspace=customer_analytics"))["jobs"]] == [
        "first_try"
    ]
    assert (await world.call("GET", "/jobs"))["jobs"] == []
    assert {key.split("/")[1] for key in await world.keys("workspaces/")} == {made["id"]}


async def test_the_same_request_under_one_key_makes_one_job(world: World) -> None:
    body = {**BODY, "workspace": "default"}

    assert (await world.call("POST", "/generate", body, "once"))["id"] == (
        await world.call("POST", "/generate", body, "once")
    )["id"]


async def test_what_is_wrong_is_told_and_makes_nothing(world: World) -> None:
    here = {**BODY, "workspace": "default"}
    wrong: list[tuple[dict[str, Any], int, str]] = [
        (BODY, 404, ""),
        ({**here, "strategy": "nonsense"}, 422, "strategy"),
        ({**here, "parameters": {"num_rows": -1}}, 422, "parameters.num_rows"),
        ({**here, "parameters": {"rows": 5}}, 422, "parameters.rows"),
        ({**here, "dataset": "two\nlines"}, 422, "dataset"),
        ({**here, "strateg": "x"}, 422, "strateg"),
        ({"strategy": "tabular_random"}, 422, "workspace"),
    ]
    for body, status, path in wrong:
        answered, document = await world.refusal("POST", "/generate", body)
        assert answered == status, body
        assert not path or path in [fault["path"] for fault in document["errors"]], document
    assert (await world.call("GET", "/jobs"))["jobs"] == []


async def test_the_configuration_tells_no_secret_and_no_address(world: World) -> None:
    told = await world.call("GET", "/config")

    assert (told["environment"], told["log_level"]) == ("development", "info")
    assert "csv" in told["output_formats"]
    assert not any(word in str(told) for word in ("://", "key-for-tests", "secret", "scratch"))
