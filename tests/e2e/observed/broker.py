"""A RabbitMQ that tells its own metrics, as RabbitMQ's image does."""

from __future__ import annotations

from typing import ClassVar

from deploy.local.rabbitmq import RabbitMQ


class TellingRabbitMQ(RabbitMQ):
    """With the plugin rabbitmq_prometheus on a port of its own."""

    port_roles: ClassVar[tuple[str, ...]] = ("amqp", "distribution", "names", "metrics")  # type: ignore[assignment] # one more
    disk_free_limit = ""
    """So much must be free, e.g. `900000GB`; empty: RabbitMQ's own default."""

    def _configure(self) -> None:
        super()._configure()
        (self.directory / "enabled_plugins").write_text("[rabbitmq_prometheus].\n", encoding="utf-8")
        more = f"prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = {self.ports['metrics']}\n"
        if self.disk_free_limit:
            more += f"disk_free_limit.absolute = {self.disk_free_limit}\n"
        with (self.directory / "rabbitmq.conf").open("a", encoding="utf-8") as file:
            file.write(more)
