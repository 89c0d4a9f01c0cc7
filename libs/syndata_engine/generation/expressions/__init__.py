"""Expressions over the columns of a row: read once when planning, computed for whole blocks of rows."""
