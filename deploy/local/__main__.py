"""The command: `python -m deploy.local install|start|stop|status|env`."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Sequence

from deploy.local.places import data_folder
from deploy.local.server import LocalServer, NotInstalled, NotStarted
from deploy.local.services import SERVICES, install, local_server, setting, variable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, or 1 when a service could not be had."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description="Real servers without Docker.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in (
        ("install", "bring the programs to this machine"),
        ("start", "start servers that stay until `stop`"),
        ("stop", "stop them; their data stay"),
        ("status", "what is installed and what runs"),
        ("env", "print the addresses of what runs, for `eval`"),
    ):
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("services", nargs="*", metavar="SERVICE", help=f"of {', '.join(SERVICES)}; default: all")
        if name == "env":
            command.add_argument("--settings", action="store_true", help="for services instead of for tests")
        if name == "status":
            command.add_argument("--json", action="store_true", help="for programs")
    given = parser.parse_args(arguments)
    if unknown := [name for name in given.services if name not in SERVICES]:
        parser.error(f"there is no service {unknown[0]}; there are {', '.join(SERVICES)}")
    services = given.services or list(SERVICES)
    match given.command:
        case "install":
            return _each(services, lambda service: install(service, _say))
        case "start":
            return _each(services, _start)
        case "stop":
            return _each(services, _stop)
        case "status":
            return _status(services, as_json=given.json)
        case _:
            return _env(services, settings=given.settings)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _complain(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _each(services: Sequence[str], act: Callable[[str], None]) -> int:
    """Act on every service, even after one failed."""
    failed = 0
    for service in services:
        try:
            act(service)
        except (NotInstalled, NotStarted, OSError) as reason:
            _complain(str(reason))
            failed = 1
    return failed


def _running(service: str) -> LocalServer | None:
    """What `start` left running, whichever program plays it."""
    known = (candidate(data_folder() / candidate.program) for candidate in SERVICES[service])
    return next((server for server in known if server.alive), None)


def _chosen(service: str) -> LocalServer:
    found = next((candidate for candidate in SERVICES[service] if candidate.find()), SERVICES[service][-1])
    return local_server(service, data_folder() / found.program)


def _start(service: str) -> None:
    server = _running(service) or _chosen(service)
    server.start()
    _say(f"{service}: {server.title} at {server.url}")


def _stop(service: str) -> None:
    server = _running(service)
    if server is None:
        _say(f"{service}: not running")
        return
    server.stop()
    _say(f"{service}: {server.title} stopped; its data stay in {server.directory}")


def _status(services: Sequence[str], *, as_json: bool) -> int:
    told = []
    for service in services:
        server = _running(service)
        programs = {candidate.program: candidate.find() for candidate in SERVICES[service]}
        installed = {program: str(path) for program, path in programs.items() if path}
        running = None
        if server:
            running = {
                "title": server.title,
                "url": server.url,
                "pid": server.pid,
                "ports": server.ports,
                "directory": str(server.directory),
            }
        told.append({"service": service, "running": running, "installed": installed})
        if not as_json:
            state = f"{server.title} at {server.url} (pid {server.pid})" if server else "not running"
            _say(f"{service}: {state}; installed: {', '.join(installed) or 'nothing'}")
    if as_json:
        _say(json.dumps(told, indent=2))
    return 0


def _env(services: Sequence[str], *, settings: bool) -> int:
    missing = 0
    for service in services:
        server = _running(service)
        if server is None:
            _complain(f"{service}: not running; start it with: python -m deploy.local start {service}")
            missing = 1
        else:
            name, url = setting(service, server.url) if settings else (variable(service), server.url)
            _say(f"export {name}={shlex.quote(url)}")
    return missing


if __name__ == "__main__":
    sys.exit(main())
