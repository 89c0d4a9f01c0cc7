"""Overlays render to documents that a cluster would take, and nothing in k8s/ is left out of them."""

from __future__ import annotations

import copy
import importlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from deploy.local.server import NotInstalled
from tests.running import REPOSITORY
from tests.unit.deploy.kubernetes import rules
from tests.unit.deploy.kubernetes.documents import OVERLAYS, Document, Overlay
from tests.unit.deploy.kubernetes.kustomize import render, renderers

TREE = REPOSITORY / "k8s"
SCHEMAS: dict[str, Any] = json.loads(Path(__file__).with_name("custom_resources.json").read_text())
OLDEST, NEWEST = "1.31", "1.37"
"""Versions of Kubernetes whose schemas the documents keep to; what lies between is between."""


@pytest.fixture(scope="session")
def validate() -> Callable[..., str]:
    """kubernetes-validate's function; skips the test, or fails it where SYNDATA_REQUIRE names kustomize."""
    try:
        found: Callable[..., str] = importlib.import_module("kubernetes_validate").validate
    except ModuleNotFoundError as missing:
        reason = f"kubernetes-validate is not installed: {missing}"
        if "kustomize" in os.environ.get("SYNDATA_REQUIRE", ""):
            pytest.fail(f"SYNDATA_REQUIRE names kustomize, but {reason}", pytrace=False)
        pytest.skip(reason)
    return found


def name_of(document: Document) -> str:
    return f"{document['apiVersion']} {document['kind']}"


def is_custom(document: Document) -> bool:
    return name_of(document) in SCHEMAS["$defs"]


def check_custom(document: Document) -> None:
    """Raises jsonschema.ValidationError for what its definition does not have."""
    schema = {
        "$defs": SCHEMAS["$defs"],
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": {},
            "kind": {},
            "metadata": {"$ref": "#/$defs/metadata"},
            "spec": SCHEMAS["$defs"][name_of(document)],
        },
        "additionalProperties": False,
    }
    jsonschema.Draft202012Validator(schema).validate(document)


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_document_keeps_to_the_schema_of_kubernetes(
    overlay: Overlay, validate: Callable[..., str], version: str
) -> None:
    """Strictly: a field that does not exist is an error."""
    native = [one for one in overlay.documents if not is_custom(one)]

    assert native
    for document in native:
        assert validate(document, version, strict=True) == version


def test_a_misspelt_field_is_refused(production: Overlay, validate: Callable[..., str]) -> None:
    broken = copy.deepcopy(production.service("gateway"))
    container = broken["spec"]["template"]["spec"]["containers"][0]
    container["livenesProbe"] = container.pop("livenessProbe")

    with pytest.raises(Exception, match="livenesProbe"):
        validate(broken, NEWEST, strict=True)


def test_every_custom_resource_keeps_to_its_definition(shared: Overlay) -> None:
    custom = [one for one in shared.documents if is_custom(one)]

    assert {name_of(one) for one in custom} == {name for name in SCHEMAS["$defs"] if "/" in name}
    for document in custom:
        check_custom(document)


def test_a_misspelt_field_of_a_custom_resource_is_refused(production: Overlay) -> None:
    broken = copy.deepcopy(production.one("ScaledObject", "syndata-generator"))
    broken["spec"]["coolDownPeriod"] = broken["spec"].pop("cooldownPeriod")

    with pytest.raises(jsonschema.ValidationError, match="coolDownPeriod"):
        check_custom(broken)


def test_documents_are_told_apart_and_say_where_they_belong(overlay: Overlay) -> None:
    names = [(one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]) for one in overlay.documents]

    assert len(names) == len(set(names))
    assert {namespace for kind, namespace, _ in names if kind != "Namespace"} <= {"syndata", "syndata-servers"}


def test_namespaces_refuse_pods_that_may_more_than_ours(overlay: Overlay) -> None:
    namespaces = overlay.kind("Namespace")

    assert namespaces
    for namespace in namespaces:
        assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_program_that_renders_gives_the_same(name: str) -> None:
    commands = renderers()
    if len(commands) < 2:
        pytest.skip("there is only one program that renders")
    found = [sorted(yaml.safe_load_all(render(TREE / "overlays" / name, command)), key=repr) for command in commands]

    assert all(one == found[0] for one in found)


def test_an_overlay_that_cannot_be_rendered_says_why(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [missing.yaml]\n")
    try:
        with pytest.raises(ValueError, match=r"missing\.yaml"):
            render(tmp_path)
    except NotInstalled as reason:
        pytest.skip(str(reason))


def test_no_file_is_left_out() -> None:
    """Each is part of an overlay, and so of every test here."""
    used = {TREE / "overlays" / "local" / "make_secrets.py"}  # tests of secrets run it
    for name in OVERLAYS:
        used |= files_of(TREE / "overlays" / name)

    assert {path for path in TREE.rglob("*") if path.is_file() and "__pycache__" not in path.parts} == used


def files_of(folder: Path) -> set[Path]:
    """A kustomization's own file, and whatever it names, all the way down."""
    start = folder / "kustomization.yaml"
    told = yaml.safe_load(start.read_text())
    named = [*told.get("resources", ()), *told.get("components", ())]
    named += [patch["path"] for patch in told.get("patches", ()) if "path" in patch]
    found = {start}
    for name in named:
        path = (folder / name).resolve()
        found |= files_of(path) if path.is_dir() else {path}
    return found


def test_alerts_in_the_cluster_are_those_of_prometheus() -> None:
    assert rules.PAGE.read_text() == rules.page(), f"run: python -m {rules.__name__}"
    assert yaml.safe_load(rules.page())["spec"]["groups"] == rules.groups()
