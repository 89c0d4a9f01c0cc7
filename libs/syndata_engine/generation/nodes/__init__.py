"""What values are computed by: nodes over some rows of a table, each a block of int64 codes.

Here are `codes` (how a value of any type is an int64), `frame` (some rows, every node computed at most
once) and `nodes` (words, draws, choices, comparisons: what all else is put together from).
"""
