"""Where is time going? Jobs, tasks, messages, routes, processors."""

from __future__ import annotations

from typing import Final

from deploy.grafana.panels import Dashboard, Panel, quantile

TIME: Final = Dashboard(
    "syndata-time",
    "Where is time going?",
    (
        Panel(
            "How long jobs take",
            "From start to end. A dot is one job: follow it to its trace.",
            tuple(
                (
                    quantile(share, "syndata_generation_duration_seconds"),
                    name,
                )
                for share, name in ((0.5, "half"), (0.95, "95 of 100"))
            ),
            unit="s",
            width=12,
            exemplars=True,
        ),
        Panel(
            "How long jobs take, all of them",
            "Jobs by how long they took; darker is more.",
            (("sum by (le) (increase(syndata_generation_duration_seconds_bucket[$__rate_interval]))", "{{le}}"),),
            kind="heatmap",
            unit="s",
            width=12,
        ),
        Panel(
            "Busy generators",
            "Seconds of work a second: how many tasks were in the making at a time.",
            (("sum(rate(syndata_task_duration_seconds_sum[$__rate_interval]))", "tasks"),),
            unit="none",
        ),
        Panel(
            "How long tasks take",
            "Making and storing their parts; about five seconds are aimed at.",
            tuple(
                (
                    quantile(share, "syndata_task_duration_seconds"),
                    name,
                )
                for share, name in ((0.5, "half"), (0.95, "95 of 100"))
            ),
            unit="s",
        ),
        Panel(
            "Rows, for each busy second",
            "How quick a generator is while it works.",
            (
                (
                    (
                        "sum(rate(syndata_rows_generated_total[$__rate_interval])) "
                        "/ sum(rate(syndata_task_duration_seconds_sum[$__rate_interval]))"
                    ),
                    "rows",
                ),
            ),
            unit="rowsps",
        ),
        Panel(
            "Time in handlers",
            "Seconds a second, by queue: which service has most to do.",
            (("sum by (queue) (rate(syndata_message_duration_seconds_sum[$__rate_interval]))", "{{queue}}"),),
            unit="none",
            stacked=True,
        ),
        Panel(
            "Slow messages",
            "95 of 100 are handled within this time, by queue.",
            (
                (
                    quantile(0.95, "syndata_message_duration_seconds", by="queue, le"),
                    "{{queue}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            "Slow routes",
            "95 of 100 answers begin within this time, by route.",
            (
                (
                    quantile(
                        0.95,
                        "syndata_http_request_duration_seconds",
                        by="route, le",
                        where='{route!~"/livez|/readyz|/metrics|/health"}',
                    ),
                    "{{route}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            "Processor time",
            "Cores in use, by service. Worker processes of generators are counted in Busy generators, not here.",
            (("sum by (job) (rate(process_cpu_seconds_total[$__rate_interval]))", "{{job}}"),),
            unit="none",
            width=12,
        ),
        Panel(
            "Messages at hand",
            "Being handled now, by queue.",
            (("sum by (queue) (syndata_messages_in_flight)", "{{queue}}"),),
            width=12,
        ),
    ),
)
