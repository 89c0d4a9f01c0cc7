"""Variables of other systems' documents: what each of them sets here, or why it sets nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

_LEVELS: Final = {"warn": "warning", "critical": "error", "fatal": "error", "notset": "debug", "trace": "debug"}
_PLACES: Final = {"prod": "production", "dev": "development"}

_log = structlog.get_logger()


def _as_is(value: str) -> str:
    return value


def _one_of(words: Mapping[str, str]) -> Callable[[str], str]:
    return lambda value: words.get(value.strip().lower(), value.strip().lower())


@dataclass(frozen=True, slots=True)
class Alias:
    """A variable that we do not have ourselves."""

    name: str
    setting: str | None
    """What it sets; None: nothing."""
    why: str = ""
    """Of one that sets nothing: where to say what it would say."""
    read: Callable[[str], str] = _as_is
    """What its value is in our words."""


ALIASES: Final = (
    Alias("API_KEY", "api_key"),
    Alias("ENVIRONMENT", "environment", read=_one_of(_PLACES)),
    Alias("LOG_LEVEL", "log_level", read=_one_of(_LEVELS)),
    Alias("MIN_RECORDS", "min_records"),
    Alias("MAX_RECORDS", "max_records"),
    Alias("MAX_FILE_AGE_DAYS", "keep_files_days"),
    Alias("JOB_CLEANUP_DAYS", "keep_jobs_days"),
    Alias("TEMP_PATH", "scratch"),
    Alias("DATABASE_URL", None, "jobs are kept in the store: set SYNDATA_STORE_URL, or start `syndata up --data-dir`"),
    Alias("REDIS_URL", None, "work is handed out by the bus: set SYNDATA_BUS_URL, or start `syndata up --data-dir`"),
    Alias("SECRET_KEY", None, "nothing is signed with it: who may enter says SYNDATA_API_KEY"),
    Alias(
        "STORAGE_PATH", None, "files lie among the objects: set SYNDATA_OBJECTS_URL, or start `syndata up --data-dir`"
    ),
    Alias(
        "OUTPUT_PATH", None, "files lie among the objects: set SYNDATA_OBJECTS_URL, or start `syndata up --data-dir`"
    ),
    Alias("STORAGE_TYPE", None, "files are never kept in memory: SYNDATA_OBJECTS_URL says where they lie"),
    Alias(
        "JOB_MAX_CONCURRENT_JOBS", None, "any number of jobs share the workers: set SYNDATA_WORKERS and SYNDATA_WINDOW"
    ),
)


def aliased(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings that aliases in an environment amount to; an empty one says nothing."""
    return {alias.setting: alias.read(environment[alias.name]) for alias in _given(environment) if alias.setting}


def alias_of(setting: str, environment: Mapping[str, str]) -> str | None:
    """The variable of another system that an environment sets a setting by; None when our own does, or none."""
    if f"SYNDATA_{setting}".upper() in environment:
        return None
    return next((alias.name for alias in _given(environment) if alias.setting == setting), None)


def tell_ignored(environment: Mapping[str, str]) -> None:
    """Warn of every variable of another system that changes nothing here: names and reasons, never values."""
    for alias in _given(environment):
        own = f"SYNDATA_{alias.setting or ''}".upper()
        if alias.setting is None:
            _log.warning("a variable of another system is ignored", variable=alias.name, why=alias.why)
        elif own in environment:
            _log.warning("a variable of another system is ignored", variable=alias.name, why=f"{own} is set")


def _given(environment: Mapping[str, str]) -> list[Alias]:
    return [alias for alias in ALIASES if environment.get(alias.name, "").strip()]
