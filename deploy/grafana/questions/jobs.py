"""What are jobs doing? Their states, their rows, and the messages between services."""

from __future__ import annotations

from typing import Final

from deploy.grafana.panels import Dashboard, Panel

JOBS: Final = Dashboard(
    "syndata-jobs",
    "What are jobs doing?",
    (
        *(
            Panel(
                name,
                says,
                ((f'max(syndata_jobs_open{{status="{state}"}})', "jobs"),),
                kind="stat",
                width=4,
            )
            for state, name, says in (
                ("pending", "Pending", "Accepted, and about to begin."),
                ("generating", "Generating", "Generators make parts."),
                ("exporting", "Exporting", "Parts become files."),
                ("paused", "Paused", "Somebody asked for it, or a server is away."),
            )
        ),
        Panel(
            "Completed, last day",
            "Jobs whose manifest stands.",
            (('sum(increase(syndata_jobs_total{status="completed"}[1d]))', "jobs"),),
            kind="stat",
            width=4,
        ),
        Panel(
            "Failed, last day",
            "The job itself says why: `syndata status JOB`.",
            (('sum(increase(syndata_jobs_total{status="failed"}[1d]))', "jobs"),),
            kind="stat",
            width=4,
            thresholds=((0.5, "orange"),),
        ),
        Panel(
            "Open jobs",
            "Jobs that are not ended, by state.",
            (('max by (status) (syndata_jobs_open{status!~"completed|failed|cancelled"})', "{{status}}"),),
            width=12,
            stacked=True,
        ),
        Panel(
            "Jobs that ended",
            "A minute, by how they ended.",
            (
                (
                    (
                        "60 * sum by (status) "
                        '(rate(syndata_jobs_total{status=~"completed|failed|cancelled"}[$__rate_interval]))'
                    ),
                    "{{status}}",
                ),
            ),
            width=12,
        ),
        Panel(
            "Rows",
            "A second, in parts that were stored, over all generators.",
            (("sum(rate(syndata_rows_generated_total[$__rate_interval]))", "rows"),),
            unit="rowsps",
        ),
        Panel(
            "Bytes",
            "A second, by format.",
            (("sum by (output_format) (rate(syndata_bytes_generated_total[$__rate_interval]))", "{{output_format}}"),),
            unit="Bps",
            stacked=True,
        ),
        Panel(
            "The oldest job",
            "Since it was asked for. Pending for more than seconds: see JobsDoNotBegin in the runbook.",
            (
                (
                    'max by (status) (syndata_job_oldest_seconds{status=~"pending|generating|exporting|paused"})',
                    "{{status}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            "Messages that wait",
            "By queue. Queues are short on purpose: what is not handed out yet waits in the job.",
            (("max by (queue) (syndata_queue_ready)", "{{queue}}"),),
        ),
        Panel(
            "Who takes messages",
            "Consumers by queue. For `conductor.events` one takes them, the others stand by.",
            (("max by (queue) (syndata_queue_consumers)", "{{queue}}"),),
        ),
        Panel(
            "How messages end",
            "A second, but for those that are simply done. By queue: see WorkRetried in the runbook.",
            (
                (
                    'sum by (outcome) (rate(syndata_messages_total{outcome!="done"}[$__rate_interval]))',
                    "{{outcome}}",
                ),
            ),
        ),
    ),
)
