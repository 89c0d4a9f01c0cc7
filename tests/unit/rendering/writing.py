"""One column of text, written by the kernel from codes that a test gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from syndata_engine.generation.nodes.frame import Frame, Node
from syndata_engine.generation.nodes.nodes import RowNumber, Taken
from syndata_engine.generation.rendering.program import Assembler, Escape
from syndata_engine.generation.texts.text import Text
from syndata_engine.generation.words.bits import SLACK


def given(values: Sequence[int]) -> Node:
    """A node whose code in row n is values[n], an int64 or a word."""
    return Taken(RowNumber(), np.array([value % 2**64 for value in values], np.uint64).view(np.int64))


def rendered(text: Text, rows: int, escape: Escape = "raw") -> list[str]:
    """A text of each of the first rows, through a program of its own."""
    assembler = Assembler()
    program = assembler.finish(assembler.text(text, escape))
    frame = Frame(0, np.arange(rows))
    cells = frame.fill(program.inputs, np.empty((max(1, len(program.inputs)), rows), np.int64))
    out, ends = np.zeros(rows * program.row_bytes + SLACK, np.uint8), np.empty(rows, np.int64)
    written = program.render(cells, rows, out, ends)
    body = out[:written].tobytes()
    starts = [0, *ends[:-1].tolist()]
    assert all(end - start <= program.row_bytes for start, end in zip(starts, ends.tolist(), strict=True))
    return [body[start:end].decode() for start, end in zip(starts, ends.tolist(), strict=True)]


def written(piece: Callable[[Node], Text], values: Sequence[int]) -> list[str]:
    """`piece` over each value."""
    return rendered(piece(given(values)), len(values))
