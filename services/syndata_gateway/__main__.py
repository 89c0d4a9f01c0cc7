"""`python -m syndata_gateway` runs the service."""

from syndata_gateway.service import SERVICE
from syndata_runtime.service import run

if __name__ == "__main__":
    raise SystemExit(run(SERVICE))
