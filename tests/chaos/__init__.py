"""What may die while a job runs, and what must come of it: real processes over real servers."""
