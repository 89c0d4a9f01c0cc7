"""Removes what nobody needs any more: files of jobs that ended long ago, previews, plans, uploads, idempotency keys."""
