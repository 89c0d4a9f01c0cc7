"""The bus in one process, without a server, kept in one SQLite file."""

from syndata_bus.embedded.bus import EmbeddedBus, open_bus

__all__ = ["EmbeddedBus", "open_bus"]
