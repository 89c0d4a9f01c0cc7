"""RabbitMQ, a MongoDB wire and an S3 store as plain programs of this machine, where there is no Docker.

Run it as `python -m deploy.local` from the repository's root. Standard library only, so any Python 3.11 will do, before
anything is installed.
"""
