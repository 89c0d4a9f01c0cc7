"""The version of syndata, read by the build and written into manifests."""

__version__ = "0.1.0"
