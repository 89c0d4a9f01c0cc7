"""What installing does to a machine, and what it says when it cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.local import golang, rabbitmq
from deploy.local.golang import GoProgram
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.server import NotInstalled
from deploy.local.services import install

PROGRAM = GoProgram("nothing", "example.org/nothing", "v1.2.3", "./cmd", "1.24", {"mark.txt": "v1.2.3\n"})


def script(path: Path, text: str) -> Path:
    """A program in shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without RabbitMQ, whose programs are in `bin`."""
    programs = tmp_path / "bin"
    script(programs / "epmd", "")
    script(programs / "erl", "")
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("SYNDATA_SERVERS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(rabbitmq, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(rabbitmq, "START_POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(golang, "USUAL_PLACES", ())
    (tmp_path / "debian").mkdir()
    return tmp_path


def test_the_package_may_not_start_its_service(machine: Path) -> None:
    """While the package is installed services are forbidden to start; afterwards the machine's own rule is back."""
    installed = machine / "debian" / "rabbitmq_server-3.10.8" / "sbin" / "rabbitmq-server"
    script(
        machine / "bin" / "apt-get",
        f'[ "$1" = install ] || exit 100\n"{machine}/policy-rc.d" || echo $? > "{machine}/answer"\n'
        f'mkdir -p "{installed.parent}"; touch "{installed}"',
    )
    said: list[str] = []

    install("rabbitmq", said.append)

    assert RabbitMQ.find() == installed
    assert (machine / "answer").read_text() == "101\n"
    assert not (machine / "policy-rc.d").exists()
    assert "will be used" in said[-1]


def test_a_package_that_cannot_be_installed_says_why(machine: Path) -> None:
    script(machine / "bin" / "apt-get", 'echo "no such package" >&2; exit 100')

    with pytest.raises(NotInstalled, match="no such package"):
        install("rabbitmq", lambda _: None)


def test_only_root_installs_packages_others_are_told_how(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(NotInstalled, match="apt-get install rabbitmq-server"):
        install("rabbitmq", lambda _: None)


def test_a_program_is_built_once_from_a_marked_copy_of_the_source(machine: Path) -> None:
    """Go's own copy of the source stays as it is, and a second install builds nothing."""
    source = machine / "module"
    source.mkdir()
    script(
        machine / "bin" / "go",
        f'echo "$@" >> "{machine}/calls"\n'
        f'if [ "$1" = mod ]; then echo \'{{"Dir": "{source}"}}\'; exit; fi\n'
        'while [ "$1" != -o ]; do shift; done; cat mark.txt > "$2"',
    )
    said: list[str] = []

    built = PROGRAM.build(said.append)
    again = PROGRAM.build(said.append)

    assert built == again == PROGRAM.find()
    assert built.read_text() == "v1.2.3\n"
    assert not list(source.iterdir())
    assert len((machine / "calls").read_text().splitlines()) == 2
    assert list(built.parent.iterdir()) == [built]
    assert "is there" in said[-1]


def test_a_build_that_fails_leaves_nothing_and_says_why(machine: Path) -> None:
    script(machine / "bin" / "go", 'echo "proxy: 403 Forbidden" >&2; exit 1')

    with pytest.raises(NotInstalled, match="403 Forbidden"):
        PROGRAM.build(lambda _: None)

    assert PROGRAM.find() is None


def test_without_go_the_error_says_which_go_is_needed(machine: Path) -> None:
    with pytest.raises(NotInstalled, match=r"Go 1\.24 or newer"):
        PROGRAM.build(lambda _: None)
