"""What a service is told from outside, read once when it starts.

Every setting is an environment variable with the prefix SYNDATA_, or a file of that name in lower case below the
directory that SYNDATA_SECRETS_DIR names (for secrets that an orchestrator mounts). Where neither sets it, a variable of
another system's documents may (`aliases`).
"""

from __future__ import annotations

import os
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from syndata_contracts.errors import Fault, Refused
from syndata_runtime.addresses import address_fault
from syndata_runtime.aliases import alias_of, aliased

_LONGEST_DAYS = 36_500


class Settings(BaseSettings):
    """Settings of every service; each uses what it needs."""

    model_config = SettingsConfigDict(env_prefix="SYNDATA_", extra="ignore", frozen=True)

    bus_url: SecretStr = Field(
        default=SecretStr("amqp://guest:guest@127.0.0.1:5672/"),
        description="amqp:// or amqps:// of RabbitMQ, or file:///path",
    )
    store_url: SecretStr = Field(
        default=SecretStr("mongodb://127.0.0.1:27017/syndata"),
        description="mongodb:// with a database, or file:///path",
    )
    objects_url: SecretStr = Field(
        default=SecretStr("s3+http://syndata:syndata-secret@127.0.0.1:9000/syndata"),
        description="s3+http:// or s3+https:// with keys and bucket, or file:///directory",
    )
    mongo_driver: Literal["motor", "pymongo"] = Field(default="motor", description="driver of mongodb:// stores")
    host: str = Field(default="0.0.0.0", description="address that HTTP is served on")  # noqa: S104 -- in a container
    port: int = Field(default=8000, ge=0, le=65535, description="port that HTTP is served on; 0 takes a free one")
    api_key: SecretStr | None = Field(default=None, description="key that the gateway asks for; several by commas")
    workers: int = Field(
        default=0, ge=0, le=1024, description="parts made, or uploads profiled, at a time; 0: one per core"
    )
    window: int = Field(default=16, ge=1, le=256, description="tasks of one job that are handed out at a time")
    most_job_bytes: int = Field(default=2**44, ge=1, description="estimated size above which a job is refused")
    scratch: str = Field(default="", description="directory for parts until they are stored; empty: the system's")
    keep_files_days: float = Field(
        default=0,
        ge=0,
        le=_LONGEST_DAYS,
        description="days after a job's end until its files are removed; 0: they stay",
    )
    keep_jobs_days: float = Field(
        default=0,
        ge=0,
        le=_LONGEST_DAYS,
        description="days after a job's end until it is forgotten, with its files; 0: it stays",
    )
    keep_previews_days: float = Field(
        default=7, ge=0, le=_LONGEST_DAYS, description="days that previewed rows are kept; 0: they stay"
    )
    keep_plans_days: float = Field(
        default=30,
        ge=0,
        le=_LONGEST_DAYS,
        description="days that plans and configurations are kept when no job and no kept schema needs them; 0: they stay",
    )
    keep_sources_days: float = Field(
        default=0, ge=0, le=_LONGEST_DAYS, description="days that uploads are kept; 0: they stay"
    )
    keep_keys_days: float = Field(
        default=7, ge=0, le=_LONGEST_DAYS, description="days that an Idempotency-Key is remembered, at least; 0: always"
    )
    sweep_hours: float = Field(
        default=1, ge=0, le=8760, description="hours between two looks for what is to go; 0: none"
    )
    drain_seconds: float = Field(default=60.0, ge=0, description="how long work at hand may take after SIGTERM")
    connect_seconds: float = Field(default=60.0, ge=0, description="how long to wait for servers when starting")
    patience: int = Field(
        default=8, ge=1, description="tries while a server is away, before the job is paused as blocked"
    )
    stall_seconds: float = Field(default=120.0, gt=0, description="silence after which a job's work is asked for again")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="least level logged")
    log_format: Literal["json", "console"] = Field(default="json", description="how log lines look")
    traces_url: str = Field(default="", description="OTLP/HTTP endpoint of a trace collector; empty: no traces")
    environment: Literal["development", "production"] = Field(
        default="development", description="production refuses to start with default credentials"
    )
    requests_per_minute: int = Field(
        default=0,
        ge=0,
        le=10**9,
        description="requests that a gateway takes in a minute with one key, or from one address without one; 0: any number",
    )
    min_records: int = Field(
        default=100, ge=0, lt=2**63, description="records that a job of the dialect `backend` has at least"
    )
    max_records: int = Field(
        default=1_000_000, ge=0, lt=2**63, description="records that a job of the dialect `backend` has at most"
    )
    open_dialects: bool = Field(
        default=True,
        description="whether, in development only, dialects whose systems know no keys ask for none, and `backend` takes its documented key",
    )

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: Any, **named: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where nothing else sets them, the variables of other systems do."""
        last = InitSettingsSource(settings_cls, aliased(os.environ))
        return (*sources, *named.values(), last)


_DEVELOPMENT_SECRETS = ("guest:guest@", "syndata:syndata-secret@")


def read_settings(**over: Any) -> Settings:
    """Read the settings; `over` wins over the environment. Refused with every fault, never with a value of a secret."""
    try:
        settings = Settings(_secrets_dir=os.environ.get("SYNDATA_SECRETS_DIR") or None, **over)
    except ValidationError as error:
        raise Refused(
            Fault(_variable("_".join(map(str, one["loc"]))), one["msg"], "correct the environment")
            for one in error.errors(include_input=False, include_url=False)
        ) from None
    _refuse_bad_addresses(settings)
    if settings.environment == "production":
        _refuse_development_secrets(settings)
    return settings


def _variable(setting: str) -> str:
    """The variable that a setting came from, or would come from."""
    return alias_of(setting, os.environ) or f"SYNDATA_{setting}".upper()


def _refuse_bad_addresses(settings: Settings) -> None:
    addresses = {name: getattr(settings, name).get_secret_value() for name in ("bus_url", "store_url", "objects_url")}
    found = [address_fault(f"SYNDATA_{name.upper()}", url) for name, url in addresses.items()]
    if settings.traces_url:
        variable = "SYNDATA_TRACES_URL"
        if not settings.traces_url.startswith(("http://", "https://")):
            found.append(Fault(variable, "this is no URL of http or https", "write http://host:4318, or nothing"))
        found.append(address_fault(variable, settings.traces_url))
    if faults := [fault for fault in found if fault is not None]:
        raise Refused(faults)


def _refuse_development_secrets(settings: Settings) -> None:
    faults = [
        Fault(
            f"SYNDATA_{name.upper()}",
            "its credentials are those of development, known to everyone",
            "set credentials of your own, or SYNDATA_ENVIRONMENT=development",
        )
        for name in ("bus_url", "store_url", "objects_url")
        if any(secret in getattr(settings, name).get_secret_value() for secret in _DEVELOPMENT_SECRETS)
    ]
    if faults:
        raise Refused(faults)
