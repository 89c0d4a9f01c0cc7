"""Expressions over the columns of a row, and what hangs on them: conditions, and rules that conditions choose between.

Read once when planning, computed for whole blocks of rows. Here are `parsing` (text to tree), `computing`
(tree to nodes), the functions by what they compute, and `conditions` and `branches` on top of them.
"""
