"""The API's description says of dialects what their clients meet: one shape of errors, and keys where they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Literal, cast

import pytest
from starlette.testclient import TestClient

from syndata_contracts.jobs import JobState
from syndata_gateway.app import make_app
from syndata_gateway.dialects.words import BACKEND, PLATFORM, PROJECTS, STUDIO
from syndata_runtime.health import Health
from syndata_runtime.settings import Settings

ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/DialectError"}}}


def described(environment: Literal["development", "production"]) -> dict[str, Any]:
    """The description that a gateway gives in an environment."""
    nothing = cast("Any", SimpleNamespace(settings=Settings(environment=environment), keys=()))
    found: dict[str, Any] = TestClient(make_app(nothing, Health("gateway", nothing))).get("/api/v1/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, dialect and description of everything that a dialect does."""
    for path, methods in document["paths"].items():
        for operation in methods.values():
            tag = operation["tags"][0]
            if tag.startswith("dialect-"):
                yield path, tag.removeprefix("dialect-"), operation


@pytest.mark.parametrize("environment", ["development", "production"])
def test_every_error_has_the_shape_of_dialects_and_none_is_422(
    environment: Literal["development", "production"],
) -> None:
    found = list(operations(described(environment)))

    assert {dialect for _, dialect, _ in found} >= {"backend", "studio"}
    for path, _, operation in found:
        errors = {status: told for status, told in operation["responses"].items() if status >= "400"}
        assert {"400", "503"} <= errors.keys(), path
        assert "422" not in errors, path
        assert ("404" in errors) == ("{" in path), path
        assert all(told["content"] == ERROR for told in errors.values()), path
        assert all(told["description"] != "Successful Response" for told in operation["responses"].values()), path
        assert operation["summary"], path
        assert operation["description"], path


def test_keys_are_named_where_they_are_asked_for() -> None:
    for environment in ("development", "production"):
        for path, dialect, operation in operations(described(cast("Any", environment))):
            ways = {name for one in operation.get("security", ()) for name in one}
            expected = {"key", "bearer", "key in the query"} if dialect == "backend" else {"key", "bearer"}
            if dialect in {"studio", "projects"} and environment == "development":
                expected = set()
            assert ways == expected, path
            assert ("401" in operation["responses"]) == bool(expected), path


def test_the_key_in_the_query_is_called_as_documented() -> None:
    schemes = described("development")["components"]["securitySchemes"]

    assert schemes["key in the query"] == {"type": "apiKey", "in": "query", "name": "api_key"}


@pytest.mark.parametrize("dialect", [PLATFORM, BACKEND, STUDIO, PROJECTS], ids=lambda one: one.name)
def test_every_state_has_a_word(dialect: Any) -> None:
    assert dialect.words.keys() == set(JobState)


def test_the_words_are_the_documented_ones() -> None:
    assert set(BACKEND.words.values()) == {"pending", "processing", "completed", "failed"}
    assert set(STUDIO.words.values()) == {"pending", "generating", "paused", "completed", "failed", "cancelled"}
