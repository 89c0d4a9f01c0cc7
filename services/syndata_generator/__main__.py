"""`python -m syndata_generator` runs the service."""

from syndata_generator.service import SERVICE
from syndata_runtime.service import run

if __name__ == "__main__":
    raise SystemExit(run(SERVICE))
