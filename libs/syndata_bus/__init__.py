"""Carries small messages from process to process: what we need (`port`), on RabbitMQ (`rabbit`), and in one process."""
