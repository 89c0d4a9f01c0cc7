"""What services are told: settings that exist, with values they take, and secrets by reference only."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from syndata_runtime.service import Service
from syndata_runtime.settings import Settings
from tests.running import REPOSITORY
from tests.unit.deploy.kubernetes.documents import SERVICES, Overlay, pod, secrets_of

PAGE = REPOSITORY / "docs" / "kubernetes.md"
MAKE_SECRETS = REPOSITORY / "k8s" / "overlays" / "local" / "make_secrets.py"
URLS = {"bus": "SYNDATA_BUS_URL", "store": "SYNDATA_STORE_URL", "objects": "SYNDATA_OBJECTS_URL"}
SECRETS = {
    name.upper() for name, field in Settings.model_fields.items() if field.annotation in {SecretStr, SecretStr | None}
}
"""Settings, without their prefix, that no document may hold."""


def service_of(name: str) -> Service:
    found: Service = importlib.import_module(f"syndata_{name}.service").SERVICE
    return found


def references(overlay: Overlay, name: str) -> dict[str, tuple[str, str]]:
    """The Secret and key behind each variable of a service."""
    (container,) = pod(overlay.service(name))["containers"]
    return {
        one["name"]: (source["name"], source["key"])
        for one in container["env"]
        if (source := one.get("valueFrom", {}).get("secretKeyRef"))
    }


def made() -> dict[tuple[str, str], dict[str, str]]:
    """What make_secrets.py prints: namespace and name to keys and values."""
    printed = subprocess.run([sys.executable, MAKE_SECRETS], capture_output=True, text=True, check=True).stdout
    documents: list[dict[str, Any]] = json.loads(printed)["items"]
    return {(one["metadata"]["namespace"], one["metadata"]["name"]): one["stringData"] for one in documents}


def test_the_settings_that_are_secrets_are_known() -> None:
    assert {"BUS_URL", "STORE_URL", "OBJECTS_URL", "API_KEY"} == SECRETS


def test_every_variable_is_a_setting(overlay: Overlay) -> None:
    known = {f"SYNDATA_{name.upper()}" for name in Settings.model_fields}
    for name in SERVICES:
        told = set(overlay.settings(overlay.service(name))) | set(references(overlay, name))
        assert told <= known


def test_every_value_is_one_that_services_take(overlay: Overlay) -> None:
    for name in SERVICES:
        told = overlay.settings(overlay.service(name))
        given = {key.removeprefix("SYNDATA_").lower(): value for key, value in told.items()}
        settings = Settings.model_validate(given)
        assert {key: str(getattr(settings, key)) for key in ("port", "scratch", "log_format", "environment")} == {
            key: given[key] for key in ("port", "scratch", "log_format", "environment")
        }


def test_a_service_is_given_the_servers_that_it_needs_and_no_others(overlay: Overlay) -> None:
    """The store's address is the gateway's alone, and so is the key of the API."""
    for name in SERVICES:
        wanted = {URLS[need] for need in service_of(name).needs}
        wanted |= {"SYNDATA_API_KEY"} if name == "gateway" else set()
        assert set(references(overlay, name)) == wanted


def test_no_document_holds_a_secret(overlay: Overlay) -> None:
    assert not overlay.kind("Secret")
    for workload in overlay.workloads:
        for container in pod(workload)["containers"]:
            literal = [one["name"] for one in container.get("env", ()) if "value" in one]
            assert not [name for name in literal if re.search("KEY|SECRET|PASS|TOKEN|_URL", name)]
    for settings in overlay.kind("ConfigMap"):
        assert not {name.removeprefix("SYNDATA_") for name in settings["data"]} & SECRETS
        assert not [value for value in settings["data"].values() if "@" in value]


def test_every_secret_and_its_keys_are_documented(overlay: Overlay) -> None:
    page = PAGE.read_text()
    wanted = {(name, key) for workload in overlay.workloads for _, name, key, _ in secrets_of(workload)}
    wanted |= {
        (one["name"], one["key"])
        for trigger in overlay.kind("TriggerAuthentication")
        for one in trigger["spec"]["secretTargetRef"]
    }

    if overlay.name != "local":  # servers of one's own get what make_secrets.py makes
        rows = dict(re.findall(r"^\| `([a-z-]+)` \| `([a-z*_A-Z]+)`", page, re.MULTILINE))
        assert {(name, key.replace("SYNDATA_SECRET_NAME", "*")) for name, key in rows.items()} == wanted
    assert "make_secrets.py" in page


def test_what_people_depend_on_refuses_credentials_of_development_and_is_traced(shared: Overlay) -> None:
    for name in SERVICES:
        told = shared.settings(shared.service(name))
        assert told["SYNDATA_ENVIRONMENT"] == "production"
        assert told["SYNDATA_LOG_FORMAT"] == "json"
        assert urlsplit(told["SYNDATA_TRACES_URL"]).port == 4318


def test_workers_are_as_many_as_the_processor_limit(overlay: Overlay) -> None:
    """A process counts the cores of its node, which are not its own."""
    for name in ("generator", "profiler"):
        workload = overlay.service(name)
        limit = pod(workload)["containers"][0]["resources"]["limits"]["cpu"]
        assert overlay.settings(workload)["SYNDATA_WORKERS"] == str(limit)


class TestSecretsForOneself:
    """What make_secrets.py prints is what the overlay `local` asks for."""

    def test_they_are_all_that_is_referred_to(self, local: Overlay) -> None:
        wanted = {
            (namespace, name, key)
            for workload in local.workloads
            for namespace, name, key, needed in secrets_of(workload)
            if needed
        }

        assert {(*where, key) for where, values in made().items() for key in values} == wanted

    def test_they_are_new_every_time(self) -> None:
        first, second = made(), made()
        fixed = {"username"}

        assert first.keys() == second.keys()
        for where, values in first.items():
            assert not [key for key, value in values.items() if key not in fixed and value == second[where][key]]

    @pytest.mark.parametrize("server", ["bus", "store", "objects"])
    def test_urls_lead_to_the_servers_with_their_credentials(self, local: Overlay, server: str) -> None:
        secrets = made()
        url = urlsplit(secrets["syndata", f"syndata-{server}"]["url"])
        name, _, namespace = (url.hostname or "").partition(".")
        service = local.one("Service", name)
        credentials = secrets[namespace, name]

        assert service["metadata"]["namespace"] == namespace
        assert [one["port"] for one in service["spec"]["ports"]] == [url.port]
        assert (url.username, url.password) == (credentials["username"], credentials["password"])
        assert service["spec"]["selector"]["app.kubernetes.io/component"] == server

    def test_services_take_them_even_in_production(self, monkeypatch: pytest.MonkeyPatch, local: Overlay) -> None:
        from syndata_gateway.access import keys_of
        from syndata_runtime.settings import read_settings

        secrets = made()
        for variable, (name, key) in references(local, "gateway").items():
            monkeypatch.setenv(variable, secrets["syndata", name][key])
        settings = read_settings(environment="production")

        assert len(keys_of(settings)) == 1
        assert settings.bus_url.get_secret_value().startswith("amqp://syndata-local:")
