"""What does a workspace cost? What metrics can tell of it, and what they cannot."""

from __future__ import annotations

from typing import Final

from deploy.grafana.panels import WHOLE, Dashboard, Panel

COST: Final = Dashboard(
    "syndata-cost",
    "What does a workspace cost?",
    (
        Panel(
            "What these figures can tell",
            "The first row is of **all workspaces together**, the second of each: a generator names the first hundred "
            "workspaces that it works for and calls the rest `_other`. Both are Prometheus's estimates of counters: fit to "
            "see who costs much, not to send a bill. For that, sum the jobs themselves: rows, bytes and the busy seconds "
            "of generators are exact there (`syndata status JOB`, `GET /api/v1/jobs/{job_id}`). "
            "What lies in the bucket is not counted here: ask the object store for the size of `workspaces/{name}/`.",
            kind="text",
            width=24,
        ),
        Panel(
            "Rows",
            "Made in the time shown.",
            (("sum(increase(syndata_rows_generated_total[$__range]))", "rows"),),
            kind="stat",
            unit=WHOLE,
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
            "Rows of each workspace",
            "Stored in the time shown; the ten with the most.",
            (("topk(10, sum by (workspace) (increase(syndata_workspace_rows_total[$__range])))", "{{workspace}}"),),
            kind="stat",
            unit=WHOLE,
        ),
        Panel(
            "Bytes of each workspace",
            "Stored in the time shown; the ten with the most.",
            (("topk(10, sum by (workspace) (increase(syndata_workspace_bytes_total[$__range])))", "{{workspace}}"),),
            kind="stat",
            unit="bytes",
        ),
        Panel(
            "Processor time of each workspace",
            "What generators spent on stored parts in the time shown; the ten with the most.",
            (
                (
                    "topk(10, sum by (workspace) (increase(syndata_workspace_cpu_seconds_total[$__range])))",
                    "{{workspace}}",
                ),
            ),
            kind="stat",
            unit="s",
        ),
        Panel(
            "Processors at work for each workspace",
            "How many processors a workspace keeps busy; the ten that keep most.",
            (
                (
                    "topk(10, sum by (workspace) (rate(syndata_workspace_cpu_seconds_total[$__rate_interval])))",
                    "{{workspace}}",
                ),
            ),
            width=24,
            stacked=True,
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
                        "/ (sum by (output_format) (rate(syndata_parts_total[$__rate_interval])) > 0)"
                    ),
                    "{{output_format}}",
                ),
            ),
            unit="bytes",
        ),
        Panel(
            "What was swept",
            "Removed in the time shown, since it was older than the settings keep it (SYNDATA_KEEP_…).",
            (("sum by (what) (increase(syndata_swept_total[$__range]))", "{{what}}"),),
            kind="stat",
            unit=WHOLE,
            width=12,
        ),
        Panel(
            "Bytes that were swept",
            "Of objects, in the time shown: what the bucket does not hold any more.",
            (("sum(increase(syndata_swept_bytes_total[$__range]))", "bytes"),),
            kind="stat",
            unit="bytes",
            width=12,
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
