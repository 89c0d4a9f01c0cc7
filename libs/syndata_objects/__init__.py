"""Keeps large content under keys: what we need (`port`), on S3 (`s3`), and as files (`embedded`)."""
