"""docker-compose.yml and its layers, held to what they promise; no engine is needed."""

from __future__ import annotations

import graphlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.images.install import SERVICES
from syndata_runtime.settings import Settings
from tests.running import REPOSITORY

BASE = REPOSITORY / "docker-compose.yml"
LAYERS = sorted((REPOSITORY / "deploy/compose").glob("*.yml"))
OURS = ("gateway", "schema", "profiler", "generator", "export")
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(:[-?])?([^}]*)\}")
SECRET = re.compile(r"PASSWORD|PASS$|SECRET|_KEY$|_URL$")


class Loader(yaml.SafeLoader):
    """Reads compose's own tags: what is reset or overridden is what stands behind the tag."""


def _plain(loader: Loader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return None


for tag in ("!reset", "!override"):
    Loader.add_constructor(tag, _plain)


def read(path: Path) -> dict[str, Any]:
    """A file as YAML, its anchors followed."""
    document: dict[str, Any] = yaml.load(path.read_text(), Loader)  # noqa: S506 -- a SafeLoader
    return document


STACK = read(BASE)
ALL = STACK["services"]


def text_of(path: Path) -> str:
    """A file without its comments."""
    return re.sub(r"(?m)(^|\s)#.*$", "", path.read_text())


PLACES = {"name", "networks", "secrets", "services", "volumes"}
"""Of the file."""
WORDS = {
    *(
        "build",
        "cap_drop",
        "command",
        "configs",
        "depends_on",
        "deploy",
        "entrypoint",
        "environment",
        "env_file",
        "expose",
    ),
    *("extra_hosts", "healthcheck", "hostname", "image", "init", "labels", "logging", "mem_limit", "networks"),
    *("pids_limit", "ports", "profiles", "read_only", "restart", "secrets", "security_opt", "shm_size"),
    *("stop_grace_period", "stop_signal", "tmpfs", "ulimits", "user", "volumes", "working_dir"),
}
"""Of a service: what we may use of what Compose knows, so that a misspelt one is found here."""


@pytest.mark.parametrize("path", [BASE, *LAYERS], ids=lambda path: path.name)
def test_no_word_is_misspelt(path: Path) -> None:
    """Compose refuses unknown words, but only where there is one to ask."""
    document = read(path)

    assert {key for key in document if not key.startswith("x-")} <= PLACES
    for name, service in document["services"].items():
        assert set(service or {}) <= WORDS, name
        check = (service or {}).get("healthcheck", {})
        assert set(check) <= {"test", "interval", "timeout", "retries", "start_period", "start_interval", "disable"}, (
            name
        )


@pytest.mark.parametrize("name", ALL)
def test_every_container_is_pinned(name: str) -> None:
    image = ALL[name]["image"]
    if image.startswith("syndata/"):
        assert image == f"syndata/{name}:${{SYNDATA_VERSION:-dev}}"
        assert "build" in ALL[name]
    else:
        assert re.fullmatch(r"docker\.io/[\w./-]+:(v?\d+\.\d+[\w.-]*|RELEASE\.\d{4}[\w-]+)", image)


@pytest.mark.parametrize("name", ALL)
def test_every_container_is_hardened(name: str) -> None:
    one = ALL[name]

    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert not one.keys() & {"privileged", "cap_add", "network_mode", "pid", "ipc", "devices", "container_name"}
    assert not any("docker.sock" in str(volume) for volume in one.get("volumes", ()))


@pytest.mark.parametrize("name", ALL)
def test_every_container_has_an_end_to_what_it_takes(name: str) -> None:
    one = ALL[name]

    assert {"cpus", "memory", "pids"} <= one["deploy"]["resources"]["limits"].keys()
    assert one["logging"]["options"].keys() >= {"max-size", "max-file"}
    assert one["restart"] == "unless-stopped"
    assert all("size=" in tmpfs for tmpfs in one.get("tmpfs", ()))


@pytest.mark.parametrize("name", ALL)
def test_every_container_tells_its_health_without_a_shell(name: str) -> None:
    check = ALL[name]["healthcheck"]

    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= check.keys()


def test_the_five_services_are_there_and_built_from_the_one_definition() -> None:
    for name in OURS:
        build = ALL[name]["build"]
        assert build["dockerfile"] == "deploy/images/Dockerfile"
        assert build["args"]["SERVICE"] == name
        assert name in SERVICES


def test_work_at_hand_may_end_before_a_container_does() -> None:
    for name in OURS:
        grace = int(ALL[name]["stop_grace_period"].removesuffix("s"))
        assert grace > float(ALL[name]["environment"]["SYNDATA_DRAIN_SECONDS"])


def test_only_the_gateway_and_grafana_can_be_reached_and_only_from_this_machine() -> None:
    published = {name: one["ports"] for name, one in ALL.items() if "ports" in one}

    assert published.keys() == {"gateway", "grafana"}
    assert all(port.startswith("${SYNDATA_BIND:-127.0.0.1}:") for ports in published.values() for port in ports)
    assert {name for name, one in ALL.items() if "front" in one["networks"]} == published.keys()


def test_what_is_scaled_has_nothing_of_which_there_can_be_one() -> None:
    """`--scale generator=3`: no port of the machine, no name, no volume of its own."""
    for name in set(OURS) - {"gateway"}:
        assert not ALL[name].keys() & {"ports", "container_name", "hostname", "volumes"}


def test_the_database_sees_the_gateway_only_and_nothing_in_the_back_sees_the_world() -> None:
    assert {name for name, one in ALL.items() if "store" in one["networks"]} == {"gateway", "mongodb"}
    assert STACK["networks"]["back"]["internal"] is True
    assert STACK["networks"]["store"]["internal"] is True


def test_there_is_an_order_to_start_in_and_each_waits_for_health() -> None:
    waits = {name: one.get("depends_on", {}) for name, one in ALL.items()}
    order = list(graphlib.TopologicalSorter({name: set(one) for name, one in waits.items()}).static_order())

    assert set(order) == ALL.keys()
    assert all(how == {"condition": "service_healthy"} for one in waits.values() for how in one.values())
    assert {"rabbitmq", "silo", "mongodb"} <= waits["gateway"].keys()
    assert "mongodb" not in waits["generator"]


def test_who_waits_for_a_server_is_on_a_network_with_it() -> None:
    for name, one in ALL.items():
        for other in one.get("depends_on", ()):
            assert set(one["networks"]) & set(ALL[other]["networks"]), (name, other)


@pytest.mark.parametrize("path", [BASE, *LAYERS], ids=lambda path: path.name)
def test_every_setting_of_ours_exists(path: Path) -> None:
    known = {f"SYNDATA_{field}".upper() for field in Settings.model_fields}
    for name, one in read(path)["services"].items():
        given = {key for key in one.get("environment", ()) if key.startswith("SYNDATA_")}
        assert not given - known or name not in OURS, given - known


@pytest.mark.parametrize("path", [BASE, *LAYERS], ids=lambda path: path.name)
def test_no_secret_stands_in_a_file_and_none_has_a_default(path: Path) -> None:
    """A secret comes from `.env` by `${NAME:?…}`: where it is missing or empty, compose refuses."""
    for one in read(path)["services"].values():
        for key, value in one.get("environment", {}).items():
            if SECRET.search(key) and "://" not in str(value):
                assert VARIABLE.fullmatch(str(value)), f"{key} is written out"
            if "://" in str(value) and "@" in str(value):
                assert re.search(r"://\w+:\$\{\w+:\?[^}]+\}@", str(value)), f"{key} holds a password"
    for name, how, _ in VARIABLE.findall(text_of(path)):
        assert not SECRET.search(name) or how == ":?", f"{name} has a default"


def test_every_variable_is_explained_in_the_example_and_no_secret_has_a_value_there() -> None:
    example = (REPOSITORY / ".env.example").read_text()
    given = dict(re.findall(r"(?m)^(\w+)=(.*)$", example))
    used = {name for path in (BASE, *LAYERS) for name, _, _ in VARIABLE.findall(text_of(path))}

    assert used == given.keys()
    assert {name for name in given if SECRET.search(name)} == {name for name, value in given.items() if not value}


def test_defaults_in_the_example_are_the_defaults() -> None:
    given = dict(re.findall(r"(?m)^(\w+)=(.+)$", (REPOSITORY / ".env.example").read_text()))
    defaults = {name: value for name, how, value in VARIABLE.findall(text_of(BASE)) if how == ":-"}

    assert defaults == given


def test_known_credentials_work_in_development_only() -> None:
    """They are those that services refuse in production, and one layer alone says that this is not production."""
    from syndata_contracts.errors import Refused
    from syndata_runtime.settings import read_settings

    known = dict(re.findall(r"(?m)^(\w+)=(.*)$", (REPOSITORY / "deploy/compose/dev.env").read_text()))
    given = {
        key.removeprefix("SYNDATA_").lower(): VARIABLE.sub(lambda found: known.get(found[1], ""), value)
        for key, value in ALL["schema"]["environment"].items()
        if key.endswith(("BUS_URL", "OBJECTS_URL", "ENVIRONMENT"))
    }

    with pytest.raises(Refused) as refusal:
        read_settings(**given)
    assert {fault.path for fault in refusal.value.faults} == {"SYNDATA_BUS_URL", "SYNDATA_OBJECTS_URL"}
    assert read_settings(**given | {"environment": "development"}).environment == "development"
    development = [path.name for path in LAYERS if "SYNDATA_ENVIRONMENT: development" in path.read_text()]
    assert development == ["dev.yml"]


def test_what_is_mounted_exists_and_cannot_be_written() -> None:
    for one in ALL.values():
        for volume in one.get("volumes", ()):
            source, _, rest = volume.partition(":")
            if source.startswith("."):
                assert (REPOSITORY / source).exists(), source
                assert rest.endswith(":ro")
            else:
                assert source in STACK["volumes"]


def test_layers_change_services_that_there_are() -> None:
    assert LAYERS
    for path in LAYERS:
        assert not read(path)["services"].keys() - ALL.keys()


def test_layers_publish_to_this_machine_only() -> None:
    ports = [port for path in LAYERS for one in read(path)["services"].values() for port in one.get("ports", ())]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_external_servers_replace_those_here() -> None:
    """Nobody waits for a server that is left out, and the way out is open."""
    layer = read(REPOSITORY / "deploy/compose/external.yml")

    assert {name for name, one in layer["services"].items() if "profiles" in one} == {"rabbitmq", "mongodb", "silo"}
    assert all(layer["services"][name]["depends_on"] == {} for name in OURS)
    assert layer["networks"]["back"] == {}


@pytest.fixture(scope="session")
def compose() -> list[str]:
    """Docker Compose, without an engine."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) is None:
            continue
        told = subprocess.run([*command, "version", "--short"], capture_output=True, text=True, check=False)
        version = re.match(r"v?(\d+)\.(\d+)", told.stdout)
        if version and (int(version[1]), int(version[2])) >= (2, 24):
            return command
    pytest.skip("there is no Docker Compose 2.24 or newer here (neither `docker compose` nor `docker-compose`)")


@pytest.mark.parametrize("layer", [None, *LAYERS], ids=lambda path: path.name if path else "alone")
def test_compose_itself_reads_it(compose: list[str], layer: Path | None, tmp_path: Path) -> None:
    """With every variable given it is accepted; with the example as it stands, it is not."""
    example = (REPOSITORY / ".env.example").read_text()
    filled = tmp_path / "env"
    filled.write_text(re.sub(r"(?m)^(\w+)=$", r"\1=given", example))
    files = [str(BASE)] if layer is None else [str(BASE), str(layer)]
    arguments = [part for file in files for part in ("-f", file)]

    def ask(environment: Path) -> subprocess.CompletedProcess[str]:
        command = [*compose, "--env-file", str(environment), *arguments, "config", "--format", "json"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    accepted, refused = ask(filled), ask(REPOSITORY / ".env.example")

    assert accepted.returncode == 0, accepted.stderr
    assert json.loads(accepted.stdout)["services"].keys() >= set(OURS)
    assert refused.returncode != 0
    assert "write it into .env" in refused.stderr
