"""Descriptions on their way to the schema service."""

from __future__ import annotations

from syndata_contracts.errors import Defect
from syndata_contracts.messages import DescribeTables, TablesDescribed
from syndata_gateway.compiling import COMPILE_SECONDS
from syndata_gateway.ports import Gateway
from syndata_runtime.sending import ask
from syndata_runtime.topology import SCHEMA_REQUESTS


async def describe(gateway: Gateway, workspace: str, text: str, rows: int | None = None) -> TablesDescribed:
    """The configuration of a description in plain English; Refused with every fault and its line."""
    message = DescribeTables(workspace=workspace, text=text, rows=rows)
    answer = await gateway.soon(lambda: ask(gateway.ports.bus, SCHEMA_REQUESTS, message, COMPILE_SECONDS), "bus")
    if not isinstance(answer, TablesDescribed):
        raise Defect(f"the schema service answered {answer.type}")
    return answer
