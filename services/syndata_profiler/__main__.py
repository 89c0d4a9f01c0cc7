"""`python -m syndata_profiler` runs the service."""

from syndata_profiler.service import SERVICE
from syndata_runtime.service import run

if __name__ == "__main__":
    raise SystemExit(run(SERVICE))
