"""Makes parts: needs the bus and the objects, and no database."""
