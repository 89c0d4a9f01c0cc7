"""Clients of a Syndata server: `Client` for ordinary code, `AsyncClient` with the same verbs for `async` code.

    with syndata.Client("http://127.0.0.1:8000") as client:
        job = client.create_job(preset="ecommerce", rows=100_000)
        client.wait(job.id)
        client.download(job.id, "out")

What every verb asks and makes of the answer is written once, in `verbs`; the two clients only differ in how they
wait. Errors say what happens next: `Refused` (ask otherwise), `Unavailable` (try later), `Defect` (the server's
fault), and `JobFailed` from waiting.
"""

from syndata.client.asynchronous import AsyncClient
from syndata.client.blocking import Client
from syndata.client.errors import Damaged, JobFailed, Rejected
from syndata.client.models import Download, File, Job, LogLine, Profile, Rows, SavedSchema, Source, Table, Validation

__all__ = [
    "AsyncClient",
    "Client",
    "Damaged",
    "Download",
    "File",
    "Job",
    "JobFailed",
    "LogLine",
    "Profile",
    "Rejected",
    "Rows",
    "SavedSchema",
    "Source",
    "Table",
    "Validation",
]
