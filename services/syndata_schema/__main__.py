"""`python -m syndata_schema` runs the service."""

if __name__ == "__main__":  # worker processes import this module too, and need nothing of it
    from syndata_runtime.service import run
    from syndata_schema.service import SERVICE

    raise SystemExit(run(SERVICE))
