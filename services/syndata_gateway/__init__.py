"""The only public door, and the conductor of every job."""
