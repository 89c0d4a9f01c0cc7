"""A client's method says of itself what the verb behind it says."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, TypeVar

C = TypeVar("C", bound=Callable[..., Any])


def described(method: C, verb: Callable[..., Any], result: str) -> C:
    """`method` with the verb's name, text and parameters; what it returns goes into `result`."""
    signature = inspect.signature(verb)
    match = re.fullmatch(r"Talks?\[(.*)\]", str(signature.return_annotation))
    returned = result.format(match[1] if match else signature.return_annotation)
    method.__name__ = verb.__name__
    method.__qualname__ = verb.__qualname__
    method.__doc__ = verb.__doc__
    method.__signature__ = signature.replace(return_annotation=returned)  # type: ignore[attr-defined] # inspect reads it
    return method
