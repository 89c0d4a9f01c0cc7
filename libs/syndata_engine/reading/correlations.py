"""Correlated columns, as pairs or as a matrix, and the proof that all of them can hold together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext

from syndata_contracts.schema import Correlation
from syndata_engine.reading.spots import Spot, show
from syndata_engine.reading.tables import TableDraft

CORRELATION_KEYS = ("columns", "matrix", "correlation")
MOST_CORRELATED = 40
"""Columns that hang together."""
_SHAPE = "`[height, weight, 0.7]`, or `{columns: [a, b, c], matrix: [[1, 0.5, 0.2], [0.5, 1, 0.3], [0.2, 0.3, 1]]}`"
_CONTEXT = Context(prec=80)
"""Of our own: a caller's context must not change bytes."""
_FINEST = Decimal("1e-15")
"""Digits of a correlation that follows from others."""


@dataclass(slots=True)
class _Stated:
    """What a table says of its columns, pair by pair."""

    table: TableDraft
    names: dict[str, Spot] = field(default_factory=dict)
    """Columns in the order of their first mention."""
    pairs: dict[frozenset[str], tuple[Decimal, Spot]] = field(default_factory=dict)
    good: bool = True

    def column(self, name: str, spot: Spot) -> bool:
        known = self.table.column(spot, name) is not None
        self.good &= known
        if known:
            self.names.setdefault(name, spot)
        return known

    def pair(self, left: str, right: str, value: Decimal, spot: Spot) -> None:
        known = self.pairs.setdefault(frozenset((left, right)), (value, spot))
        if known[1] is not spot:
            spot.fault(f"the correlation of {left} and {right} stands twice", "keep one", related=(known[1].path,))
            self.good = False


def read_correlations(table: TableDraft) -> None:
    """Read `correlate` of a table, noting what is no correlation and what cannot hold together."""
    said = table.fields.get("correlate")
    if said is None:
        return
    stated = _Stated(table)
    for item in said.items(f"a list of correlations, such as {_SHAPE}") or ():
        known = len(said.notes.faults)
        if isinstance(item.node.value, list):
            _read_pair(item, stated)
        else:
            _read_group(item, stated)
        stated.good &= len(said.notes.faults) == known
    if not stated.good:
        return
    for names in _groups(stated):
        if len(names) > MOST_CORRELATED:
            said.fault(f"{len(names)} columns hang together", f"correlate at most {MOST_CORRELATED} with each other")
            continue
        rows = _completed(stated, names)
        if not _is_positive(rows):
            _refuse(stated, names, rows)
            continue
        path = _item_of(stated.names[names[0]], said)
        table.correlations.append(Correlation(path=path, columns=tuple(names), coefficients=tuple(map(tuple, rows))))


def _item_of(spot: Spot, said: Spot) -> str:
    """The entry of the list that a spot lies in."""
    return said.path + spot.path[len(said.path) :].partition("]")[0] + "]"


def _read_pair(item: Spot, stated: _Stated) -> None:
    parts = item.items(_SHAPE) or []
    if len(parts) != 3:
        item.misfit("two columns and their correlation, such as `[height, weight, 0.7]`")
        return
    left, right = (part.name("the name of a column") for part in parts[:2])
    value = _number(parts[2])
    if left is None or right is None or value is None:
        return
    known = [stated.column(name, part) for name, part in ((left, parts[0]), (right, parts[1]))]
    if left == right:
        item.fault(f"{left!r} is correlated with itself", "name two columns")
    elif all(known):
        stated.pair(left, right, value, item)


def _read_group(item: Spot, stated: _Stated) -> None:
    fields = item.fields(_SHAPE, CORRELATION_KEYS)
    if fields is None:
        return
    columns_at = fields.need("columns", fix="add `columns: [a, b, ...]`")
    matrix_at, one_at = fields.get("matrix"), fields.get("correlation")
    if (matrix_at is None) == (one_at is None):
        item.fault(
            "the columns need a matrix or one correlation", "write `matrix: [[1, 0.5], [0.5, 1]]` or `correlation: 0.5`"
        )
        return
    found = columns_at.names("a list of columns") if columns_at else None
    known = [stated.column(name, spot) for name, spot in found or ()]
    if found is None or not all(known):
        return
    names = [name for name, _ in found]
    if len(names) < 2:
        item.fault("a column alone has no correlation", "name at least two columns")
    elif one_at is not None:
        value = _number(one_at)
        for n, name in enumerate(names if value is not None else ()):
            for other in names[:n]:
                stated.pair(other, name, value or Decimal(0), one_at)
    elif matrix_at is not None:
        _read_matrix(matrix_at, names, stated)


def _read_matrix(spot: Spot, names: list[str], stated: _Stated) -> None:
    """All rows, or what stands on and below the diagonal."""
    rows = [row.items("a list of numbers") for row in spot.items("a list of rows, one for each column") or ()]
    lengths = [None if row is None else len(row) for row in rows]
    size = len(names)
    if lengths not in ([size] * size, list(range(1, size + 1))):
        if None not in lengths:
            spot.fault(
                f"{size} columns need {size} rows of {size} numbers", f"write one row for each of {', '.join(names)}"
            )
        return
    for n, row in enumerate(rows):
        for m, cell in enumerate(row or ()):
            _read_cell(cell, (n, m), rows, names, stated)


def _read_cell(
    cell: Spot, place: tuple[int, int], rows: Sequence[list[Spot] | None], names: list[str], stated: _Stated
) -> None:
    n, m = place
    value = cell.node.value
    if n == m:
        if value != 1 or isinstance(value, bool):
            cell.fault(
                f"{names[n]} goes along with itself wholly, and here stands {show(cell.node)}",
                "write 1 on the diagonal",
            )
        return
    number = _number(cell)
    if number is None:
        return
    if m < n:
        stated.pair(names[m], names[n], number, cell)
        return
    mirror = (rows[m] or [])[n]
    if mirror.node.value != value:
        what = f"{names[n]} and {names[m]} have two correlations, {show(cell.node)} and {show(mirror.node)}"
        cell.fault(what, "write the same number on both sides of the diagonal", related=(mirror.path,))


def _number(spot: Spot) -> Decimal | None:
    value = spot.node.value
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        spot.misfit("a correlation between -1 and 1, such as 0.7")
    elif not -1 < value < 1:
        spot.fault(
            f"{show(spot.node)} is not between -1 and 1",
            "write a correlation such as 0.7; of columns that follow from each other, make one a formula",
        )
    else:
        return Decimal(value)
    return None


def _groups(stated: _Stated) -> list[list[str]]:
    """Columns that hang together by pairs: the first that is mentioned, then always the next that is stated with one before."""
    groups: list[list[str]] = []
    left = list(stated.names)
    while left:
        group = [left.pop(0)]
        while True:
            near = (name for name in left if any(frozenset((name, other)) in stated.pairs for other in group))
            name = next(near, None)
            if name is None:
                break
            group.append(name)
            left.remove(name)
        groups.append(group)
    return groups


def _completed(stated: _Stated, names: list[str]) -> list[list[Decimal]]:
    """The matrix below its diagonal. What is not stated follows: two columns go along only through those between them.

    A column is, given those before it that it is stated with, independent of the others before it.
    """
    rows: list[list[Decimal]] = []
    for n, name in enumerate(names):
        known = {m: stated.pairs[pair][0] for m in range(n) if (pair := frozenset((name, names[m]))) in stated.pairs}
        with localcontext(_CONTEXT):
            parts = _solved([[_at(rows, i, j) for j in known] for i in known], list(known.values()))
            row = [
                known[m]
                if m in known
                else sum((x * _at(rows, m, i) for x, i in zip(parts, known, strict=True)), Decimal(0))
                for m in range(n)
            ]
            rows.append([value if m in known else value.quantize(_FINEST).normalize() for m, value in enumerate(row)])
    return rows


def _at(rows: list[list[Decimal]], n: int, m: int) -> Decimal:
    return Decimal(1) if n == m else rows[max(n, m)][min(n, m)]


def _solved(matrix: list[list[Decimal]], right: list[Decimal]) -> list[Decimal]:
    """Gauss's elimination; zeros where the matrix has no inverse, which is then refused as a whole."""
    size = len(matrix)
    table = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for n in range(size):
        if not table[n][n]:
            return [Decimal(0)] * size
        for m in range(size):
            if m != n and table[m][n]:
                ratio = table[m][n] / table[n][n]
                table[m] = [a - ratio * b for a, b in zip(table[m], table[n], strict=True)]
    return [table[n][size] / table[n][n] for n in range(size)]


def _is_positive(rows: Sequence[Sequence[Decimal]]) -> bool:
    """Whether a matrix with ones on its diagonal is positive definite, by Sylvester's criterion.

    In whole numbers (Bareiss 1968), so that a matrix on the border is found out.
    """
    digits = max((-int(value.as_tuple().exponent) for row in rows for value in row), default=0)
    unit = 10 ** max(digits, 0)
    size = len(rows)
    matrix = [[int(_at([list(row) for row in rows], n, m) * unit) for m in range(size)] for n in range(size)]
    before = 1
    for n in range(size):
        pivot = matrix[n][n]
        if pivot <= 0:
            return False
        for row in matrix[n + 1 :]:
            first = row[n]
            row[n + 1 :] = [
                (a * pivot - first * b) // before for a, b in zip(row[n + 1 :], matrix[n][n + 1 :], strict=True)
            ]
        before = pivot
    return True


def _refuse(stated: _Stated, names: list[str], rows: list[list[Decimal]]) -> None:
    """Note the smallest set of columns whose correlations contradict each other."""

    def positive(some: list[int]) -> bool:
        return _is_positive([[_at(rows, n, m) for m in some[:place]] for place, n in enumerate(some)])

    culprits = list(range(len(names)))
    for name in range(len(names)):
        rest = [other for other in culprits if other != name]
        if not positive(rest):
            culprits = rest
    shown, places = [], set()
    for place, n in enumerate(culprits):
        for m in culprits[:place]:
            known = stated.pairs.get(frozenset((names[n], names[m])))
            shown.append(f"{names[m]}-{names[n]} {rows[n][m]:f}" + ("" if known else " (follows)"))
            places |= {known[1].path} if known else set()
    # At the last of the pairs, as they were written.
    spots = [spot for _, spot in stated.pairs.values() if spot.path in places]
    what = f"no columns can be correlated so: {', '.join(shown)} (the matrix is not positive definite)"
    others = tuple(dict.fromkeys(spot.path for spot in spots if spot.path != spots[-1].path))
    spots[-1].fault(what, _way_out([names[n] for n in culprits], [[rows[n][m] for m in culprits if m < n] for n in culprits]), related=others)  # fmt: skip


def _way_out(names: list[str], rows: list[list[Decimal]]) -> str:
    """For three columns, between what the last correlation may lie."""
    if len(names) != 3:
        return f"bring the correlations of {', '.join(names)} nearer to 0"
    (first,), (second, _) = rows[1], rows[2]
    with localcontext(_CONTEXT):
        middle, reach = first * second, ((1 - first * first) * (1 - second * second)).sqrt()
        low, high = (f"{float(end):.3f}" for end in (middle - reach, middle + reach))
    a, b, c = names
    return f"with {a}-{b} {first:f} and {a}-{c} {second:f}, write a correlation of {b} and {c} between {low} and {high}"
