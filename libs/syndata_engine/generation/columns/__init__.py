"""What a kind hands back, a column, and what it may see while it makes one.

Here are `columns` (the column itself), `context` (what a kind sees), `casting` and `storage` (what was
declared), `exact` (shares met to the row), `correlations`, `mixed` (several locales) and `nested` (structs, lists).
"""
