"""Where everything lies among the objects. No other code makes such keys.

workspaces/{w}/documents/{digest}            configurations as they were sent
workspaces/{w}/plans/{digest}.json           plans
workspaces/{w}/sources/{id}/…                uploads and what was found in them
workspaces/{w}/previews/{digest}.json        rows that were looked at
workspaces/{w}/aside/…                       documents and plans that nobody seems to need, for a day before they go
workspaces/{w}/jobs/{j}/tasks/{n}.json       what is known of a task's parts
workspaces/{w}/jobs/{j}/tables/{t}/…         parts and closings; tables by their position in the plan
workspaces/{w}/jobs/{j}/manifest.json        written last: the only truth for readers
"""

from __future__ import annotations


def document_key(workspace: str, digest: str) -> str:
    """A configuration's text."""
    return f"workspaces/{workspace}/documents/{digest}"


def plan_key(workspace: str, digest: str) -> str:
    """A plan's canonical text."""
    return f"workspaces/{workspace}/plans/{digest}.json"


def source_key(workspace: str, source: str) -> str:
    """An upload."""
    return f"workspaces/{workspace}/sources/{source}/content"


def profile_key(workspace: str, source: str) -> str:
    """What was found in an upload."""
    return f"workspaces/{workspace}/sources/{source}/profile.json"


def preview_key(workspace: str, digest: str) -> str:
    """Rows that were looked at, under a digest of the question."""
    return f"workspaces/{workspace}/previews/{digest}.json"


def job_prefix(workspace: str, job: str) -> str:
    """Everything of a job."""
    return f"workspaces/{workspace}/jobs/{job}/"


def task_key(workspace: str, job: str, task: int) -> str:
    """What is known of a task's parts."""
    return f"{job_prefix(workspace, job)}tasks/{task:08d}.json"


def part_key(workspace: str, job: str, table: int, part: int) -> str:
    """A part's bytes."""
    return f"{job_prefix(workspace, job)}tables/{table:04d}/part-{part:08d}"


def closing_key(workspace: str, job: str, table: int) -> str:
    """The bytes behind a table's last part."""
    return f"{job_prefix(workspace, job)}tables/{table:04d}/closing"


def cancelled_key(workspace: str, job: str) -> str:
    """The mark of a cancelled job: who finds it takes away what he put."""
    return f"{job_prefix(workspace, job)}cancelled"


def halted_key(workspace: str, job: str, epoch: int) -> str:
    """The mark of an epoch that is over: its tasks need not be begun."""
    return f"{job_prefix(workspace, job)}halted/{epoch:08d}"


def manifest_key(workspace: str, job: str) -> str:
    """The manifest."""
    return f"{job_prefix(workspace, job)}manifest.json"


def definitions_key(workspace: str, job: str, name: str) -> str:
    """A file beside the tables that follows from the plan, such as one that creates them."""
    return f"{job_prefix(workspace, job)}definitions/{name}"


def archive_key(workspace: str, job: str, archive: str) -> str:
    """All files in one."""
    return f"{job_prefix(workspace, job)}archive.{archive}"


def archive_record_key(workspace: str, job: str) -> str:
    """What is known of the archive's bytes; the manifest, which lies inside, cannot tell."""
    return f"{job_prefix(workspace, job)}archive.json"


def documents_prefix(workspace: str) -> str:
    """Every configuration's text."""
    return f"workspaces/{workspace}/documents/"


def plans_prefix(workspace: str) -> str:
    """Every plan."""
    return f"workspaces/{workspace}/plans/"


def sources_prefix(workspace: str) -> str:
    """Every upload, and what was found in it."""
    return f"workspaces/{workspace}/sources/"


def previews_prefix(workspace: str) -> str:
    """All rows that were looked at."""
    return f"workspaces/{workspace}/previews/"


def aside_prefix(workspace: str) -> str:
    """Every document and plan that was set aside."""
    return f"workspaces/{workspace}/aside/"


def aside_key(key: str) -> str:
    """Where a document or a plan lies once nobody seems to need it."""
    root, workspace, rest = key.split("/", 2)
    return f"{root}/{workspace}/aside/{rest}"


def kept_key(aside: str) -> str:
    """Where what was set aside lay before."""
    root, workspace, _, rest = aside.split("/", 3)
    return f"{root}/{workspace}/{rest}"
