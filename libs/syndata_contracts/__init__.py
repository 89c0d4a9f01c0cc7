"""What crosses a process boundary: errors, schemas, plans and manifests, as frozen values."""
