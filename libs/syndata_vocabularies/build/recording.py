"""Stand-ins for randomness: what a provider method chooses is recorded, not drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from syndata_vocabularies.build.choices import MOST_SETTLED, Number, Options, Run, Untraceable

MOST_HALVED: Final = 2000


def _settled(name: str) -> Callable[..., Any]:
    def operate(self: ChosenInteger, *others: Any) -> Any:
        plain = [other.settled() if isinstance(other, ChosenInteger) else other for other in others]
        return getattr(self.settled(), name)(*plain)

    return operate


class ChosenInteger:
    """A whole number not yet chosen: open when printed, settled when reckoned with."""

    def __init__(self, run: Run, low: int, high: int, step: int = 1) -> None:
        if high < low:
            raise Untraceable("empty range")
        self.run, self.low, self.high, self.step = run, low, high, step
        self.value: int | None = None
        self.printed = False

    def settled(self) -> int:
        if self.value is None:
            values = range(self.low, self.high + 1, self.step)
            if self.printed or len(values) > MOST_SETTLED:
                raise Untraceable("a number is both printed and reckoned with, or has too many values")
            self.value = values[self.run.settle(len(values))]
        return self.value

    def printed_as(self, width: int | None) -> str:
        if self.value is not None:
            return str(self.value).rjust(width or 0, "0")
        if self.printed:
            raise Untraceable("a number is printed twice")
        self.printed = True
        return self.run.note(Number(self.low, self.high, self.step, width))

    def __str__(self) -> str:
        return self.printed_as(None)

    def __format__(self, spec: str) -> str:
        width = re.fullmatch(r"0(\d+)d?|d?", spec)
        if width is None:
            raise Untraceable(f"number format {spec}")
        return self.printed_as(int(width[1]) if width[1] else 0 if spec == "d" else None)

    def __index__(self) -> int:
        if self.value is None and (self.high - self.low) // self.step > 20:
            if self.printed:
                raise Untraceable("a number is printed twice")
            self.printed = True
            return self.run.note_integer(Number(self.low, self.high, self.step, None))
        return self.settled()

    __int__ = __index__

    def _narrow(self, *starts: int) -> bool:
        """Settle which of the intervals that begin at `starts` holds the number, if that is possible."""
        if self.value is not None or self.printed or self.step != 1:
            return False
        cuts = [self.low, *sorted({start for start in starts if self.low < start <= self.high}), self.high + 1]
        parts = list(pairwise(cuts))
        size = self.high + 1 - self.low
        if len(parts) > 1:
            shares = [Fraction(stop - start, size) for start, stop in parts]
            self.low, stop = parts[self.run.settle(shares)]
            self.high = stop - 1
        if self.low == self.high:
            self.value = self.low
        return True

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int) and self._narrow(other, other + 1):
            return self.low == self.high == other
        return self.settled() == (other.settled() if isinstance(other, ChosenInteger) else other)

    def __ne__(self, other: object) -> bool:
        return not self.__eq__(other)

    def __lt__(self, other: int) -> bool:
        if self._narrow(other):
            return self.high < other
        return self.settled() < int(other)

    def __le__(self, other: int) -> bool:
        return self < other + 1

    def __gt__(self, other: int) -> bool:
        return not self < other + 1

    def __ge__(self, other: int) -> bool:
        return not self < other

    def __mod__(self, other: int) -> int:
        size = self.high + 1 - self.low
        if self.value is not None or self.printed or self.step != 1 or size <= MOST_SETTLED:
            return self.settled() % other
        if not 0 < other <= MOST_SETTLED:
            raise Untraceable("too many remainders")
        self.printed = True  # from here on the number is known in part: any other use is refused
        counts = [(self.high - rest) // other - (self.low - 1 - rest) // other for rest in range(other)]
        return self.run.settle([Fraction(count, size) for count in counts])

    def __bool__(self) -> bool:
        return self != 0

    def __hash__(self) -> int:
        return hash(self.settled())

    __add__, __radd__, __floordiv__ = map(_settled, ("__add__", "__radd__", "__floordiv__"))
    __sub__, __rsub__, __mul__, __rmul__ = map(_settled, ("__sub__", "__rsub__", "__mul__", "__rmul__"))
    __truediv__, __neg__, __pow__ = map(_settled, ("__truediv__", "__neg__", "__pow__"))


class ChosenShare:
    """A number from 0 to 1 not yet chosen; it can only be compared with a constant."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __lt__(self, limit: float) -> bool:
        share = min(max(Fraction(str(limit)), Fraction(0)), Fraction(1))
        return self.run.settle([share, 1 - share]) == 0

    __le__ = __lt__

    def __gt__(self, limit: float) -> bool:
        return not self < limit

    __ge__ = __gt__


class RecordingRandom:
    """Has the methods of random.Random that providers use."""

    def __init__(self, run: Callable[[], Run]) -> None:
        self._run = run
        self._read: dict[tuple[int, bool], Options] = {}
        self._halves: dict[int, list[tuple[Options, Options, Fraction]]] = {}

    def pick_from(self, elements: Any, *, weighted: bool = True) -> Any:
        """Choose from a list, or from a mapping of weights."""
        return self._run().pick(self._options(elements, weighted=weighted))

    def _options(self, elements: Any, *, weighted: bool) -> Options:
        mapping = isinstance(elements, Mapping)
        key = (id(elements), weighted and mapping)
        options = self._read.get(key)
        if options is None:
            options = Options.read(elements, elements.values() if key[1] else None)
            if mapping or len(options.items) > MOST_SETTLED:
                self._read[key] = options
        return options

    def pick_two(self, elements: Any) -> list[Any]:
        """Choose two different items; in a large list by halves, so that no text repeats an item."""
        options = self._options(elements, weighted=True)
        run = self._run()
        if not options.open_ended or not run.settle_below <= len(options.items) <= MOST_HALVED:
            left = list(options.items)
            return [left.pop(run.settle(len(left))) for _ in range(2)]
        if id(elements) not in self._halves:
            self._halves[id(elements)] = options.halves()
        halves = self._halves[id(elements)]
        first, second, _ = halves[run.settle([share for _, _, share in halves])]
        return [run.pick(first), run.pick(second)]

    def randint(self, low: int, high: int) -> ChosenInteger:
        return ChosenInteger(self._run(), int(low), int(high))

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> ChosenInteger:
        values = range(start) if stop is None else range(start, stop, step)
        if not values or step < 1:
            raise Untraceable("empty range")
        return ChosenInteger(self._run(), values[0], values[-1], step)

    def random(self) -> ChosenShare:
        return ChosenShare(self._run())

    def getrandbits(self, bits: int) -> ChosenInteger:
        return ChosenInteger(self._run(), 0, 2**bits - 1)

    def choice(self, items: Sequence[Any]) -> Any:
        return self.pick_from(items)

    def choices(self, items: Sequence[Any], weights: Iterable[float] | None = None, *, k: int = 1) -> list[Any]:
        options = Options.read(items, weights)
        return [self._run().pick(options) for _ in range(k)]

    def sample(self, items: Sequence[Any], k: int) -> list[Any]:
        if k == 1:
            return [self.pick_from(items)]
        left = list(items)
        return [left.pop(self._run().settle(len(left))) for _ in range(k)]
