"""Dashboards, and how Grafana finds them."""
