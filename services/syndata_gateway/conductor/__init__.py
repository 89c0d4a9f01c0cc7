"""The conductor: the only writer of job state. `lifecycle.advance` decides; here is what surrounds it."""
