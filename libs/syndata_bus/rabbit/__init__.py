"""The bus on RabbitMQ 3.10 to 4.x."""

from syndata_bus.rabbit.bus import RabbitBus, connect

__all__ = ["RabbitBus", "connect"]
