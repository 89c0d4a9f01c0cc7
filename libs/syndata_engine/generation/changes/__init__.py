"""Change logs: which row each change of a period touches, and what the row holds before and after, each computed alone."""
