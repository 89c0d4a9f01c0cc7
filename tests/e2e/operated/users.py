"""Users of a broker, of a document store and of an object store, made and removed as the runbook says."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from minio.credentials.providers import StaticProvider
from minio.minioadmin import MinioAdmin
from pymongo import MongoClient

from deploy.local.mongodb import FerretDB
from deploy.local.processes import Command
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.s3 import ACCESS, MinIO
from tests.servers.sources import RealServer


def rabbitmqctl(broker: RealServer, *arguments: str) -> None:
    """What the runbook has operators type, for the node of this test."""
    local = broker.local
    assert isinstance(local, RabbitMQ)
    script = local.find()
    assert script is not None
    register = {"ERL_EPMD_PORT": str(local.ports["names"])}
    command = [str(script.with_name("rabbitmqctl")), "-n", "syndata@localhost", *arguments]
    done = subprocess.run(command, env=local._environment(**register), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class GuardedFerretDB(FerretDB):
    """FerretDB that asks for a user and a password, by MongoDB's SCRAM, and keeps users in its database."""

    FIRST: ClassVar = ("first", "the-first-password-0123456789")

    def commands(self) -> Sequence[Command]:
        """The usual, with a door."""
        user, password = self.FIRST
        (usual,) = super().commands()
        door = ["--test-enable-new-auth", "--setup-database=admin", f"--setup-username={user}"]
        return [Command(usual.role, [*usual.argv, *door, f"--setup-password={password}"], usual.environment)]

    def as_user(self, user: str, password: str, database: str = "") -> str:
        """Its address for a user, who is kept where MongoDB keeps them."""
        return f"mongodb://{user}:{password}@127.0.0.1:{self.port}/{database}?authSource=admin"

    def ask(self, user: tuple[str, str], command: dict[str, Any]) -> None:
        """Have a user do something to users; OperationFailure when he may not."""
        client: MongoClient[Any]
        with MongoClient(self.as_user(*user), serverSelectionTimeoutMS=5000) as client:
            client.admin.command(command)


class RenamedMinIO(MinIO):
    """MinIO whose own password comes from its environment, at every start."""

    password: str = "the-first-secret-0123456789"  # noqa: S105 -- of a server that a test starts and ends

    def commands(self) -> Sequence[Command]:
        """The usual, with another password."""
        (usual,) = super().commands()
        environment = {**usual.environment, "MINIO_ROOT_PASSWORD": self.password}
        return [Command(usual.role, usual.argv, environment)]

    @property
    def url(self) -> str:
        return self.as_key(ACCESS, self.password, "syndata")

    def as_key(self, access: str, secret: str, bucket: str) -> str:
        """The address of a bucket, for a key."""
        return f"s3+http://{access}:{secret}@127.0.0.1:{self.port}/{bucket}"


def minio_admin(url: str) -> MinioAdmin:
    """What `mc admin` does, for the owner of a store."""
    parts = urlsplit(url)
    assert parts.username is not None
    assert parts.password is not None
    credentials = StaticProvider(parts.username, parts.password)
    return MinioAdmin(endpoint=f"{parts.hostname}:{parts.port}", credentials=credentials, secure=False)
