"""Servers in containers, where testcontainers and a Docker engine are."""

from __future__ import annotations

import importlib.util
import os
import socket
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.local.mongodb import REPLICA_SET, initiate_replica_set
from deploy.local.s3 import ACCESS, BUCKET, SECRET
from deploy.local.wire import mongodb_title, rabbitmq_title, s3_title

START_SECONDS = 180.0


class NoDocker(Exception):
    """There is no engine, or nothing that speaks to it."""


@dataclass(frozen=True)
class Image:
    """A pinned image and how it serves."""

    name: str
    port: int
    url: str
    greeting: Callable[[str, int], str | None]
    command: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Container:
    """One that runs."""

    url: str
    title: str
    image: str
    stop: Callable[[], Any]


def _mongodb_greeting(host: str, port: int) -> str | None:
    # The member's address is the one inside the container; clients from outside connect directly.
    initiate_replica_set(host, port, member="127.0.0.1:27017")
    return mongodb_title(host, port)


IMAGES = {
    "rabbitmq": Image("rabbitmq:4.3-management", 5672, "amqp://guest:guest@{address}/", rabbitmq_title),
    "mongodb": Image(
        "mongo:8.0",
        27017,
        "mongodb://{address}/?directConnection=true",
        _mongodb_greeting,
        f"mongod --replSet {REPLICA_SET} --bind_ip_all",
    ),
    "s3": Image(
        "docker.io/pgsty/silo:RELEASE.2026-10-26T00-00-00Z",
        9000,
        f"s3+http://{ACCESS}:{SECRET}@{{address}}/{BUCKET}",
        s3_title,
        "server /data",
        {"MINIO_ROOT_USER": ACCESS, "MINIO_ROOT_PASSWORD": SECRET},
    ),
}


def start_container(service: str) -> Container:
    """Start a server in a container and return when it serves.

    Raises:
        NoDocker: There is no testcontainers, no engine, or the engine cannot run the image.
        TimeoutError: The container runs and does not serve.
    """
    if importlib.util.find_spec("testcontainers") is None:
        raise NoDocker("testcontainers is not installed")
    if not _engine_answers():
        raise NoDocker("no Docker engine answers")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The Docker client has no types; only the name of its error is wanted.
        from docker.errors import DockerException  # type: ignore[import-untyped]
        from testcontainers.core.container import DockerContainer

        image = IMAGES[service]
        try:
            container = DockerContainer(image.name).with_exposed_ports(image.port).with_envs(**image.environment)
            if image.command:
                container.with_command(image.command)
            container.start()
        except DockerException as reason:
            raise NoDocker(f"Docker cannot run {image.name}: {reason}") from None
    host, port = container.get_container_host_ip(), int(container.get_exposed_port(image.port))
    deadline = time.monotonic() + START_SECONDS
    while (title := image.greeting(host, port)) is None:
        if time.monotonic() > deadline:
            container.stop()
            raise TimeoutError(f"{image.name} runs, but did not serve within {START_SECONDS:.0f} s")
        time.sleep(0.2)
    return Container(image.url.format(address=f"{host}:{port}"), title, image.name, container.stop)


def _engine_answers() -> bool:
    """Whether somebody listens; Docker's own client would leave a socket open when nobody does."""
    address = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    scheme, _, place = address.partition("://")
    try:
        if scheme == "unix":
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(3)
                connection.connect(place)
                return True
        host, _, port = place.partition(":")
        with socket.create_connection((host, int(port or 2375)), 3):
            return True
    except (OSError, ValueError):
        return False
