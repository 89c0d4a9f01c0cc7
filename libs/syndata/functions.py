"""Rules from Python functions, for the process that states them; a package announces a `Kind` for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from syndata.binding import load_kinds
from syndata.own_calls import OwnCall, WrongResult
from syndata_engine.generation.columns.columns import Column
from syndata_engine.generation.columns.context import ColumnContext
from syndata_engine.generation.kinds.registry import Kind, Options, all_kinds, announce
from syndata_engine.generation.nodes.codes import ValueType
from syndata_engine.generation.nodes.frame import Node
from syndata_engine.generation.nodes.nodes import any_of
from syndata_engine.generation.words.bits import Codes
from syndata_engine.pools import Pool

Function = TypeVar("Function", bound=Callable[..., Any])
Made = Literal["int", "float", "decimal", "bool", "date", "datetime", "str"]
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}(\.[A-Za-z][A-Za-z0-9_]{0,63})?")
_SCALES: Final = {"float": 6, "decimal": 2, "datetime": 6}
"""Digits after the point that results keep, where the column states none."""


def rule(  # noqa: PLR0913 -- each is a word about the function
    name: str,
    *,
    makes: Made = "int",
    reads: Sequence[str] = (),
    values: Sequence[str] = (),
    version: int = 1,
    per_row: bool = False,
) -> Callable[[Function], Function]:
    """Announce a function of whole arrays as a rule of this process.

        @syndata.rule("points", reads=["amount"])
        def points(words, amount, *, most=5):
            return amount // 10 + words % (most + 1)

        syndata.generate({"tables": {"sales": {"columns": {
            "amount": {"type": "int", "rule": {"type": "range", "min": 0, "max": 999}},
            "points": {"rule": {"type": "points", "most": 3}},
        }}}})

    The function gets a random whole number from 0 to 2**63 - 1 for each row (int64[n]), the columns that it reads, and the rule's other
    options by name. It returns one value for each row, and may depend on nothing but the same row's: rows are made in any
    order, in pieces of any length, by several processes. Plans and manifests name the rule, not its code, so they can be used
    only where it is announced; threads of the calling program make workers that do not know it.

    Args:
        name: of the rule: letters, digits and `_`, in any letter case. A rule `Staff.badge` is what a configuration
            means by `{custom_class: Staff, custom_method: badge}`.
        makes: type of the values. Dates are `datetime64[D]`, datetimes `datetime64[us]`, or whole numbers of these since 1970;
            `str` is an index into `values`. Floats and decimals are rounded half to even at the column's digits, 6 and 2 if it states none.
        reads: columns of the same table that are numbers, truth values, dates or datetimes, or are chosen from a list, as its
            indices. A row is NULL where one of them is.
        values: the texts of `str`.
        version: raise it when the values change: a plan made with another one is refused.
        per_row: the function gets one row's numbers instead of arrays and returns one value, which takes some hundred times
            as long; of `str` it may return one of the texts.

    Raises:
        ValueError: the name is none, or taken; or texts are missing.

    What the function raises or returns wrongly while rows are made is refused, with its file, its line and the row.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a rule: use letters, digits and _, with a dot before a method's name")
    if (makes == "str") != bool(values):
        raise ValueError("a rule that makes str needs the texts that it chooses from, and no other has any")
    load_kinds()
    all_kinds()  # so that no name of the engine is taken

    def announced(function: Function) -> Function:
        texts = tuple(values)
        called = _by_row(function, makes, texts) if per_row else function
        kind = _FunctionKind(name.lower(), called, makes, tuple(reads), Pool(texts) if texts else None, version)
        announce(kind)
        return function

    return announced


class _Parameters(Options):
    model_config = ConfigDict(frozen=True, extra="allow")


class _FunctionKind(Kind):
    """A kind whose values a function computes."""

    options = _Parameters

    def __init__(  # noqa: PLR0913, PLR0917 -- what `rule` was told
        self,
        name: str,
        function: Callable[..., Any],
        makes: Made,
        reads: tuple[str, ...],
        labels: Pool | None,
        version: int,
    ) -> None:
        self.name = name  # type: ignore[misc] # a class of its own for each rule would say the same
        self.summary = (function.__doc__ or "A function of this process.").strip().splitlines()[0]  # type: ignore[misc]
        self.types = (makes,)  # type: ignore[misc]
        self.version = version  # type: ignore[misc]
        self._function, self._reads, self._labels = function, reads, labels

    def build(self, ctx: ColumnContext, options: _Parameters) -> Column:
        sources = [self._source(ctx, name) for name in self._reads]
        value_type = self._type(ctx)
        given = dict(options.model_extra or {})

        def compute(words: Codes, *codes: Codes) -> Codes:
            columns = (_values(source, code) for source, code in zip(sources, codes, strict=True))
            numbers = (words.view(np.uint64) >> np.uint64(1)).view(np.int64)
            return self._codes(self._function(numbers, *columns, **given), value_type, len(words))

        inputs: tuple[Node, ...] = (ctx.word(), *(source.code for source in sources if source.code is not None))
        nulls = [source.null for source in sources if source.null is not None]
        return Column(
            value_type,
            OwnCall(self.name, f"{ctx.table.schema.name}.{ctx.schema.name}", self._function, compute, inputs),
            low=None if self._labels is None else 0,
            high=None if self._labels is None else len(self._labels.values) - 1,
            labels=self._labels,
            null=any_of(*nulls) if nulls else None,
            cost=1 + sum(source.cost for source in sources),
        )

    def _type(self, ctx: ColumnContext) -> ValueType:
        made = self.types[0]
        if ctx.type is not None and (made != "float" or ctx.schema.scale is not None):
            return ctx.type
        return ValueType(made, 18 if made == "decimal" else None, _SCALES.get(made, 0))

    def _source(self, ctx: ColumnContext, name: str) -> Column:
        source = ctx.other(name, "")
        if source.code is None:
            ctx.refuse(
                f"the function of {self.name} reads {name}, which is composed text", "read a number, a date or a choice"
            )
        return source

    def _codes(self, result: Any, value_type: ValueType, rows: int) -> Codes:
        array = np.asarray(result)
        if array.shape != (rows,):
            raise WrongResult(f"it returned {array.shape} values for {rows} rows")
        if array.dtype.kind == "M":
            unit = "D" if value_type.name == "date" else "us"
            moments: Codes = array.astype(f"datetime64[{unit}]").astype(np.int64)
            return moments - moments % value_type.step
        if value_type.name in {"float", "decimal"}:
            scaled: Codes = np.rint(array.astype(np.float64) * 10**value_type.scale).astype(np.int64)
            return scaled
        if array.dtype.kind not in "iub":
            raise WrongResult(f"it returned {array.dtype}, which is no {value_type.name}")
        codes = array.astype(np.int64)
        if self._labels is not None and rows and not 0 <= codes.min() <= codes.max() < len(self._labels.values):
            raise IndexError(f"it returned an index beyond its {len(self._labels.values)} texts")
        return codes


def _by_row(function: Callable[..., Any], makes: Made, texts: tuple[str, ...]) -> Callable[..., Any]:
    """The function of arrays that calls a function of one row for each of them."""
    index = {text: number for number, text in enumerate(texts)}

    @wraps(function)
    def called(*arrays: NDArray[Any], **given: Any) -> NDArray[Any]:
        made = [function(*row, **given) for row in zip(*(array.tolist() for array in arrays), strict=True)]
        if makes == "str":
            made = [index.get(value, len(texts)) if isinstance(value, str) else value for value in made]
        unit = {"date": "datetime64[D]", "datetime": "datetime64[us]"}.get(makes)
        return np.array(made, unit) if made else np.empty(0, unit or np.int64)

    return called


def _values(source: Column, codes: Codes) -> NDArray[Any]:
    """A column's codes as the array that its type suggests; a copy, so that a function may change it."""
    if source.labels is not None or source.type.name == "int":
        return codes.copy()
    if source.type.name == "bool":
        return np.not_equal(codes, 0)
    if source.type.name in {"date", "datetime"}:
        moments: NDArray[Any] = codes.view("datetime64[D]" if source.type.name == "date" else "datetime64[us]")
        return moments.copy()
    if source.type.scale and source.type.numeric:
        return codes / np.float64(10**source.type.scale)
    return codes.copy()
