"""docs/settings.md from the settings: `python -m tests.unit.docs.settings` writes it."""

from __future__ import annotations

from importlib import import_module

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from syndata_runtime.addresses import place_of
from syndata_runtime.aliases import ALIASES, Alias
from syndata_runtime.failpoints import FAILPOINTS, SWEEPING
from syndata_runtime.settings import Settings
from tests.running import REPOSITORY
from tests.unit.docs.sources import RUNTIME, SERVICES, attributes_of, joined

PAGE = REPOSITORY / "docs" / "settings.md"
HEAD = """\
# Settings

Everything that a service is told from outside, from the code (`python -m tests.unit.docs.settings` writes this page; a test fails when
it is stale). A setting is an environment variable, or a file of that name in lower case below the directory that `SYNDATA_SECRETS_DIR`
names. A wrong value ends the start with exit code 3 and the variable's name, never its value. `syndata up` reads the same settings, and sets
those itself that say where its data lie.
"""
BESIDE = {
    "SYNDATA_SECRETS_DIR": "directory of files that hold settings, for secrets that an orchestrator mounts",
    "SYNDATA_FAILPOINT": f"for tests only: `name:nth:action`, several by commas; at the nth passage of a place the process dies (`kill9`), "
    f"fails (`raise`) or stands still (`hang`). Places: {', '.join(f'`{name}`' for name in (*FAILPOINTS, *SWEEPING))}",
}
"""Variables that are read before there are settings."""
ALIASED = """\
## Variables of other systems

For whoever comes from another system's documents ([dialects](dialects.md)). Each is heeded where its setting of ours is not set, with the same rules for its
value; one that changes nothing is told of in the log when a service starts, by its name, never by its value.

| variable | here |
|---|---|"""
_OF_NEEDS = {"bus_url": "bus", "store_url": "store", "mongo_driver": "store", "objects_url": "objects"}


def page() -> str:
    """The page's whole text."""
    lines = [HEAD, "| variable | default | read by | meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `{variable(name)}` | {_default(field)} | {joined(readers(name))} | {_meaning(field)} |")
    lines += ["", "| beside them | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {text} |" for name, text in BESIDE.items()]
    lines += ["", ALIASED]
    lines += [f"| `{alias.name}` | {_amounts_to(alias)} |" for alias in ALIASES]
    return "\n".join(lines) + "\n"


def _amounts_to(alias: Alias) -> str:
    return f"sets `{variable(alias.setting)}`" if alias.setting else f"ignored: {alias.why}"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{Settings.model_config['env_prefix']}{name}".upper()


def readers(name: str) -> list[str]:
    """The services that heed a setting: those whose code asks for it, or all when the runtime does."""
    if name in _OF_NEEDS:
        return [service for service in SERVICES if _OF_NEEDS[name] in _needs(service)]
    users = [service for service in SERVICES if name in attributes_of(f"services/syndata_{service}", "settings")]
    return users if users and name not in _runtime() else list(SERVICES)


def _runtime() -> set[str]:
    return {
        name
        for module in ("service", "connections", "settings")
        for name in attributes_of(f"{RUNTIME}/{module}.py", "settings")
    }


def _needs(service: str) -> frozenset[str]:
    needs: frozenset[str] = import_module(f"syndata_{service}.service").SERVICE.needs
    return needs


def _default(field: FieldInfo) -> str:
    if isinstance(field.default, SecretStr):
        known = "@" in field.default.get_secret_value()
        return f"`{place_of(field.default)}`" + (", with the credentials of development" if known else "")
    if field.default is None:
        return "none"
    return f"`{field.default}`" if field.default != "" else "empty"


def _meaning(field: FieldInfo) -> str:
    return field.description or ""


if __name__ == "__main__":
    PAGE.write_text(page())
