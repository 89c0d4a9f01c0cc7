"""Runs provider methods under recorded choices and writes down their templates."""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, Final

from faker.generator import Generator
from faker.providers import BaseProvider

from syndata_vocabularies.build.choices import ALL, Number, Reference, Run, Untraceable
from syndata_vocabularies.build.grammars import Symbol, symbol_of
from syndata_vocabularies.build.recording import ChosenInteger, RecordingRandom
from syndata_vocabularies.build.siblings import generator_of
from syndata_vocabularies.build.writing import PADDINGS, Manner, Names, Writer, one_line

MOST_RUNS: Final = 20_000
MOST_CHOICES: Final = 400_000
EARLY: Final = 400
_PRIMITIVES: Final = frozenset(dir(BaseProvider))


MANNERS: Final = tuple(
    Manner(refers, settle_below, padding, drops)
    for drops in (False, True)
    for refers, settle_below in ((True, 2), (False, 2), (True, 300), (False, 300), (False, ALL))
    for padding in PADDINGS
)


_GLOBALS: Final = ("choice", "choices", "randint", "randrange", "random", "sample")
UNTOUCHED: Final = SimpleNamespace(**{name: getattr(random, name) for name in _GLOBALS})


@contextmanager
def global_random(stand_in: object) -> Iterator[None]:
    """Put the methods of `stand_in` in place of the functions of `random`, which some providers use."""
    before = {name: getattr(random, name) for name in _GLOBALS}
    for name in _GLOBALS:
        setattr(random, name, getattr(stand_in, name))
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(random, name, function)


class Tracer:
    """The providers of one locale, made to record."""

    def __init__(self, locale: str, says_text: Callable[[str], bool]) -> None:
        self._says_text = says_text
        self._refers = False
        self._run = Run([], settle_below=2)
        self.generator: Generator = generator_of(locale)
        self._random = RecordingRandom(lambda: self._run)
        self.generator.random = self._random  # type: ignore[assignment]  # stands in for random.Random
        self._lists: dict[int, str] = {}
        self._methods: dict[str, Callable[[], object]] = {}
        for provider in reversed(self.generator.providers):
            self._record(provider)

    def _record(self, provider: BaseProvider) -> None:
        """Make one provider choose through the current run; later providers win, as in Faker."""
        provider.random_elements = self._random_elements  # type: ignore[method-assign]  # stand-in, build time only
        self.generator.set_formatter("random_elements", self._random_elements)
        for name in dir(type(provider)):
            value = inspect.getattr_static(type(provider), name)
            if isinstance(value, (list, tuple, dict, str)):
                self._lists.setdefault(id(value), name.strip("_").lower())
        for name in dir(provider):
            if name.startswith("_") or name in _PRIMITIVES or not callable(getattr(provider, name)):
                continue
            method = getattr(provider, name)
            if inspect.isclass(method):
                continue
            self._methods[name] = method
            referring = self._referring(name, method)
            setattr(provider, name, referring)
            self.generator.set_formatter(name, referring)

    def _referring(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*positional: Any, **named: Any) -> Any:
            wins = self._methods[name] is method
            if positional or named or not self._refers or not wins or not self._says_text(name):
                return method(*positional, **named)
            return self._run.note(Reference(name))

        return call

    def _random_elements(
        self,
        elements: Any = ("a", "b", "c"),
        length: Any = None,
        unique: bool = False,  # noqa: FBT001, FBT002  # Faker's own signature
        use_weighting: bool | None = None,  # noqa: FBT001  # the same
    ) -> list[Any]:
        run = self._run
        if length is None:
            length = 1 + run.settle(len(elements))
        count = length.settled() if isinstance(length, ChosenInteger) else int(length)
        if not unique or count == 1:
            return [self._random.pick_from(elements, weighted=use_weighting is not False) for _ in range(count)]
        if count == 2:
            return self._random.pick_two(elements)
        left = list(elements)
        return [left.pop(run.settle(len(left))) for _ in range(count)]

    def names(self) -> list[str]:
        """Return the names of all methods that can be called without arguments, sorted."""
        return sorted(name for name, method in self._methods.items() if _needs_nothing(method))

    def provider(self, name: str) -> object:
        """Return the provider whose method this is."""
        return getattr(self._methods[name], "__self__", None)

    def provider_of(self, name: str) -> str:
        """Return the module of the provider whose method this is, without its locale."""
        return str(getattr(self.provider(name), "__provider__", ""))

    def trace(self, name: str, manner: Manner, names: Names) -> Symbol:
        """Return all that a method can say. Raises Untraceable when this manner cannot tell."""
        return self.trace_call(self._methods[name], name, manner, names)

    def trace_call(self, call: Callable[[], object], name: str, manner: Manner, names: Names) -> Symbol:
        """The same for any call that goes through these providers."""
        runs = list(self._runs(call, manner))
        hidden = [
            choice for run, _ in runs for choice in run.open if isinstance(choice, Number) and choice.width is None
        ]
        if manner.padding != "none" and not hidden:
            raise Untraceable("nothing to pad")
        widest = max((len(str(number.high)) for number in hidden), default=0)
        writer = Writer(name, manner, names, self._lists, widest)
        written = [(writer.template(run, text), run.weight) for run, text in runs]
        symbol = symbol_of(written)
        return writer.sole_part(symbol)

    def _runs(self, call: Callable[[], object], manner: Manner) -> Iterator[tuple[Run, str]]:
        path: list[int] = []
        spent, covered = 0, Fraction(0)
        for count in range(1, MOST_RUNS + 1):
            run = Run(path, settle_below=manner.settle_below)
            self._run, self._refers = run, manner.refers
            random.seed(0)
            try:
                with global_random(self._random):
                    text = _text_of(call())
            except (Untraceable, RecursionError):
                raise
            except Exception as problem:  # a provider stumbles over a mark in any way it likes
                raise Untraceable(repr(problem)) from problem
            finally:
                self._refers = False
            yield run, text
            arities = run.arities
            spent += len(arities) + 1
            covered += run.weight
            path = run.path[: len(arities)]
            while path and path[-1] + 1 >= arities[len(path) - 1]:
                path.pop()
            if not path:
                return
            path[-1] += 1
            if spent > MOST_CHOICES or (count == EARLY and covered * MOST_RUNS < EARLY // 4):
                break
        raise Untraceable("too many outcomes to settle")


def _text_of(said: object) -> str:
    if not isinstance(said, (str, int, ChosenInteger)):
        raise Untraceable(f"returns {type(said).__name__}")
    return one_line(said)


def _needs_nothing(method: Callable[..., object]) -> bool:
    try:
        parameters = inspect.signature(method).parameters.values()
    except (TypeError, ValueError):
        return False
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return all(each.default is not inspect.Parameter.empty or each.kind not in plain for each in parameters)
