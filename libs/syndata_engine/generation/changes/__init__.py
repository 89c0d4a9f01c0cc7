"""Change logs: which row each change of a period touches, and what the row holds before and after, each computed alone.

Begin with `views`, the log, the history and the later snapshot. Under them are `changing` (what a table's period is
made of), `lives`, `marks` and `kernels` (from change to row and back), `versions` and `words` (what is drawn anew).
"""
