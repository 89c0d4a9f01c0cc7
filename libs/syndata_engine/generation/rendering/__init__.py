"""From columns to what leaves: programs that write text trees as bytes, the kernel that runs them, and Arrow columns."""
