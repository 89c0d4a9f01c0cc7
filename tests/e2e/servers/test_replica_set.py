"""A mongod that belongs to no set yet is made a set of one."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import bson
import pytest

from deploy.local.mongodb import REPLICA_SET, initiate_replica_set
from deploy.local.wire import mongodb_title


class FreshMongod(ThreadingTCPServer):
    """Answers as a mongod with --replSet does before and after it is initiated, in the driver's own encoding."""

    daemon_threads = True
    config: dict[str, Any] | None = None

    def answer(self, command: dict[str, Any]) -> dict[str, Any]:
        """What a mongod would say."""
        if "replSetInitiate" in command:
            self.config = command["replSetInitiate"]
            return {"ok": 1.0}
        if "buildInfo" in command:
            return {"version": "8.0.20", "versionArray": [8, 0, 20, 0], "ok": 1.0}
        if self.config is None:
            return {"isreplicaset": True, "isWritablePrimary": False, "ok": 1.0}
        return {"isWritablePrimary": True, "electionId": bson.ObjectId(), "hosts": ["a:1"], "none": None, "ok": 1.0}


class Conversation(StreamRequestHandler):
    """One OP_MSG after the other."""

    server: FreshMongod

    def handle(self) -> None:
        while header := self.rfile.read(16):
            size, number, _, _ = struct.unpack("<iiii", header)
            command = bson.decode(self.rfile.read(size - 16)[5:])
            assert command["$db"] == "admin"
            body = struct.pack("<IB", 0, 0) + bson.encode(self.server.answer(command))
            self.wfile.write(struct.pack("<iiii", 16 + len(body), 1, number, 2013) + body)


@pytest.fixture
def mongod() -> Iterator[FreshMongod]:
    """A fresh one, listening."""
    with FreshMongod(("127.0.0.1", 0), Conversation) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_it_serves_only_once_it_is_a_set(mongod: FreshMongod) -> None:
    host, port = mongod.server_address[:2]
    host = str(host)
    assert mongodb_title(host, port) is None

    initiate_replica_set(host, port, member="127.0.0.1:1234")

    assert mongod.config == {"_id": REPLICA_SET, "members": [{"_id": 0, "host": "127.0.0.1:1234"}]}
    assert mongodb_title(host, port) == "MongoDB 8.0.20"


def test_a_set_is_initiated_once(mongod: FreshMongod) -> None:
    host, port = mongod.server_address[:2]
    initiate_replica_set(str(host), port, member="first:1")
    initiate_replica_set(str(host), port, member="second:1")

    assert mongod.config is not None
    assert mongod.config["members"] == [{"_id": 0, "host": "first:1"}]


def test_a_server_that_does_not_answer_yet_is_no_error(mongod: FreshMongod) -> None:
    initiate_replica_set("127.0.0.1", 9, member="nobody:1")

    assert mongodb_title("127.0.0.1", 9) is None
