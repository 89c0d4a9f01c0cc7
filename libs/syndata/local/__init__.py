"""Generation on this machine: worker processes, files that appear whole or not at all, and their verification."""
