"""Looks at uploaded data and tells what it holds."""
