"""`python -m syndata_generator` runs the service."""

if __name__ == "__main__":  # worker processes import this module too, and need nothing of it
    from syndata_generator.service import SERVICE
    from syndata_runtime.service import run

    raise SystemExit(run(SERVICE))
