"""Is it healthy? What fires, what is away, and how the API answers."""

from __future__ import annotations

from typing import Final

from deploy.grafana.panels import Dashboard, Panel, quantile

_BAD_ABOVE_ZERO: Final = ((1, "red"),)
_UP: Final = ((0, "missed", "red"), (1, "answers", "green"))

HEALTH: Final = Dashboard(
    "syndata-healthy",
    "Is it healthy?",
    (
        Panel(
            "Alerts that fire",
            "Each has an entry in docs/runbook.md: what to look at, and what to do.",
            (('count(ALERTS{alertstate="firing"}) or vector(0)', "alerts"),),
            kind="stat",
            width=4,
            thresholds=_BAD_ABOVE_ZERO,
        ),
        Panel(
            "Processes that do not answer",
            "Of all that Prometheus asks.",
            (("count(up == 0) or vector(0)", "processes"),),
            kind="stat",
            width=4,
            thresholds=_BAD_ABOVE_ZERO,
        ),
        Panel(
            "Servers that are missed",
            "Pairs of a process and a server that it cannot reach: RabbitMQ (bus), MongoDB (store), S3 (objects).",
            (("count(syndata_dependency_up == 0) or vector(0)", "missed"),),
            kind="stat",
            width=4,
            thresholds=_BAD_ABOVE_ZERO,
        ),
        Panel(
            "Dead letters",
            "Messages that nobody could take; each is a defect of ours, or of whoever sent it.",
            (("sum(max by (queue) (syndata_queue_dead))", "dead letters"),),
            kind="stat",
            width=4,
            thresholds=_BAD_ABOVE_ZERO,
        ),
        Panel(
            "Blocked jobs",
            "They wait for a server, and go on by themselves.",
            (("max(syndata_jobs_blocked)", "jobs"),),
            kind="stat",
            width=4,
            thresholds=((1, "orange"),),
        ),
        Panel(
            "Work asked for again, last hour",
            "Commands whose effect was missing for too long. It should be none.",
            (("sum(increase(syndata_commands_republished_total[1h]))", "commands"),),
            kind="stat",
            width=4,
            thresholds=((0.5, "orange"),),
        ),
        Panel(
            "What fires",
            "Alerts by name. The runbook has a heading for each.",
            (('sort_desc(count by (alertname, severity) (ALERTS{alertstate="firing"}))', ""),),
            kind="table",
            width=8,
            columns=(("alertname", "alert"), ("severity", "severity"), ("Value", "how many")),
        ),
        Panel(
            "Which servers answer",
            "As each service sees them: a bar for each, red while the server is missed.",
            (("min by (job, dependency) (syndata_dependency_up)", "{{job}}: {{dependency}}"),),
            kind="state-timeline",
            width=8,
            words=_UP,
        ),
        Panel(
            "Answers by status",
            "Requests a second. 4xx is the caller's fault, 5xx is ours.",
            (
                (
                    'sum by (status) (rate(syndata_http_requests_total{route!~"/livez|/readyz|/metrics|/health"}[$__rate_interval]))',
                    "{{status}}",
                ),
            ),
            unit="reqps",
            stacked=True,
        ),
        Panel(
            "How quickly the API answers",
            "Until the first byte, over all routes.",
            tuple(
                (
                    quantile(
                        share,
                        "syndata_http_request_duration_seconds",
                        where='{route!~"/livez|/readyz|/metrics|/health"}',
                    ),
                    name,
                )
                for share, name in ((0.5, "half"), (0.95, "95 of 100"), (0.99, "99 of 100"))
            ),
            unit="s",
            width=12,
        ),
        Panel(
            "Memory, of what is allowed",
            "Worker processes included. At one the system kills the process; its work goes to another.",
            (("syndata_memory_used_bytes / syndata_memory_limit_bytes", "{{job}} {{instance}}"),),
            unit="percentunit",
            width=12,
            thresholds=((0.9, "red"),),
        ),
    ),
)
