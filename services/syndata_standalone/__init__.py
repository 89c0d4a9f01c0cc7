"""The five services in one process, and nothing else."""
