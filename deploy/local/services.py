"""Which programs can be which service, best first."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.mongodb import FerretDB, Mongod
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.s3 import MinIO, Rclone
from deploy.local.server import LocalServer, NotInstalled, Say

SERVICES: dict[str, tuple[type[LocalServer], ...]] = {
    "rabbitmq": (RabbitMQ,),
    "mongodb": (Mongod, FerretDB),
    "s3": (MinIO, Rclone),
}
"""Every service, with the programs that can be it; the first that is installed is."""


def variable(service: str) -> str:
    """The variable of the environment that names such a server to the tests."""
    return f"SYNDATA_TEST_{service.upper()}_URL"


def setting(service: str, url: str) -> tuple[str, str]:
    """The setting that names such a server to our services, and its value for one at `url`."""
    if service == "mongodb":
        parts = urlsplit(url)
        return "SYNDATA_STORE_URL", parts._replace(path="/syndata").geturl()
    return {"rabbitmq": "SYNDATA_BUS_URL", "s3": "SYNDATA_OBJECTS_URL"}[service], url


def local_server(service: str, directory: Path, *, dies_with_parent: bool = False) -> LocalServer:
    """A server of that kind in `directory`, not started, played by the best program that is installed.

    Raises:
        NotInstalled: None is.
    """
    for candidate in SERVICES[service]:
        if candidate.find():
            return candidate(directory, dies_with_parent=dies_with_parent)
    raise NotInstalled(
        f"{service}: no program for it is installed; run: python -m deploy.local install {service}, "
        f"or name a server with {variable(service)}"
    )


def install(service: str, say: Say) -> None:
    """Install the best program that this machine can have.

    Raises:
        NotInstalled: It can have none; the text says why for each.
    """
    reasons = []
    for candidate in SERVICES[service]:
        try:
            candidate.install(say)
        except NotInstalled as reason:
            reasons.append(str(reason))
        else:
            # What was passed over matters where the next one is the lesser choice.
            for passed in reasons:
                say(passed)
            say(f"{service}: {candidate.program} will be used")
            return
    raise NotInstalled("\n".join(reasons))
