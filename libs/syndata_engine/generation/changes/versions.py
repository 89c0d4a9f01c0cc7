"""Rows as they are in one of their versions: the same nodes over words that were drawn anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from syndata_engine.generation.changes.lives import Lives
from syndata_engine.generation.columns.exact import apportioned
from syndata_engine.generation.families.links import Link
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import SecretWord
from syndata_engine.generation.words.bits import GOLDEN, Codes, Words, derive_key
from syndata_engine.generation.words.draws import column_words, inner_words

TURN = 256
"""Updates after which the columns of a row change in the same order again."""
ORDERS = 16
"""Different orders; each row begins somewhere in one of them."""


@dataclass(frozen=True, eq=False)
class Redrawn:
    """Which words every update draws anew, and which nodes are moments of changes."""

    lives: Lives
    key: int
    """Of the order in which columns change."""
    words: Mapping[Node, int]
    """Each word's group; the words of one group are drawn anew together."""
    weights: tuple[int, ...]
    """How often each group is meant."""
    moments: Mapping[Node, Moment] = field(default_factory=dict)

    @cached_property
    def _since(self) -> Codes:
        """How many updates ago each group was drawn, int64[ORDERS, TURN, groups]."""
        groups = np.repeat(np.arange(len(self.weights)), apportioned(TURN, self.weights))
        found = np.empty((ORDERS, TURN, len(self.weights)), np.int64)
        for order in range(ORDERS):
            words = np.empty(TURN, np.uint64)
            inner_words(np.arange(TURN), np.uint64(derive_key(self.key, "order", str(order))), words)
            drawn = groups[np.argsort(words, kind="stable")]
            for group in range(len(self.weights)):
                places = np.flatnonzero(drawn == group)
                last = places[np.searchsorted(places, np.arange(TURN), side="right") - 1]
                found[order, :, group] = (np.arange(TURN) - last) % TURN
        return found

    def draws(self, rows: Codes, versions: Codes) -> Codes:
        """The update by which each group got its words, 0 where none did; int64[groups, n]."""
        words = np.empty(len(rows), np.uint64)
        inner_words(rows, np.uint64(self.key), words)
        order = (words >> np.uint64(60)).astype(np.int64)
        place = ((words & np.uint64(TURN - 1)).astype(np.int64) + versions) % TURN
        return np.ascontiguousarray(np.maximum(versions - self._since[order, place].T, 0))


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """A node that holds, in versions which a change made, when that was; else what it holds anyway."""

    inserts_only: bool
    """Whether it is the insert's moment in every version, or the moment of the version's own change."""
    value: Callable[[Codes], Codes] | None
    """From changes to codes; None: the node says whether the value is NULL, which a moment never is."""


class VersionFrame(Frame):
    """Some rows of a table that changes, each in one of its versions."""

    __slots__ = ("_draws", "_redrawn", "versions")

    def __init__(self, table_key: int, rows: Codes, versions: Codes, redrawn: Redrawn) -> None:
        super().__init__(table_key, rows)
        self.versions = versions
        self._redrawn = redrawn
        self._draws: Codes | None = None

    def compute(self, node: Node, out: Codes) -> None:
        """As in any frame, except that words are those of the version."""
        node.compute(self, out)
        group = self._redrawn.words.get(node)
        if group is not None:
            self._draw_anew(node, group, out.view(np.uint64))
        moment = self._redrawn.moments.get(node)
        if moment is not None:
            self._put_moments(moment, out)

    def _draw_anew(self, node: Node, group: int, words: Words) -> None:
        if self._draws is None:
            self._draws = self._redrawn.draws(self.rows, self.versions)
        draws = self._draws[group]
        if not draws.any():
            return
        seeds = words + draws.view(np.uint64) * GOLDEN
        anew = np.empty(len(words), np.uint64)
        if isinstance(node, SecretWord):
            # Through the secret again: who sees one version must not foretell the next.
            node.compute(Frame(self.table_key, seeds.view(np.int64)), anew.view(np.int64))
        else:
            column_words(seeds, np.uint64(0), anew)
        np.copyto(words, anew, where=draws > 0)

    def _put_moments(self, moment: Moment, out: Codes) -> None:
        versions = np.zeros_like(self.versions) if moment.inserts_only else self.versions
        changes = self._redrawn.lives.born(self.rows, versions)
        made = changes >= 0
        out[made] = 0 if moment.value is None else moment.value(changes[made])


@dataclass(frozen=True, eq=False, slots=True)
class VersionLink(Link):
    """The way from a row of a derived table to a row that changes, in one of its versions."""

    version: Node = field(kw_only=True)
    redrawn: Redrawn = field(kw_only=True)

    def frame(self, child: Frame) -> Frame:
        """The rows, each in its version."""
        rows, versions = child.get(self.parent_row), child.get(self.version)
        return VersionFrame(self.parent_key, np.maximum(rows, 0), np.maximum(versions, 0), self.redrawn)
