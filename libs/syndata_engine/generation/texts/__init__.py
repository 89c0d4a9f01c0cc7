"""Texts as trees of pieces over nodes: described once, written later by `rendering`, with no string in between.

Here are `text` (the pieces), `grammar` (a pack's grammars as pieces), `simplify` (the same texts with
fewer draws), `filters` (upper, lower, slug), `lengths` (how long they get) and `clocks` (times as text).
"""
