"""Runs a process well: settings, connections, consuming, health, metrics, traces and logs."""
