"""Overlays as fixtures: skipped with the reason where nothing can render them."""

from __future__ import annotations

import os

import pytest

from deploy.local.server import NotInstalled
from tests.unit.deploy.kubernetes import documents
from tests.unit.deploy.kubernetes.documents import OVERLAYS, Overlay


def rendered(name: str) -> Overlay:
    """An overlay; skips the test, or fails it where SYNDATA_REQUIRE names kustomize."""
    try:
        return documents.overlay(name)
    except NotInstalled as reason:
        if "kustomize" in os.environ.get("SYNDATA_REQUIRE", ""):
            pytest.fail(f"SYNDATA_REQUIRE names kustomize, but {reason}", pytrace=False)
        pytest.skip(str(reason))


@pytest.fixture(params=OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> Overlay:
    """Each overlay in turn."""
    return rendered(request.param)


@pytest.fixture(params=["staging", "production"])
def shared(request: pytest.FixtureRequest) -> Overlay:
    """The overlays that people depend on."""
    return rendered(request.param)


@pytest.fixture
def local() -> Overlay:
    """The overlay for one's own machine."""
    return rendered("local")


@pytest.fixture
def production() -> Overlay:
    """The overlay in earnest."""
    return rendered("production")
