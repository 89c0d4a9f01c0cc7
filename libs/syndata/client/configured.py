"""A configuration, made ready to be sent."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Any, Final, TypedDict

from syndata.client.errors import Rejected
from syndata.client.steps import Step, Work
from syndata.configuration import Config, file_bytes, table_names
from syndata_contracts.errors import Fault, Refused
from syndata_contracts.jobs import Priority
from syndata_contracts.presets import PRESETS

_SERVERS_NAME: Final = "config"
"""What a server calls the file of a text that was sent to it."""


class Given(TypedDict, total=False):
    """What a caller may say over the configuration's own words; `create_job` tells what each means."""

    preset: str | None
    rows: int | None
    seed: int | None
    as_of: str | date | None
    strict: bool
    scale: float | None
    tables: str | Sequence[str] | None


class GivenJob(Given, total=False):
    """What a caller may say of a job as well."""

    priority: Priority


@dataclass(frozen=True, slots=True)
class Asked:
    """The body of a request that has a configuration."""

    body: dict[str, Any]
    file: str | None = None
    """Where the text came from, to be named in faults."""

    def with_(self, **more: Any) -> bytes:
        """JSON, without what is not given."""
        return to_json({**self.body, **{name: value for name, value in more.items() if value is not None}})

    @contextmanager
    def named(self) -> Iterator[None]:
        """Faults raised in here name the caller's own file."""
        try:
            yield
        except Rejected as refusal:
            if self.file is None:
                raise
            faults = [
                replace(fault, file=self.file) if fault.file == _SERVERS_NAME else fault for fault in refusal.faults
            ]
            raise Rejected(faults, refusal.status, refusal.code, refusal.request_id) from None


def asked(config: Config | None, given: Given) -> Generator[Step, Any, Asked]:
    """What is to be sent; a string is understood as `syndata.generate` does.

    Refused when there is neither a configuration nor a preset, or both, or the file cannot be read.
    """
    preset = given.get("preset")
    if (config is None) == (preset is None):
        what = "both a configuration and a preset are given" if preset else "there is neither configuration nor preset"
        raise Refused(Fault("config", what, "give exactly one of them"))
    as_of = given.get("as_of")
    over = {
        "rows": given.get("rows"),
        "seed": given.get("seed"),
        "as_of": as_of.isoformat() if isinstance(as_of, date) else as_of,
        "strict": given.get("strict") or None,
        "scale": given.get("scale"),
        "tables": table_names(given.get("tables")),
    }
    body: dict[str, Any] = {name: value for name, value in over.items() if value is not None}
    if preset is not None or (isinstance(config, str) and config in PRESETS):
        return Asked({**body, "preset": preset or config})
    if isinstance(config, Mapping):
        return Asked({**body, "config": dict(config)})
    if isinstance(config, str) and ("\n" in config or config.lstrip().startswith("{")):
        return Asked({**body, "config": config}, "configuration")
    path = Path(config or "")
    name = os.fspath(path)
    content: bytes = yield Work(lambda: file_bytes(path))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Fault("", f"this is not UTF-8: {error.reason}", "save the file as UTF-8", name)) from None
    return Asked({**body, "config": text}, name)


def to_json(document: object) -> bytes:
    """JSON; dates as text. Refused for what has no JSON form."""
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False, default=_value).encode()
    except (TypeError, ValueError) as error:
        fix = "use numbers, texts, booleans, dates, lists and mappings"
        raise Refused(Fault("config", f"this cannot be sent as JSON: {error}", fix)) from None


def _value(value: object) -> object:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
