"""A column's values -> a rule that makes such values, and keeps none that could tell of somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from syndata_engine.learning import ordering
from syndata_engine.learning.meanings import (
    PLACES,
    Meaning,
    is_identifier,
    is_identifier_of_people,
)
from syndata_engine.learning.observing import Observed
from syndata_engine.learning.patterns import letters_between, rule_of, shapes_of
from syndata_engine.learning.personal import Personal
from syndata_engine.learning.shapes import Threshold
from syndata_engine.learning.values import Ordered, ordered_of
from syndata_engine.profiling.arrays import numbers_in

Role = Literal["empty", "numbers", "categories", "meaning", "codes", "texts", "key", "reference", "copied", "computed"]

_MOST_CATEGORIES = 1_000
_FEW_CATEGORIES = 20
_LONG_NUMBER = 6
_LOOKED_AT = 2_000
_MOST_POOLED = 0.2
"""Share of the values that may be pooled away for the rest to stand for all."""
_RATE_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a column is judged by beside its values."""

    threshold: Threshold
    meanings: Mapping[str, Meaning]
    """Of the table's columns that have one."""
    personal: Personal


@dataclass(slots=True)
class Learnt:
    """A column as it was learnt."""

    observed: Observed
    role: Role
    body: dict[str, Any] = field(default_factory=dict)
    """As our language has it, without the name."""
    remarks: list[str] = field(default_factory=list)
    """Why it is so."""
    ordered: Ordered | None = None
    meaning: Meaning | None = None
    categories: list[tuple[str, int]] = field(default_factory=list)
    """Values that stand in the configuration, with the sample's rows; the most frequent first."""
    drawn: dict[str, Any] | None = None
    """Of what is computed, copied or refers to a key: its body if it did not."""
    missing: str | None = None
    """Of categories: the word that the source writes for a missing one, and so do we."""
    pooled: int = 0
    """Different values that were too rare to be told."""
    shape: str = ""
    """Of codes."""
    capacity: int = 0
    """Of codes: how many have the shape."""

    @property
    def name(self) -> str:
        return self.observed.profile.name


def learn_column(column: Observed, setting: Setting) -> Learnt:
    """Decide how such values are made."""
    if column.texts.null_count == len(column.texts):
        return Learnt(column, "empty", {"type": "str", "rule": {"type": "null"}}, ["no row has a value"])
    ordered = ordered_of(column)
    if ordered is not None and len(ordered.units):
        learnt = _of_numbers(column, ordered, setting)
    elif column.profile.type == "bool":
        learnt = _of_truths(column, setting)
    else:
        learnt = _of_texts(column, setting)
    if learnt.missing is None:
        learnt.body |= nulls_of(column)
    return learnt


def nulls_of(column: Observed) -> dict[str, Any]:
    """The share of rows without a value, where there are such."""
    nulls, rows = column.profile.nulls, column.profile.nulls + column.values
    if not nulls or nulls == rows:
        return {}
    rate = (Decimal(nulls) / Decimal(rows)).quantize(_RATE_PLACES)
    return {"null_rate": min(max(rate, _RATE_PLACES), 1 - _RATE_PLACES).normalize()}


def _of_numbers(column: Observed, ordered: Ordered, setting: Setting) -> Learnt:
    learnt = Learnt(column, "numbers", ordering.type_of(ordered), ordered=ordered)
    if ordered.written:
        learnt.remarks.append(f"written {ordered.written} in the source")
    if ordered.wild:
        told = f"{ordered.wild} of the numbers are a million times as great as all others, and cut off"
        learnt.remarks.append(told)
    meaning = setting.meanings.get(column.profile.name) if ordered.type == "int" else None
    if meaning is not None:
        learnt.role, learnt.meaning = "meaning", meaning
        learnt.body |= {"rule": ordering.digits(ordered.units), "sensitivity": "PII"}
        learnt.remarks.append("its name says that it identifies somebody: as many digits, at random")
        return learnt
    if ordered.type == "int" and is_identifier(column.profile.name) and column.profile.distinct > ordering.FEW:
        learnt.role = "codes"
        ends = int(ordered.units.min()), int(ordered.units.max())
        learnt.body["rule"] = ordering.numbered(*ends, (column.values, column.profile.distinct))
        learnt.remarks.append("numbers of rows in a table that was not given: numbered anew, from a round number")
        return learnt
    rule, told = ordering.rule_of(ordered, setting.threshold.of(len(ordered.units)))
    if ordered.type == "int" and rule["type"] in {"choice", "constant"} and _of_somebody(rule["value"], setting):
        learnt.role = "codes"
        learnt.body |= {"rule": ordering.digits(ordered.units), "sensitivity": "PII"}
        learnt.remarks.append("values that look personal are among them: as many digits, at random")
        return learnt
    learnt.body["rule"] = rule
    learnt.remarks.append(told)
    if rule["type"] == "choice":
        learnt.categories = [(str(value), weight) for value, weight in zip(rule["value"], rule["weights"], strict=True)]
    return learnt


def _of_somebody(values: Any, setting: Setting) -> bool:
    listed = values if isinstance(values, list) else [values]
    return setting.personal.any_tells(str(value) for value in listed if len(str(value)) >= _LONG_NUMBER)


def _of_truths(column: Observed, setting: Setting) -> Learnt:
    values = pc.utf8_lower(pc.drop_null(column.texts))
    yes = int(pc.sum(pc.cast(pc.equal(values, "true"), pa.int64())).as_py() or 0)
    least = setting.threshold.of(len(values))
    learnt = Learnt(column, "categories", {"type": "bool"})
    no = len(values) - yes
    if len(values) < least:
        learnt.body["rule"] = {"type": "boolean"}
        learnt.remarks.append("too few rows to tell a share")
    elif min(yes, no) < least:
        learnt.body["rule"] = {"type": "constant", "value": yes > no}
        learnt.pooled = int(min(yes, no) > 0)
        learnt.remarks.append("the other value is too rare to be told" if min(yes, no) else "the same in every row")
    else:
        share = (Decimal(yes) / Decimal(len(values))).quantize(_RATE_PLACES).normalize()
        learnt.body["rule"] = {"type": "boolean", "probability": share}
        learnt.categories = sorted((("true", yes), ("false", no)), key=lambda one: -one[1])
        learnt.remarks.append("share of true")
    return learnt


def _of_texts(column: Observed, setting: Setting) -> Learnt:
    values = pc.drop_null(column.texts)
    if column.profile.type == "uuid":
        return _meant(column, Meaning("uuid", 1.0, "values"))
    meaning = setting.meanings.get(column.profile.name)
    if meaning is not None and (meaning.personal or meaning.by == "values"):
        return _meant(column, meaning)
    told = not is_identifier_of_people(column.profile.name)
    placed = meaning is not None and meaning.kind in PLACES
    categories = _categories(values, setting, single=not placed) if told else None
    if categories is not None:
        return _listed(column, categories, meaning)
    if meaning is not None and meaning.kind not in {"sentence", "text"}:
        return _meant(column, meaning)
    return _free(column, values, setting)


def _meant(column: Observed, meaning: Meaning) -> Learnt:
    learnt = Learnt(column, "meaning", {"type": "str", "rule": {"type": meaning.kind}}, meaning=meaning)
    if meaning.kind == "uuid":
        learnt.body["type"] = "uuid"
    if meaning.personal:
        learnt.body["sensitivity"] = "PII"
    how = f"{meaning.share:.0%} of the values look so" if meaning.by == "values" else "by its name"
    learnt.remarks.append(f"{how}; made up, none is the source's")
    return learnt


def _categories(values: pa.StringArray, setting: Setting, *, single: bool) -> tuple[list[tuple[str, int]], int] | None:
    """The frequent values with their counts, and how many are too rare; None where those are too many."""
    least = setting.threshold.of(len(values))
    counted = pc.value_counts(values)
    counts = numbers_in(counted.field(1))
    frequent = np.flatnonzero(counts >= least)
    if not len(frequent) or len(frequent) > _MOST_CATEGORIES:
        return None
    if len(counts) > max(_FEW_CATEGORIES, len(values) // 2):
        return None  # hardly any occurs twice: these are texts, whatever the threshold
    found = list(zip(counted.field(0).take(pa.array(frequent)).to_pylist(), counts[frequent].tolist(), strict=True))
    kept = [(value, count) for value, count in found if not setting.personal.tells(value, single=single)]
    if sum(count for _, count in kept) < (1 - _MOST_POOLED) * len(values):
        return None
    return sorted(kept, key=lambda one: (-one[1], one[0])), len(counts) - len(kept)


def _listed(column: Observed, categories: tuple[list[tuple[str, int]], int], meaning: Meaning | None) -> Learnt:
    kept, rare = categories
    learnt = Learnt(column, "categories", {"type": "str"}, meaning=meaning, categories=kept, pooled=rare)
    learnt.missing = column.missing_as
    if len(kept) == 1 and learnt.missing is None:
        learnt.body["rule"] = {"type": "constant", "value": column.lead + kept[0][0]}
        learnt.remarks.append("the same in every row" if not rare else f"{rare} rarer values are not told")
        return learnt
    learnt.body["rule"] = listed_rule(learnt, kept)
    learnt.remarks.append(f"{rare} rarer values are not told" if rare else "each value of enough rows")
    if learnt.missing is not None:
        learnt.remarks.append(f"the source writes {learnt.missing!r} for a missing value")
    return learnt


def listed_rule(learnt: Learnt, categories: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """A choice of categories as the source writes them, with its word for a missing one."""
    listed = [(learnt.observed.lead + value, count) for value, count in categories]
    if learnt.missing is not None:
        listed.append((learnt.missing, learnt.observed.texts.null_count))
    return choice_of([value for value, _ in listed], [count for _, count in listed])


def choice_of(values: Sequence[Any], counts: Sequence[int]) -> dict[str, Any]:
    """A choice by weights."""
    return {"type": "choice", "value": list(values), "weights": [min(count, 999_999_999) for count in counts]}


def _free(column: Observed, values: pa.StringArray, setting: Setting) -> Learnt:
    """Codes by their shape, texts by the number of their words."""
    blanks = numbers_in(pc.count_substring(values, " "))
    words = np.sort(blanks) + 1
    if int(words[len(words) // 2]) >= 2:
        low, high = int(words[len(words) // 20]), int(words[len(words) - 1 - len(words) // 20])
        low, high = min(low, 100), min(high, 100)
        rule = {"type": "sentence" if high > 4 else "words", "min": low, "max": high}
        return Learnt(column, "texts", {"type": "str", "rule": rule}, [f"free text, {_words_told(low, high)}: made up"])
    shapes = shapes_of(values, setting.threshold)
    different = pc.unique(values).slice(0, _LOOKED_AT).to_pylist()
    if setting.personal.any_tells(different):
        shapes = [shape.masked() for shape in shapes]
    rule_found = rule_of(shapes, len(values))
    if rule_found is not None:
        learnt = Learnt(
            column, "codes", {"type": "str", "rule": rule_found}, shape=shapes[0].pattern(), capacity=shapes[0].capacity
        )
        learnt.remarks.append("codes of the source's shapes, at random")
        return learnt
    learnt = Learnt(column, "codes", {"type": "str", "rule": letters_between(values)})
    learnt.remarks.append("different in most rows, and of no shape that many share: letters at random")
    return learnt


def _words_told(low: int, high: int) -> str:
    return f"mostly of {low} words" if low == high else f"mostly of {low} to {high} words"
