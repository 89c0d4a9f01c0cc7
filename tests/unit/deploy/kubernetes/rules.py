"""The alerts of deploy/prometheus as a PrometheusRule: `python -m tests.unit.deploy.kubernetes.rules` writes it."""

from __future__ import annotations

from typing import Any

import yaml

from tests.running import REPOSITORY

RULES = REPOSITORY / "deploy" / "prometheus" / "rules"
PAGE = REPOSITORY / "k8s" / "components" / "monitoring" / "rules.yaml"
HEAD = "# Made from deploy/prometheus/rules; a change belongs there.\n"


class _Dumper(yaml.SafeDumper):
    """Writes expressions of several lines as they are read."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def groups() -> list[dict[str, Any]]:
    """Every group of rules, in the order of files."""
    return [group for path in sorted(RULES.glob("*.yml")) for group in yaml.safe_load(path.read_text())["groups"]]


def page() -> str:
    """The document's whole text."""
    document = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": "syndata",
            "namespace": "syndata",
            "labels": {"app.kubernetes.io/part-of": "syndata"},
        },
        "spec": {"groups": groups()},
    }
    return HEAD + yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)


if __name__ == "__main__":
    PAGE.write_text(page())
