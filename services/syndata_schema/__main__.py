"""`python -m syndata_schema` runs the service."""

from syndata_runtime.service import run
from syndata_schema.service import SERVICE

if __name__ == "__main__":
    raise SystemExit(run(SERVICE))
