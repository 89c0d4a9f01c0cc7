"""The schema service: configurations in, plans out, kept under their digest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from syndata_contracts.errors import Defect, Fault, Refused
from syndata_contracts.keys import plan_key
from syndata_contracts.messages import Compiled, CompileSchema, DescribeTables, Message, TablesDescribed
from syndata_contracts.presets import load_preset
from syndata_contracts.tasks import TableWork, table_works
from syndata_objects.errors import Missing
from syndata_objects.port import Objects
from syndata_runtime.aside import get_kept
from syndata_runtime.clock import now
from syndata_runtime.connections import Ports
from syndata_runtime.consumer import Outcome, Work
from syndata_runtime.health import Health
from syndata_runtime.processes import Slots
from syndata_runtime.refusals import carried_faults
from syndata_runtime.service import Running, Service
from syndata_runtime.settings import Settings
from syndata_runtime.topology import SCHEMA_REQUESTS
from syndata_schema.compiling import Asked, compile_text, describe_text, warm_up

_SLOTS: Final = 1
_TABLE_BYTES: Final = 48 * 1024
_WARNING_BYTES: Final = 8 * 1024
"""Tables and warnings travel in messages, which hold 64 KiB."""
_ANSWER_BYTES: Final = 60 * 1024
_MOST_DESCRIBED: Final = 8_000
COMPILE_SECONDS: Final = 20.0
"""Others wait for the process that compiles, and nobody for longer than half a minute."""


class Compiler:
    """Compiles configurations, and writes them for descriptions."""

    def __init__(self, objects: Objects) -> None:
        self.slots = Slots(_SLOTS, seconds=COMPILE_SECONDS)
        self._objects = objects

    async def handle(self, message: Message) -> Outcome:
        """Make a plan, keep it, and say what it amounts to; or make a configuration of a description."""
        if isinstance(message, DescribeTables):
            return Outcome(answer=await self._described(message))
        if not isinstance(message, CompileSchema):
            raise Defect(f"{message.type} is nothing to compile")
        asked = Asked(
            message.name,
            message.rows,
            message.seed,
            message.as_of,
            message.output_format,
            message.strict,
            now(),
            message.scale,
            message.tables,
        )
        text = await self._text(message)
        try:
            made = await self.slots.call(compile_text, text, asked)
        except TimeoutError:
            what = f"compiling takes more than {COMPILE_SECONDS:g} s"
            raise Refused(Fault("", what, "make the configuration smaller")) from None
        plan = made.plan
        digest = plan.digest
        tables = _told(table_works(plan))
        if message.keep:
            await self._objects.put(plan_key(message.workspace, digest), plan.to_bytes())
        return Outcome(
            answer=Compiled(
                plan=digest,
                seed=plan.seed,
                as_of=plan.as_of.isoformat(),
                output_format=made.output_format,
                expected_bytes=sum(table.rows * table.row_bytes for table in plan.tables),
                tables=tables,
                warnings=carried_faults(made.warnings, _WARNING_BYTES),
            )
        )

    async def _described(self, message: DescribeTables) -> TablesDescribed:
        if len(message.text) > _MOST_DESCRIBED:
            what = f"the description has {len(message.text):,} characters, and {_MOST_DESCRIBED:,} are read"
            raise Refused(Fault("", what, "describe fewer tables at once, or use `syndata describe`"))
        try:
            made, remarks = await self.slots.call(describe_text, message.text, message.rows, now())
        except TimeoutError:
            what = f"reading the description takes more than {COMPILE_SECONDS:g} s"
            raise Refused(Fault("", what, "make it shorter")) from None
        told = made.model_copy(update={"notes": carried_faults(remarks, _WARNING_BYTES)})
        if len(told.model_dump_json().encode()) > _ANSWER_BYTES:
            what = "the configuration of this description is too long for an answer"
            raise Refused(Fault("", what, "describe fewer tables at once, or use `syndata describe`"))
        return told

    async def _text(self, message: CompileSchema) -> bytes:
        if message.preset is not None:
            return load_preset(message.preset).encode()
        if message.document is None:
            raise Refused(Fault("", "there is neither a configuration nor a preset", "send one of them"))
        try:
            return await get_kept(self._objects, message.document)
        except Missing:
            raise Refused(Fault("", "the configuration is gone", "send it again")) from None


def _told(tables: tuple[TableWork, ...]) -> tuple[TableWork, ...]:
    """The tables, if the messages about their job can name them all."""
    size = sum(len(table.model_dump_json().encode()) + 1 for table in tables)
    if size > _TABLE_BYTES:
        what = f"{len(tables):,} tables with these names are more than one job can have here"
        fix = "make several jobs, or use `syndata generate`"
        raise Refused(Fault("tables", what, fix))
    return tables


@asynccontextmanager
async def _open(ports: Ports, _settings: Settings, _health: Health) -> AsyncIterator[Running]:
    compiler = Compiler(ports.objects)
    try:
        await compiler.slots.warm(warm_up)
        yield Running(works=(Work(SCHEMA_REQUESTS, (CompileSchema, DescribeTables), compiler.handle, slots=8),))
    finally:
        compiler.slots.kill()


SERVICE: Final = Service("schema", frozenset({"bus", "objects"}), _open, ("syndata_schema.compiling",))
