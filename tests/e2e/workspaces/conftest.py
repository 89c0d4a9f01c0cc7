"""Services whose workspaces are looked into: over files, and over real servers."""

from tests.e2e.swept.conftest import servers, world  # noqa: F401 -- fixtures
