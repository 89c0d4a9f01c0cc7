"""Keys: columns that are unique, computed from the row's number, their capacity known before a row is made.

Begin with `keys`. Where conditions have a say: `conditional_keys`, `capped` (one row of each family),
`unique_branches` (with `images`: which rules share no value) and `classes` (how many rows a condition picks out).
"""
