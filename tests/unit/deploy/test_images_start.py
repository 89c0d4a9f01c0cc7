"""The steps of the Dockerfile, run as they stand there but without an engine, and what they make, started.

From a directory that holds only what the Dockerfile copies; into one that is then read-only; without root's rights.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.running import REPOSITORY

DOCKERFILE = (REPOSITORY / "deploy/images/Dockerfile").read_text()
PREFIX = "/opt/syndata"
"""Where the image has what we build elsewhere."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@dataclass(frozen=True)
class Image:
    """What would be one."""

    service: str
    prefix: Path
    scratch: Path

    def environment(self, port: int) -> dict[str, str]:
        """Of a container: the image's, and ports that need no server."""
        (block,) = re.findall(r"^ENV (PATH=(?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)
        stated = dict(pair.split("=", 1) for pair in shlex.split(block.replace("\\\n", " ")))
        places = {name: value.replace(PREFIX, str(self.prefix)) for name, value in stated.items()}
        return {
            **{name: value.replace("/scratch", str(self.scratch)) for name, value in places.items()},
            "SYNDATA_PORT": str(port),
            "SYNDATA_HOST": "127.0.0.1",
            "SYNDATA_BUS_URL": f"file://{self.scratch}/bus.sqlite",
            "SYNDATA_STORE_URL": f"file://{self.scratch}/store.sqlite",
            "SYNDATA_OBJECTS_URL": f"file://{self.scratch}/objects",
            "SYNDATA_API_KEY": "a key",
            "SYNDATA_WORKERS": "1",
        }

    def entry(self) -> list[str]:
        """What the image starts."""
        found = re.search(rf"^FROM runtime AS {self.service}\nENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)
        assert found
        program, *arguments = json.loads(found[1])
        return [*without_rights(self.prefix), str(self.prefix / "bin" / program), *arguments]

    def health(self) -> list[str]:
        """What the engine asks."""
        found = re.search(r"^HEALTHCHECK .*\\\n\s+CMD (.*)$", DOCKERFILE, re.MULTILINE)
        assert found
        program, *arguments = json.loads(found[1])
        return [str(self.prefix / "bin" / program), *arguments]


def without_rights(prefix: Path) -> list[str]:
    """How root runs a command that must not be root's: as nobody, or where nobody cannot reach Python, bare of rights."""
    if os.geteuid() != 0:
        return []
    python = (prefix / "bin" / "python").resolve()
    if all(parent.stat().st_mode & 0o001 for parent in python.parents):
        return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"]
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]


@pytest.fixture(scope="module", params=["generator", "gateway"])
def image(request: pytest.FixtureRequest) -> Iterator[Image]:
    """Built as the Dockerfile says."""
    service: str = request.param
    # Not below pytest's own directory, into which nobody else may look.
    folder = Path(tempfile.mkdtemp(prefix="syndata-image-"))
    folder.chmod(0o755)
    try:
        context, prefix, scratch = folder / "context", folder / "image", folder / "scratch"
        for line in re.findall(r"^COPY (?!--)(.+)$", DOCKERFILE, re.MULTILINE):
            *sources, target = line.split()
            for source in sources:
                copy(REPOSITORY / source, context / target, Path(source))
        for step in re.findall(r"^RUN python (deploy/images/\S+ .*)$", DOCKERFILE, re.MULTILINE):
            arguments = shlex.split(step.replace("${SERVICE}", service).replace(PREFIX, str(prefix)))
            subprocess.run([sys.executable, *arguments], cwd=context, check=True)
        subprocess.run(["chmod", "-R", "a-w", str(prefix)], check=True)
        scratch.mkdir()
        if os.geteuid() == 0 and "--reuid=65534" in without_rights(prefix):
            os.chown(scratch, 65534, 65534)
        yield Image(service, prefix, scratch)
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)
        shutil.rmtree(folder)


def copy(source: Path, target: Path, name: Path) -> None:
    """As COPY does: the content of a directory, or a file into one."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / name.name)


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@contextmanager
def started(image: Image, port: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """The container's process."""
    process = subprocess.Popen(
        image.entry(),
        env={**image.environment(port), **environment},
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def answered(process: subprocess.Popen[str], url: str) -> bytes:
    """The answer, waited for as long as the process lives, a minute at most."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 -- ours
                body: bytes = answer.read()
                return body
        except OSError:
            ended = process.poll()
            assert ended is None, f"it ended with {ended}:\n{process.stdout.read() if process.stdout else ''}"
            assert time.monotonic() < deadline
            time.sleep(0.05)  # between two questions, not instead of one


def kernels(directory: Path) -> set[str]:
    """The compiled kernels below a directory."""
    return {path.name for path in directory.rglob("*.nbc")}


def test_what_is_installed_fits_together(image: Image) -> None:
    """Nothing is missing, says pip; the image has no pip, no test tool and no source of ours."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", image.prefix / "bin/python", "check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert not list(image.prefix.glob("lib/python3.*/site-packages/pip"))


def test_it_starts_is_healthy_and_ends_on_sigterm(image: Image) -> None:
    """As a user without rights, on files that it cannot write, with the kernels it was built with, if any, and no others."""
    port = free_port()
    with started(image, port) as process:
        ready = json.loads(answered(process, f"http://127.0.0.1:{port}/readyz"))
        healthy = subprocess.run(image.health(), env=image.environment(port), check=False).returncode
        process.send_signal(signal.SIGTERM)
        ended = process.wait(timeout=60)
    down = subprocess.run(image.health(), env=image.environment(port), capture_output=True, check=False).returncode

    assert ready["status"] == "ready"
    assert ready["service"] == image.service
    assert (healthy, ended) == (0, 0)
    assert down != 0
    assert bool(kernels(image.prefix)) == (image.service == "generator")
    assert kernels(image.scratch) <= kernels(image.prefix)


def test_it_refuses_credentials_that_everybody_knows(image: Image) -> None:
    """SYNDATA_ENVIRONMENT=production: it says which, and never shows them."""
    bus = "amqp://guest:guest@127.0.0.1:5672/"
    with started(image, free_port(), SYNDATA_ENVIRONMENT="production", SYNDATA_BUS_URL=bus) as process:
        told = process.communicate(timeout=60)[0]

    assert process.returncode == 3
    assert "SYNDATA_BUS_URL" in told
    assert "guest" not in told
