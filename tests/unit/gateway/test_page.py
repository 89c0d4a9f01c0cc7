"""The API's page: everything that the description has, for any browser, whether or not it has internet."""

from __future__ import annotations

import base64
import hashlib
import re
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from syndata_gateway.api.page import PAGE, UNFOLDED, page_of
from syndata_gateway.app import make_app
from syndata_runtime.health import Health
from syndata_runtime.settings import Settings


@pytest.fixture(scope="module")
def client() -> TestClient:
    """A gateway that was never asked for a job: the page needs no server."""
    nothing = cast("Any", SimpleNamespace(settings=Settings(), keys=()))
    return TestClient(make_app(nothing, Health("gateway", nothing)), follow_redirects=False)


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    """The description."""
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def test_the_page_needs_no_key_and_the_bare_address_leads_to_it(client: TestClient) -> None:
    assert client.get(PAGE).status_code == 200
    sent = client.get("/")
    assert (sent.status_code, sent.headers["location"]) == (307, PAGE)


def test_every_route_and_every_field_is_shown(client: TestClient, document: dict[str, Any]) -> None:
    page = client.get(PAGE).text
    for path, methods in document["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in methods.values():
            assert operation["summary"] in page
    for shape in document["components"]["schemas"].values():
        for field in shape.get("properties", {}):
            assert f"<code>{field}</code>" in page


def test_unfolded_it_is_the_same_page_and_may_do_as_little(client: TestClient) -> None:
    folded, unfolded = client.get(PAGE), client.get(UNFOLDED)

    assert "<details>" in folded.text
    assert "<details>" not in unfolded.text
    assert unfolded.text.replace(" open", "") == folded.text.replace(" open", "")
    assert unfolded.headers["content-security-policy"] == folded.headers["content-security-policy"]


def test_every_link_leads_somewhere_and_nothing_comes_from_elsewhere(client: TestClient) -> None:
    page = client.get(PAGE).text
    anchors = set(re.findall(r"id='?([^' >]+)", page))
    links = set(re.findall(r"href='([^']+)'", page))

    assert {link.removeprefix("#") for link in links if link.startswith("#")} <= anchors
    assert {link for link in links if not link.startswith("#")} == {"/api/v1/openapi.json"}
    assert not re.search(r"https?://|<script|<link|<img|\bon[a-z]+=|\bstyle=", page)


def test_the_page_may_do_nothing_but_look_as_it_does(client: TestClient) -> None:
    """Its policy allows its own style by digest, and nothing else."""
    answer = client.get(PAGE)
    style = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert len(style) == 1
    allowed = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{allowed}'" in policy
    assert "unsafe" not in policy


def test_texts_of_the_description_stay_texts() -> None:
    bad = "<script>alert(1)</script>"
    page = page_of(
        {
            "info": {"title": bad, "summary": bad, "version": bad},
            "paths": {f"/{bad}": {"get": {"summary": bad, "description": bad, "responses": {}, "tags": [bad]}}},
            "components": {"schemas": {bad: {"description": bad, "properties": {bad: {"type": bad, "default": bad}}}}},
        }
    )

    assert "<script" not in page


def test_limits_are_told_in_numbers_that_people_read(client: TestClient) -> None:
    page = client.get(PAGE).text
    assert "below 2^63" in page
    assert "at most 200" in page
    assert "e+18" not in page


def test_every_parameter_says_what_it_means(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            for one in operation.get("parameters", ()):
                assert one.get("description"), f"{path}: {one['name']}"
