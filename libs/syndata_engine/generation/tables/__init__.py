"""Tables and datasets: every column of every table on demand, and every fault gathered.

Begin with `tables` (building) and `binding` (from a plan to rows in any order). What tables add to what
kinds make: `inference` (rules nobody wrote), `missing` (NULL), `ordered` and `orderings` (columns in order),
`correlated`.
"""
