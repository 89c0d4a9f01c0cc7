"""A frame is some rows of one table, with every value computed at most once.

Columns are built from nodes. A node says how one int64 per row is found: a drawn word, a code (an integer,
days, microseconds, a scaled decimal, an index into a pool), or a truth value. Nodes read other nodes of the
same rows, of the parent's rows, or of the family's rows; they never read a neighbour.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from syndata_engine.generation.words.bits import Codes, Words
from syndata_engine.generation.words.draws import inner_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syndata_engine.generation.families.links import Link

TILE = 4096
"""Rows computed together: small enough that a tile's columns and text stay in the second-level cache."""


class Node(ABC):
    """One int64 per row."""

    __slots__ = ()

    @abstractmethod
    def compute(self, frame: Frame, out: Codes) -> None:
        """Fill `out` (int64[rows of the frame])."""


class Frame:
    """Some rows of one table, in any order, and what has been computed of them."""

    __slots__ = ("_inner", "_known", "_parents", "_spare", "rows", "table_key")

    def __init__(self, table_key: int, rows: Codes, spare: Codes | None = None) -> None:
        self.table_key = table_key
        self.rows = rows
        self._known: dict[Node, Codes] = {}
        self._parents: dict[Link, Frame] = {}
        self._inner: Words | None = None
        self._spare = spare

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def inner(self) -> Words:
        """The inner mix of every row, uint64[n]."""
        if self._inner is None:
            self._inner = np.empty(len(self.rows), np.uint64)
            inner_words(self.rows, np.uint64(self.table_key), self._inner)
        return self._inner

    def get(self, node: Node) -> Codes:
        """The node's int64[n]; callers never write into it."""
        known = self._known.get(node)
        if known is None:
            known = np.empty(len(self.rows), np.int64)
            self.compute(node, known)
            self._known[node] = known
        return known

    def hold(self, node: Node, codes: Codes) -> None:
        """Take the node's values as they are given; int64[rows of the frame]."""
        self._known[node] = codes

    def compute(self, node: Node, out: Codes) -> None:
        """Fill `out` with the node's values; Refused where a kind that another package brought fails."""
        try:
            node.compute(self, out)
        except Exception as error:
            from syndata_engine.generation.nodes.blaming import blame

            blame(error, self.rows)
            raise

    def words(self, node: Node) -> Words:
        """The node's values as unsigned words, uint64[n]."""
        return self.get(node).view(np.uint64)

    def fill(self, nodes: Sequence[Node], cells: Codes) -> Codes:
        """Compute nodes straight into the rows of `cells` (int64[len(nodes), >= n]) and return it."""
        count = len(self.rows)
        for slot, node in enumerate(nodes):
            known = self._known.get(node)
            if known is None:
                out = cells[slot, :count]
                self.compute(node, out)
                self._known[node] = out
            elif known.base is not cells or known.ctypes.data != cells[slot].ctypes.data:
                cells[slot, :count] = known
        return cells

    def parent(self, link: Link) -> Frame:
        """The frame of each row's parent; where there is none, row 0 stands in."""
        frame = self._parents.get(link)
        if frame is None:
            frame = link.frame(self)
            self._parents[link] = frame
        return frame
