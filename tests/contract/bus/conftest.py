"""The suite lives in the library; its asserts speak as those of tests do."""

import pytest

for part in ("asking", "carrying", "consuming", "dead", "ending", "outages", "server"):
    pytest.register_assert_rewrite(f"syndata_bus.testing.{part}")
