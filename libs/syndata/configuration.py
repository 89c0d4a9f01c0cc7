"""From what a user hands over (a file, a text, a mapping, the name of a preset) to a schema that was read."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from syndata_contracts.errors import Fault, Refused, Unavailable
from syndata_contracts.presets import PRESETS, load_preset

if TYPE_CHECKING:
    from syndata_engine.reading import Reading

Config = str | os.PathLike[str] | Mapping[str, Any]
"""A path, a configuration's own text (YAML or JSON, told by a line break or a brace), a mapping, or a preset's name."""

_MOST_BYTES: Final = 32 * 1024 * 1024
"""More is never read: past this the reader refuses the text as too large anyway."""

_SUFFIXES: Final = (".yaml", ".yml", ".json")


def read_config(config: Config) -> Reading:
    """Read whatever form of configuration it is; what it says wrong is in the reading's faults.

    A string is a text when it holds a line break or begins with `{`, else a preset when it is the name of one,
    else a path. Give a `Path` for a file that is named like a preset. Refused when there is no such file, or it
    cannot be read.
    """
    from syndata_engine.generation.kinds.registry import check_rule
    from syndata_engine.reading import read_document, read_schema

    if isinstance(config, Mapping):
        return read_document(config, check_rule=check_rule)
    if isinstance(config, str) and ("\n" in config or config.lstrip().startswith("{")):
        return read_schema(config, file="configuration", check_rule=check_rule)
    if isinstance(config, str) and config in PRESETS:
        return read_schema(load_preset(config), file=f"preset {config}", check_rule=check_rule)
    return read_schema(file_bytes(Path(config)), file=os.fspath(config), check_rule=check_rule)


def table_names(tables: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Names of tables, from a list or a text that separates them by commas."""
    if tables is None:
        return None
    said = [tables] if isinstance(tables, str) else tables
    return tuple(name.strip() for names in said for name in names.split(",") if name.strip())


def file_bytes(path: Path) -> bytes:
    """A configuration file's content; Refused, with what may have been meant, or Unavailable when it cannot be read."""
    name = str(path)
    try:
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES)
    except FileNotFoundError:
        raise Refused(Fault("", "there is no such file", _nearby(path), name)) from None
    except IsADirectoryError:
        raise Refused(Fault("", "this is a directory, not a configuration file", _inside(path), name)) from None
    except NotADirectoryError:
        raise Refused(Fault("", "a part of this path is a file, not a directory", "check the path", name)) from None
    except PermissionError:
        raise Refused(Fault("", "this file may not be read", "give yourself the right to read it", name)) from None
    except ValueError as error:
        raise Refused(Fault("", f"this is not a path: {error}", "check the path", name)) from None
    except OSError as error:
        raise Unavailable(f"{name} could not be read: {error.strerror or error}") from error


def _nearby(path: Path) -> str:
    """Name files that may have been meant."""
    try:
        found = sorted(entry.name for entry in path.parent.iterdir() if entry.suffix in _SUFFIXES)
    except OSError:
        return f"there is no directory {path.parent} either; check the path"
    near = difflib.get_close_matches(path.name, found, n=2, cutoff=0.5) or found[:3]
    if not near:
        return "check the path; `syndata generate --preset user` needs no file"
    return "did you mean " + " or ".join(str(path.parent / name) for name in near) + "?"


def _inside(path: Path) -> str:
    found = sorted(entry for entry in path.iterdir() if entry.suffix in _SUFFIXES)
    return f"did you mean {found[0]}?" if found else "name a .yaml or .json file"
