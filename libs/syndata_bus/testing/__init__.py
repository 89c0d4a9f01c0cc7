"""The promises of `port` as a suite that every implementation passes.

An implementation subclasses BusContract and gives it a server:

    class TestRabbit(BusContract):
        @pytest.fixture
        async def server(self) -> BusServer: ...   # may be shared by all tests

        @pytest.fixture
        async def mortal(self) -> BusServer: ...   # for this test alone, which kills it
"""

from syndata_bus.testing.asking import Asking
from syndata_bus.testing.carrying import Carrying
from syndata_bus.testing.consuming import Consuming
from syndata_bus.testing.dead import DeadLettering
from syndata_bus.testing.ending import Ending
from syndata_bus.testing.outages import Outages
from syndata_bus.testing.server import BusServer


class BusContract(Carrying, Consuming, Ending, DeadLettering, Asking, Outages):
    """Everything."""


__all__ = ["BusContract", "BusServer"]
