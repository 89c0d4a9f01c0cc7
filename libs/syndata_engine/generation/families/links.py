"""References: how a child row finds its parent's row, and a parent its children, without reading either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from syndata_contracts.schema import ForeignKeySchema
from syndata_engine.generation.families.fan_out import FanOutMap
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.texts.text import Text, rewire
from syndata_engine.generation.words.bijection import Bijection
from syndata_engine.generation.words.bits import Codes
from syndata_engine.generation.words.draws import inner_words

if TYPE_CHECKING:
    from syndata_engine.generation.families.tiers import Tiers


def begins(start: ForeignKeySchema, end: ForeignKeySchema) -> bool:
    """Whether edges that lead to the one reference begin at the other."""
    return end.edge is not None and end.edge.start in {start.id, *start.child_columns}


@dataclass(frozen=True, eq=False, slots=True)
class Link:
    """The way from a row to its parent's row."""

    parent_key: int
    """Key of the parent's table."""
    parent_row: Node
    """Row number of the parent, -1 where the reference is NULL."""
    nullable: bool = False

    def frame(self, child: Frame) -> Frame:
        """The parents of a frame's rows."""
        return Frame(self.parent_key, np.maximum(child.get(self.parent_row), 0))


class Shuffle(Protocol):
    """A one-to-one map of row numbers, both ways."""

    def forward(self, numbers: Codes) -> Codes:
        """Image of each number."""
        ...

    def inverse(self, numbers: Codes) -> Codes:
        """The number whose image each is."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class FamilyMap:
    """Children numbered family by family, and where each stands in its table."""

    fan_out: FanOutMap | Tiers
    shuffle: Shuffle | None
    """Row number -> child number; None where the key owns the order of rows."""

    def numbers(self, rows: Codes) -> Codes:
        """Child number of each row; numbers past the last child have no parent."""
        return rows if self.shuffle is None else self.shuffle.forward(rows)

    def rows(self, numbers: Codes) -> Codes:
        """Row of each child number."""
        return numbers if self.shuffle is None else self.shuffle.inverse(numbers)

    def locate(self, rows: Codes) -> tuple[Codes, Codes]:
        """Parent row (-1: none) of each row, and its position in the family from 0."""
        numbers = self.numbers(rows)
        children = self.fan_out.children
        if children == 0:
            return np.full(len(rows), -1), np.zeros(len(rows), np.int64)
        parent, position = self.fan_out.parents_of(np.minimum(numbers, children - 1))
        orphan = numbers >= children
        parent[orphan] = -1
        position[orphan] = 0
        return parent, position


@dataclass(frozen=True, eq=False, slots=True)
class MappedParent(Node):
    """Parent row under a family map."""

    families: FamilyMap

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = self.families.locate(frame.rows)[0]


@dataclass(frozen=True, eq=False, slots=True)
class InsertedParent(Node):
    """Parent row under a family map, and for rows past the table's own that of one of its children, each as likely."""

    first: MappedParent
    rows: int
    """Rows that the map knows."""
    word: Node
    null: Node | None
    """1 where a row past those has no parent."""

    def compute(self, frame: Frame, out: Codes) -> None:
        known = frame.rows < self.rows
        if known.all():
            out[:] = frame.get(self.first)
            return
        out[known] = Frame(frame.table_key, frame.rows[known]).get(self.first)
        beyond = ~known
        fan_out = self.first.families.fan_out
        # A modulus is unbiased to count / 2**64. Without children, every parent is as likely.
        number = (frame.words(self.word)[beyond] % np.uint64(max(fan_out.children or fan_out.parents, 1))).view(
            np.int64
        )
        out[beyond] = fan_out.parents_of(number)[0] if fan_out.children else number
        if self.null is not None:
            out[beyond] = np.where(frame.get(self.null)[beyond] != 0, -1, out[beyond])


@dataclass(frozen=True, eq=False, slots=True)
class Position(Node):
    """Place among the children of the same parent, from 0."""

    families: FamilyMap

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = self.families.locate(frame.rows)[1]


@dataclass(frozen=True, eq=False, slots=True)
class OneOfFamily(Node):
    """1 for one child of each parent that has one, 0 for its siblings and where there is no parent."""

    families: FamilyMap
    key: int
    which: Literal["any", "first", "last"]
    chosen: int
    """Parents that have such a child, of all; which they are follows from the key."""

    def compute(self, frame: Frame, out: Codes) -> None:
        parent, position = self.families.locate(frame.rows)
        known = np.maximum(parent, 0)
        first, last = self.families.fan_out.children_of(known)
        if self.which == "any":
            words = np.empty(len(out), np.uint64)
            inner_words(known, np.uint64(self.key), words)
            # A modulus is unbiased to count / 2**64. Parents without children are nobody's parents.
            place = (words % np.maximum(last - first, 1).view(np.uint64)).view(np.int64)
        else:
            place = np.zeros_like(first) if self.which == "first" else last - first - 1
        out[:] = (parent >= 0) & (position == place)
        parents = self.families.fan_out.parents
        if self.chosen < parents:
            out &= Bijection(parents, self.key).forward(known) < self.chosen


@dataclass(frozen=True, eq=False, slots=True)
class LevelParent(Node):
    """Parent row in a self-reference: rows stand in level bands and pick their parent in the band above."""

    starts: tuple[int, ...]
    """First row of each level, then one past the last row."""
    key: int

    def compute(self, frame: Frame, out: Codes) -> None:
        starts = np.array(self.starts, np.int64)
        level = np.searchsorted(starts, frame.rows, side="right") - 1
        out[:] = -1
        for number in range(1, len(self.starts) - 1):
            mask = level == number
            if not mask.any():
                continue
            size = self.starts[number + 1] - self.starts[number]
            above = self.starts[number] - self.starts[number - 1]
            place = Bijection(size, self.key ^ number).forward(frame.rows[mask] - self.starts[number])
            share, rich = divmod(size, above)
            border = rich * (share + 1)
            if share == 0:
                parent = place
            else:
                parent = np.where(place < border, place // (share + 1), rich + (place - border) // share)
            out[mask] = self.starts[number - 1] + parent


def level_starts(rows: int, depth: int, roots: int) -> tuple[int, ...]:
    """First row of each level of a forest with exactly `depth` levels (where rows suffice), then `rows`.

    Levels grow by the smallest whole factor that holds all rows; every level has at least one row.
    """
    factor, most = 1, max(rows, 1)
    while factor < most:
        middle = (factor + most) // 2
        if roots * sum(middle**level for level in range(depth)) < rows:
            factor = middle + 1
        else:
            most = middle
    starts, size = [0], roots
    for level in range(depth):
        left = rows - starts[-1]
        keep = depth - level - 1
        take = left if keep == 0 else max(0, min(size, left - keep))
        starts.append(starts[-1] + take)
        size *= factor
    return tuple(starts)


@dataclass(frozen=True, eq=False, slots=True)
class PickedChild(Node):
    """One of the children of another link's parent: a reference inside a shared parent's range; -1 if none."""

    word: Node
    shared_row: Node
    """Row of the shared parent."""
    families: FamilyMap
    """Children of the shared parent in the table referred to."""

    def compute(self, frame: Frame, out: Codes) -> None:
        shared = frame.get(self.shared_row)
        first, last = self.families.fan_out.children_of(np.maximum(shared, 0))
        count = last - first
        words = frame.words(self.word)
        # A modulus is unbiased to count / 2**64, and counts fit in 32 bits many times over.
        pick = (words % np.maximum(count, 1).view(np.uint64)).view(np.int64)
        rows = self.families.rows(np.where(count > 0, first + pick, 0))
        out[:] = np.where((shared >= 0) & (count > 0), rows, -1)


@dataclass(frozen=True, eq=False, slots=True)
class Via(Node):
    """A node of the parent, read by the child."""

    link: Link
    node: Node

    def compute(self, frame: Frame, out: Codes) -> None:
        out[:] = frame.parent(self.link).get(self.node)


@dataclass(frozen=True, eq=False, slots=True)
class Missing(Node):
    """1 where the row has no parent."""

    parent_row: Node

    def compute(self, frame: Frame, out: Codes) -> None:
        np.less(frame.get(self.parent_row), 0, out=out, casting="unsafe")


def via_text(link: Link, text: Text) -> Text:
    """A parent's text, read by the child."""
    return rewire(text, lambda node: Via(link, node))
