"""Configurations on their way to the schema service."""

from __future__ import annotations

import json
from typing import Any

from blake3 import blake3

from syndata_contracts.errors import Defect, Fault, Refused
from syndata_contracts.keys import document_key
from syndata_contracts.messages import Compiled, CompileSchema
from syndata_contracts.strategies import strategy
from syndata_gateway.api.models import Configured, NewJob
from syndata_gateway.ports import Gateway
from syndata_runtime.sending import ask
from syndata_runtime.topology import SCHEMA_REQUESTS

COMPILE_SECONDS = 30.0


async def compile_configuration(gateway: Gateway, workspace: str, asked: Configured, *, keep: bool = True) -> Compiled:
    """Have a plan made; Refused with every fault of the configuration."""
    asked = spelt_out(asked)
    return await gateway.soon(lambda: _compiled(gateway, workspace, asked, keep=keep), "objects", "bus")


async def _compiled(gateway: Gateway, workspace: str, asked: Configured, *, keep: bool) -> Compiled:
    document = None
    if asked.config is not None:
        text = text_of(asked.config)
        document = document_key(workspace, blake3(text).hexdigest())
        await gateway.ports.objects.put(document, text)
    message = CompileSchema(
        workspace=workspace,
        document=document,
        preset=asked.preset,
        name=f"preset {asked.preset}" if asked.preset else "config",
        rows=asked.rows,
        seed=asked.seed,
        as_of=asked.as_of,
        output_format=asked.output_format if isinstance(asked, NewJob) else None,
        strict=asked.strict,
        scale=None if asked.scale is None else str(asked.scale),
        tables=None if asked.tables is None else tuple(asked.tables),
        keep=keep,
    )
    answer = await ask(gateway.ports.bus, SCHEMA_REQUESTS, message, COMPILE_SECONDS)
    if not isinstance(answer, Compiled):
        raise Defect(f"the schema service answered {answer.type}")
    return answer


def spelt_out(asked: Configured) -> Configured:
    """The same, with its configuration in place of a strategy; Refused unless it says what is wanted exactly once."""
    given = [name for name in ("config", "preset", "strategy") if getattr(asked, name) is not None]
    if len(given) != 1:
        what = f"both {' and '.join(given)} are given" if given else "neither config nor preset nor strategy is given"
        raise Refused(Fault("config", what, "send exactly one of them"))
    if asked.strategy is None:
        if asked.parameters is not None:
            raise Refused(Fault("parameters", "only a strategy has parameters", "remove them, or name a strategy"))
        return asked
    made = strategy(asked.strategy, asked.parameters)
    return asked.model_copy(update={"config": made, "strategy": None, "parameters": None})


def text_of(config: dict[str, Any] | str) -> bytes:
    """A configuration's text: as it was sent, or as JSON."""
    return config.encode() if isinstance(config, str) else json.dumps(config, ensure_ascii=False, indent=1).encode()
