"""Dirt: the last layer, which damages an exact share of a clean table's cells and knows what was there.

Loaded only where a table has dirt.
"""
