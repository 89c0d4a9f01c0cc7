"""Dirt: the last layer, which damages an exact share of a clean table's cells and knows what was there.

Loaded only where a table has dirt. Begin with `layer`. Here are `hits` (which rows), `targets` (which columns),
`effects`, `formats` and `outliers` (what a hit makes of a cell), and `truths` (the table that tells each of them).
"""
