"""What does a workspace cost? What metrics can tell of it, and what they cannot."""

from __future__ import annotations

from typing import Final

from deploy.grafana.panels import Dashboard, Panel

COST: Final = Dashboard(
    "syndata-cost",
    "What does a workspace cost?",
    (
        Panel(
            "What these figures can tell",
            "Metrics have **no label for workspaces**: names that users choose would be labels without number, and "
            "there is one workspace, `default`, until tenancy is built. So this page tells what **all workspaces "
            "together** cost. What one job cost is in the job itself: rows, bytes and the busy seconds of generators "
            "(`syndata status JOB`, `GET /api/v1/jobs/{job_id}`); sum those by workspace for a bill. "
            "What lies in the bucket is not counted here: ask the object store for the size of `workspaces/{name}/`.",
            kind="text",
            width=24,
        ),
        Panel(
            "Rows",
            "Made in the time shown.",
            (("sum(increase(syndata_rows_generated_total[$__range]))", "rows"),),
            kind="stat",
            width=6,
        ),
        Panel(
            "Bytes",
            "Stored in the time shown.",
            (("sum(increase(syndata_bytes_generated_total[$__range]))", "bytes"),),
            kind="stat",
            unit="bytes",
            width=6,
        ),
        Panel(
            "Busy time of generators",
            "What a generator's core costs is paid for this long.",
            (("sum(increase(syndata_task_duration_seconds_sum[$__range]))", "seconds"),),
            kind="stat",
            unit="s",
            width=6,
        ),
        Panel(
            "Jobs completed",
            "In the time shown.",
            (('sum(increase(syndata_jobs_total{status="completed"}[$__range]))', "jobs"),),
            kind="stat",
            width=6,
        ),
        Panel(
            "Busy seconds for a million rows",
            "The price of rows: it grows with what columns ask for, and when generators share too few cores.",
            (
                (
                    (
                        "1e6 * sum(rate(syndata_task_duration_seconds_sum[$__rate_interval])) "
                        "/ sum(rate(syndata_rows_generated_total[$__rate_interval]))"
                    ),
                    "seconds",
                ),
            ),
            unit="s",
        ),
        Panel(
            "Bytes of a part",
            "About 64 MiB are aimed at; many small parts cost requests.",
            (
                (
                    (
                        "sum by (output_format) (rate(syndata_bytes_generated_total[$__rate_interval])) "
                        "/ sum by (output_format) (rate(syndata_parts_total[$__rate_interval]))"
                    ),
                    "{{output_format}}",
                ),
            ),
            unit="bytes",
        ),
        Panel(
            "Memory held",
            "By service, worker processes included.",
            (("sum by (job) (syndata_memory_used_bytes)", "{{job}}"),),
            unit="bytes",
            stacked=True,
        ),
    ),
    since="now-24h",
)
