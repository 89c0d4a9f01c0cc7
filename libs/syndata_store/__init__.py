"""Keeps small documents in versions: what we need (`port`), on MongoDB (`mongo`), and in one process (`embedded`)."""
