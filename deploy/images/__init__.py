"""How images are made: scripts that need nothing but Python and pip, and the Dockerfile that runs them."""
