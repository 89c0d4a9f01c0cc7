"""Quantile functions as tables: made when a column is bound, with operations that every processor rounds alike.

Here are `laws` and `counts` (the distributions), `pieces` and `table` (how they become a table), `inside` (between
bounds of each row), `normal_words` (what correlates columns) and `arithmetic` (exp and log without the processor's).
"""
