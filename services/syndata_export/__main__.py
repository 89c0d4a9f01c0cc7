"""`python -m syndata_export` runs the service."""

from syndata_export.service import SERVICE
from syndata_runtime.service import run

if __name__ == "__main__":
    raise SystemExit(run(SERVICE))
