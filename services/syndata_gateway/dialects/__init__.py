"""The paths, names and shapes of other systems' documents: one thin adapter each, over the one model of jobs."""
