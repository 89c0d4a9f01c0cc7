"""The store on MongoDB, or on what speaks its protocol and keeps a unique `_id`."""

from syndata_store.mongo.adapter import connect

__all__ = ["connect"]
