"""`projects`: made once, filled with rows like some values, and asked what was done in them."""

from __future__ import annotations

import uuid
from typing import Any, Final

import pytest

from tests.e2e.dialects.test_platform import Answer, ask
from tests.e2e.swept.world import World, embedded, running, until

pytestmark = pytest.mark.slow

DATA: Final[dict[str, list[Any]]] = {
    "city": ["Oslo", "Bergen", "Oslo", None],
    "age": [31, 47, 28, 47],
    "ok": [True, False, True, True],
}


async def send(world: World, path: str, **body: Any) -> Answer:
    return await ask(world, "POST", path, body)


async def test_the_story_of_a_project(world: World) -> None:
    """Made, listed, filled in both ways, asked what was done, and its files fetched; on files and on real servers."""
    made = await send(world, "/projects", name="my_project", description="a try")
    assert (made.status, made.document["name"], made.document["description"]) == (201, "my_project", "a try")
    assert [one["name"] for one in (await ask(world, "GET", "/projects")).document["projects"]] == [
        "my_project",
        "default",
    ]
    assert (await ask(world, "GET", "/projects/my_project")).document == made.document

    first = await send(world, "/generate", project_name="my_project", data=DATA)
    second = await send(
        world, "/generate/test-data", project_name="my_project", data=DATA, sample_size=50, output_format="json"
    )
    assert (first.status, first.document["rows"], second.document["shown"]) == (201, 4, 50)
    assert list(second.document["data"]) == ["city", "age", "ok"]
    assert set(second.document["data"]["city"]) == {"Oslo", "Bergen", None}
    assert set(second.document["data"]["age"]) <= {28, 31, 47}

    async def completed() -> bool:
        told = (await ask(world, "GET", "/projects/my_project/transactions")).document["transactions"]
        return [one["status"] for one in told] == ["completed"] * 2

    await until(completed, "both transactions are completed")
    told = (await ask(world, "GET", "/projects/my_project/transactions?limit=1")).document
    assert [one["id"] for one in told["transactions"]] == [second.document["transaction_id"]]
    behind = (await ask(world, "GET", f"/projects/my_project/transactions?cursor={told['next']}")).document
    assert [one["id"] for one in behind["transactions"]] == [first.document["transaction_id"]]
    file = await ask(world, "GET", second.document["download"])
    assert [row["city"] for row in file.document] == second.document["data"]["city"]
    assert (await ask(world, "GET", "/projects/default/transactions")).document["transactions"] == []


async def test_what_is_wrong_is_told_and_makes_nothing(tmp_path: Any) -> None:
    async with running(embedded(tmp_path / uuid.uuid4().hex)) as world:
        here = {"project_name": "default", "data": DATA}
        wrong: list[tuple[dict[str, Any], str]] = [
            ({**here, "project_name": "nobody"}, "project_name"),
            ({**here, "data": {}}, "data"),
            ({**here, "data": {"a": [1, "x"]}}, "data.a"),
            ({**here, "data": {"a": [1], "b": [1, 2]}}, "data"),
            ({**here, "data": {"a": "text"}}, "data.a"),
            ({**here, "sample_size": 0}, "sample_size"),
            ({**here, "sample_size": "10"}, "sample_size"),
            ({**here, "output_format": "xls"}, "output_format"),
            ({"data": DATA}, "project_name"),
            ({**here, "rows": 5}, "rows"),
        ]
        for path in ("/generate", "/generate/test-data"):
            for body, where in wrong:
                answer = await ask(world, "POST", path, body)
                assert answer.status == 400, (body, answer.text)
                assert where in [fault["path"] for fault in answer.document["errors"]], answer.text
        assert (await ask(world, "GET", "/projects/default/transactions")).document["transactions"] == []


async def test_a_name_is_given_once_and_what_is_not_there_is_404(tmp_path: Any) -> None:
    async with running(embedded(tmp_path / uuid.uuid4().hex)) as world:
        assert (await send(world, "/projects", name="once")).status == 201
        assert (await send(world, "/projects", name="once")).status == 409
        assert (await send(world, "/projects", name="default")).status == 409
        for body in ({}, {"name": ""}, {"name": "a\nb"}, {"name": "x", "descr": ""}):
            assert (await send(world, "/projects", **body)).status == 400
        for path in ("/projects/nobody", "/projects/nobody/transactions"):
            answer = await ask(world, "GET", path)
            assert (answer.status, answer.document["code"]) == (404, "not_found")


async def test_nobody_needs_a_key_in_development_and_everybody_in_production(tmp_path: Any) -> None:
    bare = {"Content-Type": "application/json"}
    settings = embedded(tmp_path / uuid.uuid4().hex)
    async with running(settings) as world:
        assert (await ask(world, "GET", "/projects", headers=bare)).status == 200
    async with running(settings.model_copy(update={"environment": "production"})) as world:
        for method, path in (("GET", "/projects"), ("POST", "/projects"), ("POST", "/generate")):
            assert (await ask(world, method, path, {"name": "x"}, bare)).status == 401
