"""Quantile functions as tables: made when a column is bound, with operations that every processor rounds alike."""
