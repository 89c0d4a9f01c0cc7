"""A Python file with rules of one's own, run by the command that names it."""

from __future__ import annotations

import runpy
import traceback
from pathlib import Path

from syndata.configuration import file_bytes
from syndata_contracts.errors import Fault, Refused


def load_rules(path: Path) -> None:
    """Run a file whose functions are announced by `syndata.rule`; Refused, with its line, when it fails.

    Nothing but the one who asks for it makes a file run: no configuration, plan or dataset names one.
    """
    if not path.exists():
        raise Refused(Fault("", "there is no such file", "check the path", str(path)))
    body = file_bytes(path)
    try:
        compile(body, str(path), "exec")
        runpy.run_path(str(path), run_name="syndata_rules")
    except SyntaxError as error:
        fault = Fault("", f"this is not Python: {error.msg}", "correct the file", str(path), error.lineno, error.offset)
        raise Refused(fault) from error
    except Refused:
        raise
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        said = f"{type(error).__name__}: {error}"
        raise Refused(Fault("", said, "correct the file", str(path), lines[-1] if lines else None)) from error
