"""Turns parts into what people take away: files, archives, the manifest."""
