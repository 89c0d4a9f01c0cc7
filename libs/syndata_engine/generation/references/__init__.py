"""References, the foreign keys of a table: which parent each row names, and the columns that read across them.

Begin with `references`, one table's foreign keys. What a reference may be told: `weighed`, `apart`,
`sharing`, `pairs` and `pairs_inside`, `alternatives`, `polymorphic`; to its own table: `forests`, `graphs`. What reads
across: `aggregates` (of children), `along` (of siblings). `key_sets` says which columns are unique together, `blame`
which lines of a document take part.
"""
