"""Benchmarks: scripts that print figures. Nothing here passes or fails a build."""
