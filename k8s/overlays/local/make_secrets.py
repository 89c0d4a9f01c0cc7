"""Invent credentials for the overlay `local`, and print them as Secrets.

`python k8s/overlays/local/make_secrets.py | kubectl create -f -`; nothing is written to disk. Take `create`, not
`apply`: servers remember the first credentials they were given.
"""  # noqa: INP001 -- a script, which nobody imports

from __future__ import annotations

import json
import secrets
import sys
from typing import Any

SERVERS = "syndata-servers"
SERVICES = "syndata"


def secret(namespace: str, name: str, **values: str) -> dict[str, Any]:
    """A Secret; keys with `_` get a `-`."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "type": "Opaque",
        "stringData": {key.replace("_", "-"): value for key, value in values.items()},
    }


def documents() -> list[dict[str, Any]]:
    """Everything that the overlay refers to, with credentials nobody has seen before."""
    # Hexadecimal needs no quoting in a URL.
    bus, store, objects, api = (secrets.token_hex(24) for _ in range(4))
    return [
        secret(SERVERS, "rabbitmq", username="syndata-local", password=bus),
        secret(SERVERS, "mongodb", username="syndata-local", password=store, keyfile=secrets.token_hex(128)),
        secret(SERVERS, "s3", username="syndata-local", password=objects),
        secret(SERVICES, "syndata-bus", url=f"amqp://syndata-local:{bus}@rabbitmq.{SERVERS}:5672/"),
        secret(
            SERVICES,
            "syndata-store",
            url=f"mongodb://syndata-local:{store}@mongodb.{SERVERS}:27017/syndata?authSource=admin&directConnection=true",
        ),
        secret(SERVICES, "syndata-objects", url=f"s3+http://syndata-local:{objects}@s3.{SERVERS}:9000/syndata"),
        secret(SERVICES, "syndata-api", keys=api),
    ]


if __name__ == "__main__":
    json.dump({"apiVersion": "v1", "kind": "List", "items": documents()}, sys.stdout, indent=2)
    sys.stdout.write("\n")
