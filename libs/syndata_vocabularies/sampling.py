"""Values of any Faker provider, asked for once: a plan keeps them, so nothing reads Faker when data is made."""

from __future__ import annotations

import copy
import difflib
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from syndata_contracts.errors import Fault, Refused

MOST_TEXT: Final = 2**20
"""Characters that all values of a pool may have, for a plan holds them."""
FLOAT_DIGITS: Final = 6
"""Digits after the point that floats keep."""
_WITH_CLOCK: Final = ("faker.providers.date_time",)
"""Providers that count from today, so that the same configuration would give another plan tomorrow."""
_NUMBER: Final = re.compile(r"-?\d+\.\d+")
_SIZES: Final = re.compile("len|size|chars|nb|num|count|digits|paragraphs|sentences|words|files|rows|depth")
"""Names of arguments that say how large a value is."""
MOST_PARTS: Final = 10_000
_TIMELESS: Final = frozenset({"timezone", "century"})
"""What these say whatever the day."""
_ELSEWHERE_WITH_CLOCK: Final = frozenset({"credit_card_expire", "credit_card_full", "passport_dob", "passport_full", "profile", "simple_profile"})  # fmt: skip


def sample_faker(provider: str, locale: str, arguments: dict[str, Any], size: int) -> dict[str, Any]:
    """What a provider of Faker says, `size` times: the same for the same version of Faker.

    Returns:
        `by`, the library and its version; `makes`, the values' type; `values`, each once, as JSON has them; and `weights`,
        how often each was said, where not all were once.

    Raises:
        Refused: there is no such provider or locale, the arguments are wrong, or the values are not single ones.
    """
    return copy.deepcopy(_sampled(json.dumps([provider, locale, arguments, size], sort_keys=True, default=float)))


@lru_cache(maxsize=64)
def _sampled(asked: str) -> dict[str, Any]:
    """The pool of a question, kept because one configuration may be planned several times over."""
    provider, locale, arguments, size = json.loads(asked)
    try:
        import faker  # noqa: PLC0415 -- heavy, and needed by those only who name it
        from faker.config import AVAILABLE_LOCALES  # noqa: PLC0415
        from faker.factory import Factory  # noqa: PLC0415
    except ImportError:
        raise _refused(
            # What a service has for a path is nothing that its asker should read.
            "provider",
            "Faker is not installed where plans are made",
            "pip install 'faker>=40' there",
        ) from None
    if locale not in AVAILABLE_LOCALES:
        near = difflib.get_close_matches(locale, AVAILABLE_LOCALES, 3)
        raise _refused("locale", f"Faker has no locale {locale!r}", f"use {' or '.join(near) if near else 'en_US'}")
    generator = Factory.create(locale)
    method = _method(generator, provider, locale)
    _check_sizes(arguments)
    generator.seed_instance(int.from_bytes(hashlib.blake2b(asked.encode(), digest_size=8).digest(), "little"))
    made = _called(provider, method, _with_numbers(method, arguments), size)
    makes = _type_of(provider, made)
    counts = Counter(_plain(value, makes) for value in made)
    pool = {"by": f"Faker {faker.VERSION}", "makes": makes, "values": list(counts)}
    return pool if set(counts.values()) == {1} else {**pool, "weights": list(counts.values())}


def _check_sizes(arguments: dict[str, Any]) -> None:
    """A single value must not fill the memory: what counts characters, bytes or parts has a limit."""
    for name, value in arguments.items():
        numbers = [value] if isinstance(value, int | float) else value if isinstance(value, list) else []
        most = max((number for number in numbers if isinstance(number, int | float)), default=0)
        if _SIZES.search(name) and most > MOST_PARTS:
            raise _refused("arguments", f"{name} is {most}", f"ask for at most {MOST_PARTS:,}")


def _method(generator: Any, provider: str, locale: str) -> Callable[..., Any]:
    owners = {
        name: type(owner).__module__
        for owner in reversed(generator.get_providers())
        for name in dir(owner)
        if not name.startswith("_") and callable(getattr(owner, name))
    }
    if provider not in owners:
        near = difflib.get_close_matches(provider, owners, 3)
        fix = f"did you mean {' or '.join(near)}?" if near else "see Faker's documentation for its providers"
        raise _refused("provider", f"Faker has no provider {provider!r} for {locale}", fix)
    clocked = owners[provider].startswith(_WITH_CLOCK) and provider not in _TIMELESS
    if clocked or provider in _ELSEWHERE_WITH_CLOCK:
        what = f"Faker's {provider} counts from today, so the same configuration would give other values tomorrow"
        raise _refused("provider", what, "use the rule range with dates such as -2y, or date_of_birth")
    found: Callable[..., Any] = getattr(generator, provider)
    return found


def _with_numbers(method: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """Numbers with a point come as texts from a document; they are numbers, unless the provider can only take texts."""
    numbers = {
        name: float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value
        for name, value in arguments.items()
    }
    if numbers == arguments:
        return arguments
    try:
        method(**numbers)
    except (TypeError, AttributeError):
        return arguments
    except Exception:  # noqa: BLE001 -- said again, with its reason, when values are asked for
        return numbers
    return numbers


def _called(provider: str, method: Callable[..., Any], arguments: dict[str, Any], size: int) -> list[Any]:
    made: list[Any] = []
    length = 0
    for _ in range(size):
        try:
            value = method(**arguments)
        except Exception as error:  # noqa: BLE001 -- whatever a provider raises is about what was asked of it
            what = f"Faker's {provider} fails: {type(error).__name__}: {error}"
            raise _refused("arguments", what[:300], "mend the arguments") from None
        length += len(value) if isinstance(value, str | bytes) else 1
        if length > MOST_TEXT:
            what = f"{size:,} values of Faker's {provider} have more than {MOST_TEXT:,} characters"
            raise _refused("size", what, "lower the size, or ask for shorter values")
        made.append(value)
    return made


def _type_of(provider: str, made: list[Any]) -> str:
    types = {type(value) for value in made if value is not None}
    for name, fitting in (("str", (str, UUID)), ("bool", (bool,)), ("int", (int,)), ("decimal", (Decimal,)), ("float", (float, int)),
                          ("date", (date,)), ("datetime", (datetime,))):  # fmt: skip
        if types and all(issubclass(one, fitting) and (name == "bool" or one is not bool) for one in types):
            return name if name != "date" or datetime not in types else "datetime"
    shown = ", ".join(sorted(one.__name__ for one in types)) or "nothing"
    raise _refused("provider", f"Faker's {provider} makes {shown}, which is no single value", "use a provider of texts, numbers or truth values")  # fmt: skip


def _plain(value: Any, makes: str) -> Any:
    """A value as JSON has it; numbers with a point as texts, which keep their digits."""
    if value is None or makes in {"bool", "int"}:
        return value
    if makes == "float":
        if not math.isfinite(value):
            raise _refused("provider", f"one of the values is {value}", "ask for finite numbers")
        digits = f"{value:.{FLOAT_DIGITS}f}".rstrip("0")
        return f"{digits}0" if digits.endswith(".") else digits
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if makes == "decimal" else str(value)


def _refused(option: str, what: str, fix: str) -> Refused:
    return Refused(Fault(option, what, fix))
