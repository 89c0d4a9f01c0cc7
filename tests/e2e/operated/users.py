"""Users of a broker, made and removed as the runbook says."""

from __future__ import annotations

import subprocess

from deploy.local.rabbitmq import RabbitMQ
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
