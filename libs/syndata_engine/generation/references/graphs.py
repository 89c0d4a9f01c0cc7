"""Edges of graphs: two references to one table of nodes, of which the second is the other end of what the first begins.

The nodes of a community are consecutive numbers in the order of its family, and all numbers lie on a circle. An edge leads
so many places ahead: inside its community, or past its end into the others. An undirected edge leads half way round at most,
so of two nodes only one can begin an edge to the other, and none stands twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from syndata_contracts.errors import Fault, Refused
from syndata_contracts.schema import EdgeSchema, ForeignKeySchema
from syndata_engine.generation.columns.exact import exact_index
from syndata_engine.generation.families.fan_out import FanOutMap
from syndata_engine.generation.families.links import FamilyMap
from syndata_engine.generation.families.streams import Walked
from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import Chance, Constant, probability_threshold
from syndata_engine.generation.references.alternatives import reference_alternative
from syndata_engine.generation.words.bits import GOLDEN, Codes, derive_key, mix64, mulhi
from syndata_engine.generation.words.draws import permuted
from syndata_engine.generation.words.kernel import inlined, kernel

if TYPE_CHECKING:
    from syndata_engine.generation.references.references import References, RowCounts

# ruff: noqa: ANN001, ANN201, ANN202, PLR0913, PLR0917 -- numba compiles these; types are stated in the docstrings
# mypy: disable-error-code="no-untyped-def,untyped-decorator"


@kernel
def walk_alike(flags, counts, carried, out):
    """Out int64[n]: how many earlier siblings have the same flag, 0 or 1; carried int64[2]: how many of each there were."""
    at = 0
    for family in range(counts.size):
        if family > 0:
            carried[0], carried[1] = 0, 0
        for i in range(at, at + counts[family]):
            out[i] = carried[flags[i]]
            carried[flags[i]] += 1
        at += counts[family]


@dataclass(frozen=True, eq=False, slots=True)
class AlikeBefore(Walked):
    """How many siblings before the row have its flag."""

    families: FamilyMap
    child_key: int
    flag: Node
    nothing: int = 0

    def begin(self) -> Codes:
        return np.zeros(2, np.int64)

    def walk(self, siblings: Frame, counts: Codes, carried: Codes) -> Codes:
        out = np.empty(len(siblings), np.int64)
        walk_alike(siblings.get(self.flag), counts, carried, out)
        return out


@inlined
def _sides(size):
    """The sides of a Feistel network over 0..size-1, as `Bijection` has them."""
    left = np.int64(np.sqrt(np.float64(size - 1)))
    while left * left > size - 1:
        left -= 1
    while (left + 1) * (left + 1) <= size - 1:
        left += 1
    left += 1
    return np.uint64(left), np.uint64(-(-size // left))


@kernel
def end_numbers(begins, homes, inside, draws, shape, out):
    """Out int64[n]: the number of the node that each edge leads to.

    begins int64[n]: the row of the node where it begins. homes is (numbers, firsts, lasts), int64[n] each: that node's
    number, the first of its community, and one past the last. inside int64[n]: 1 where the edge stays there. draws is (ranks
    int64[n], words uint64[n]): which of the node's edges of this kind it is, or, where none has to differ, what it is drawn by.
    shape is (nodes, 1 where edges are undirected, 1 where they differ, key).
    """
    numbers, firsts, lasts = homes
    ranks, words = draws
    nodes, undirected, distinct, key = shape
    for i in range(begins.size):
        number, first, last = numbers[i], firsts[i], lasts[i]
        size = last - first if inside[i] else nodes
        place = number - first if inside[i] else number
        low = 1 if inside[i] else last - number
        high = size - 1 if inside[i] else nodes - 1 - (number - first)
        if undirected:
            # Of two nodes that lie opposite each other the earlier one begins.
            high = min(high, (size - 1) // 2 + np.int64(size % 2 == 0 and place < size // 2))
        # Planning has proved that there are enough.
        count = max(high - low + 1, 1)
        if distinct:
            word = mix64(mix64(np.uint64(begins[i]) * GOLDEN + key) ^ np.uint64(inside[i]))
            turn = (np.int64(mulhi(word, np.uint64(count))) + ranks[i]) % count
            left, right = _sides(count)
            ahead = low + permuted(turn, np.uint64(count), left, right, word ^ key)
        else:
            ahead = low + np.int64(mulhi(words[i], np.uint64(count)))
        out[i] = (first if inside[i] else 0) + (place + ahead) % max(size, 1)


@dataclass(frozen=True, eq=False, slots=True)
class EdgeEnd(Node):
    """Row of the node that an edge leads to."""

    begin: Node
    """Row of the node where it begins."""
    communities: FamilyMap | None
    """Nodes by their communities; None: all are in one."""
    nodes: int
    inside: Node
    """1 where the edge stays in the community."""
    rank: Node | None
    """Which of the edges of its kind that begin at the node it is; None where edges may be equal."""
    word: Node
    """What it is drawn by where edges may be equal."""
    key: int
    undirected: bool

    def compute(self, frame: Frame, out: Codes) -> None:
        begins = np.maximum(frame.get(self.begin), 0)
        if self.communities is None:
            homes = (begins, np.zeros_like(begins), np.full_like(begins, self.nodes))
        else:
            community = self.communities.locate(begins)[0]
            homes = (self.communities.numbers(begins), *self.communities.fan_out.children_of(np.maximum(community, 0)))
        ranks = np.zeros_like(begins) if self.rank is None else frame.get(self.rank)
        words = np.zeros(len(begins), np.uint64) if self.rank is not None else frame.words(self.word)
        shape = (self.nodes, int(self.undirected), int(self.rank is not None), np.uint64(self.key))
        numbers = np.empty_like(begins)
        end_numbers(begins, homes, frame.get(self.inside), (ranks, words), shape, numbers)
        numbers = np.clip(numbers, 0, max(self.nodes - 1, 0))
        out[:] = numbers if self.communities is None else self.communities.rows(numbers)


@dataclass(frozen=True, slots=True)
class Edge:
    """A reference that is the other end of an edge, the one where edges begin, and the communities of their nodes."""

    refs: References
    fk: ForeignKeySchema
    said: EdgeSchema
    start: ForeignKeySchema
    within: ForeignKeySchema | None
    """The reference from nodes to communities."""

    @classmethod
    def of(cls, refs: References, fk: ForeignKeySchema) -> Edge:
        """What a reference says of its edges; Refused where that cannot be."""
        said = fk.edge
        assert said is not None  # noqa: S101 -- asked for those only
        start = refs.find(said.start, f"{said.path}.from")
        if start is fk or start.parent_table != fk.parent_table or start.parent_columns != fk.parent_columns:
            what = f"{start.id} and {fk.id} are not two references to the same column of one table"
            raise Refused(Fault(f"{said.path}.from", what, "name the reference where edges begin", related=(start.path,)))  # fmt: skip
        within = None
        if said.within is not None:
            theirs = refs.dataset.references(fk.parent_table or "")
            within = theirs.find(said.within, f"{said.path}.within")
            if within.null_rate or theirs.link(within).nullable:
                what = f"a row of {fk.parent_table} may have no {within.parent_table}, and edges could not stay there"
                raise Refused(Fault(f"{said.path}.within", what, f"drop the null rate of {within.id}", related=(within.path,)))  # fmt: skip
        elif said.inside != 1:
            what = "nothing is said of what edges stay inside of"
            raise Refused(Fault(f"{said.path}.inside", what, "add `within: ...`, a reference of the nodes"))
        edge = cls(refs, fk, said, start, within)
        edge._check()
        return edge

    def _check(self) -> None:
        fk, start = self.fk, self.start
        key = self.refs.pairing_of(fk)
        tied = any(self.refs.within(one) or reference_alternative(self.refs.context, one) for one in (fk, start))
        if fk.parent_table == self.refs.table.name:
            self._refuse(f"{fk.id} refers to its own table", "let nodes and edges be two tables")
        if tied or fk.null_rate or start.null_rate or start.edge is not None:
            self._refuse(f"{fk.id} or {start.id} may be NULL, or shares columns with another reference", "let an edge be two plain references")  # fmt: skip
        if fk.fan_out is not None or fk.owning or fk.choice == "independent" or fk.weights is not None:
            self._refuse(f"{fk.id} is chosen beside {start.id}, so nothing else can say how", f"give {start.id} the fan_out, or let the edge begin at {fk.id}")  # fmt: skip
        if key is not None and (key.base is not start or len(key.others) > 1 or key.free):
            self._refuse(f"a unique set has more columns than those of {start.id} and {fk.id}", "let the unique set be these two")  # fmt: skip
        if self.said.undirected and key is None:
            self._refuse("edges that may stand twice have no direction anyway", f"drop undirected, or add `primary_key: [{', '.join((*start.child_columns, *fk.child_columns))}]`")  # fmt: skip

    def _refuse(self, what: str, fix: str) -> NoReturn:
        raise Refused(Fault(self.said.path, what, fix, related=(self.fk.path,)))

    def choices(self, rows: RowCounts | None = None) -> tuple[int, int]:
        """How many nodes an edge may lead to at least, from any node: inside its community, and across.

        `rows` says how many each table has; left out, as many as are decided.
        """
        rows = rows or self.refs.dataset.rows
        nodes = rows(self.fk.parent_table or "")
        half = (nodes - 1) // 2
        if self.within is None:
            return (half if self.said.undirected else nodes - 1), 0
        least, most = self._sizes(self.within, nodes, rows(self.within.parent_table or ""))
        if self.said.undirected:
            return (least - 1) // 2, max(half - most + 1, 0)
        return least - 1, max(nodes - most, 0)

    def _sizes(self, within: ForeignKeySchema, nodes: int, communities: int) -> tuple[int, int]:
        """Least and most nodes of a community that has any."""
        given = within.fan_out
        if within.weights is not None:
            tiers = self.refs.dataset.references(self.fk.parent_table or "").fan_out(within)
            return max(tiers.low, 1), tiers.most
        if given is not None:
            law = FanOutMap(communities, given.min, given.max, 0, nodes, given.distribution)
            return max(law.low, 1), law.most
        share, rest = divmod(nodes, max(communities, 1))
        return max(share, 1), share + bool(rest)

    def least(self, rows: RowCounts | None = None) -> int:
        """How many edges may begin at any node, none of them equal, however they are shared between inside and across."""
        inside, across = self.choices(rows)
        share = self.said.inside
        return min(([inside] if share > 0 else []) + ([across] if share < 1 else []))

    def fix(self, wanted: int) -> str:
        """What would let so many edges begin at a node."""
        nodes, half = self.fk.parent_table, 2 if self.said.undirected else 1
        inside, across = self.choices()
        if self.within is None:
            return f"raise the rows of {nodes} to {half * wanted + 1:,}"
        if self.said.inside == 1 or (self.said.inside > 0 and inside <= across):
            return f"let each of {self.within.parent_table} have at least {half * wanted + 1:,} {nodes}"
        return f"let the largest of {self.within.parent_table} have fewer {nodes}, or raise the rows of {nodes}"

    def end(self) -> Node:
        """The node that each edge leads to; Refused where one of them could lead nowhere."""
        refs, fk, said = self.refs, self.fk, self.said
        if refs.rows and self.least() < 1:
            self._refuse(f"a row of {fk.parent_table} may have no other that an edge could lead to", self.fix(1))
        families = refs.families(self.start, fk.path)
        inside = self._inside()
        distinct = refs.pairing_of(fk) is not None
        rank = AlikeBefore(families, refs.context.key, inside) if distinct else None
        theirs = refs.dataset.references(fk.parent_table or "")
        communities = None if self.within is None else theirs.families(self.within, f"{said.path}.within")
        nodes = refs.dataset.rows(fk.parent_table or "")
        key = derive_key(refs.context.seed, "edge", refs.table.id, self.start.id, fk.id)
        begin = refs.link(self.start).parent_row
        return EdgeEnd(begin, communities, nodes, inside, rank, refs.word(fk), key, said.undirected)

    def _inside(self) -> Node:
        share = self.said.inside
        if share in {0, 1}:
            return Constant(int(share))
        if not self.said.exact:
            return Chance(self.refs.word(self.fk, "inside"), probability_threshold(share), 1)
        numerator, denominator = share.as_integer_ratio()
        key = derive_key(self.refs.context.seed, "inside", self.refs.table.id, self.fk.id)
        return exact_index(self.refs.rows, (denominator - numerator, numerator), key)

    @property
    def cost(self) -> int:
        """Cells for each edge, its siblings included where it has to differ from them."""
        return 3 if self.refs.pairing_of(self.fk) is None else 3 + 2 * self.refs.family_cells(self.start)
