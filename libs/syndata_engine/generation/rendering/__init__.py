"""From text trees to bytes: programs, and the kernel that runs them."""
