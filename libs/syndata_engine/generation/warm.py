"""Compile every kernel into Numba's cache: `python -m syndata_engine.generation.warm`.

Installation and images run this, so that the first command of a user does not wait for a compiler.
"""

from __future__ import annotations

import numpy as np

from syndata_engine.generation.changes.lives import Counts, Lives
from syndata_engine.generation.families import siblings, streams
from syndata_engine.generation.families.fan_out import FanOutMap
from syndata_engine.generation.nodes.frame import Frame
from syndata_engine.generation.nodes.nodes import Constant
from syndata_engine.generation.quantiles import inside, normal_words
from syndata_engine.generation.quantiles.pieces import Pieces
from syndata_engine.generation.quantiles.table import table_of
from syndata_engine.generation.references import graphs
from syndata_engine.generation.rendering.program import Assembler
from syndata_engine.generation.texts.text import Damaged, Integer
from syndata_engine.generation.words import draws
from syndata_engine.generation.words.bijection import Bijection


def warm_damage() -> None:
    """Compile what writes rows that have dirt."""
    assembler = Assembler()
    text = (Damaged((Integer(Constant(1)),), Constant(1), 1, 1),)
    program = assembler.finish(assembler.text(text, "raw"))
    rows = np.arange(2, dtype=np.int64)
    cells = Frame(1, rows).fill(program.inputs, np.zeros((len(program.inputs), 2), np.int64))
    program.render(cells, 2, np.zeros(512, np.uint8), np.zeros(2, np.int64))


def warm() -> None:
    """Call each kernel once with the types it is always called with."""
    warm_damage()
    rows = np.arange(2, dtype=np.int64)
    words, codes = np.zeros(2, np.uint64), np.zeros(2, np.int64)
    one = np.uint64(1)
    draws.inner_words(rows, one, words)
    draws.column_words(words, one, words.copy())
    draws.secret_words(rows, one, one, words)
    draws.uniform_codes(words, one, 0, one, 1, codes)
    draws.bounded_codes(words, codes, codes, codes.copy())
    # Indices and tables are zeros, not what was drawn before: kernels check no bounds.
    draws.weighted_codes(words, one, np.zeros(2, np.uint64), codes.copy())
    draws.grouped_codes(words, one, np.zeros(2, np.int64), rows.copy(), np.zeros(4, np.uint64), codes.copy())
    draws.below_threshold(words, one, one, codes)
    draws.digit_sums(rows, 1, np.zeros(10, np.int64), codes.copy())
    bijection = Bijection(2, 1)
    bijection.inverse(bijection.forward(rows))
    families = FanOutMap(2, 1, 1, 1)
    families.parents_of(rows)
    families.children_of(rows)
    draws.take_where(codes, 0, codes, codes.copy())
    draws.number_where(codes, 0, codes.copy())
    draws.permute_each(rows, words, one + one, one, one + one, codes.copy())
    table = table_of(Pieces.steps(np.ones(2), np.arange(2.0)))
    table.codes(words)
    inside.first_words(codes, table.starts, table.lasts, table.curves, words.copy())
    inside.words_between(words, words, words, words.copy())
    normal_words.words_of_scores(np.zeros(2), np.zeros((1, 4)), words.copy())
    siblings.order_small(codes, np.ones(2, np.int64), codes.copy())
    warm_streams()
    lives = Lives(Counts(2, 1, 1, 1), 1)
    found = lives.describe(np.arange(3))
    lives.made(rows)
    lives.born(*found[:2])
    lives.ended(*found[:2])
    lives.left(rows)
    lives.moments(rows, 3)
    assembler = Assembler()
    program = assembler.finish(assembler.text((Integer(Constant(1)),), "raw"))
    cells = np.zeros((1, 2), np.int64)
    Frame(1, rows).fill(program.inputs, cells)
    program.render(cells, 2, np.zeros(256, np.uint8), codes)


def warm_streams() -> None:
    """Compile what walks along families, two siblings of one, and where two edges lead."""
    words, codes, ones = np.zeros(2, np.uint64), np.zeros(2, np.int64), np.ones(2, np.int64)
    counts, out = np.array([2]), np.zeros(2, np.int64)
    streams.walk_states(words, counts, codes, (np.array([0, 1, 2]), codes, words), np.array([-1, 0]), out)
    week, draws_of = np.arange(streams.HOURS + 1), (codes, codes, codes, ones, codes)
    streams.walk_times(draws_of, counts, (0, 1, 0), week, np.zeros(3, np.int64), out)
    streams.walk_sessions(codes, codes, counts, 1, np.zeros(5, np.int64), np.empty((3, 2), np.int64))
    graphs.walk_alike(codes, counts, np.zeros(2, np.int64), out)
    homes, shape = (codes, codes, np.array([2, 2])), (2, 0, 1, np.uint64(1))
    graphs.end_numbers(codes, homes, ones, (codes, words), shape, out)


if __name__ == "__main__":
    # Here only: who generates needs none of the profiler's kernels in memory.
    from syndata_engine.profiling import profile_csv

    warm()
    profile_csv([b"name\nvalue\n"])
