"""Validates, compiles and keeps schemas."""
