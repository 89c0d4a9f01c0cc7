"""`python -m syndata_profiler` runs the service."""

if __name__ == "__main__":  # worker processes import this module too, and need nothing of it
    from syndata_profiler.service import SERVICE
    from syndata_runtime.service import run

    raise SystemExit(run(SERVICE))
