"""Families, the rows with the same parent: how many there are of each, which they are, what runs along them.

Here are `fan_out`, `fan_out_laws` and `tiers` (children per parent), `links` (from child to parent and
back), `whole` (families read as a whole), `siblings`, `shares`, `streams` and `series` (values along a family).
"""
