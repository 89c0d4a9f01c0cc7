"""From columns to what leaves: programs that write text trees as bytes, the kernel that runs them, and Arrow columns.

Here are `program` (trees to programs), `render` and `digits` (the kernel), `dirty` and `damage` (the same, with dirt),
and `arrow`.
"""
