"""Ask a server who it is, over a socket and in its own protocol.

Just enough of AMQP 0-9-1, of MongoDB's messages and of HTTP to know that a server serves, and which one it is.
"""

from __future__ import annotations

import http.client
import socket
import struct
from typing import Any

SECONDS = 2.0
"""How long an answer may take."""
OP_MSG = 2013
Document = dict[str, Any]


def rabbitmq_title(host: str, port: int) -> str | None:
    """Product and version of an AMQP broker, or None while it does not open connections."""
    try:
        with socket.create_connection((host, port), SECONDS) as connection:
            connection.settimeout(SECONDS)
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            kind, _, size = struct.unpack(">BHI", _exactly(connection, 7))
            frame = _exactly(connection, size)
    except OSError:
        return None
    # A method frame with Connection.Start, whose properties name product and version as long strings.
    if kind != 1 or frame[:4] != b"\x00\x0a\x00\x0a":
        return None
    return f"{_property(frame, b'product')} {_property(frame, b'version')}"


def mongodb_title(host: str, port: int) -> str | None:
    """Product and version of what speaks MongoDB's protocol, or None while it takes no writes."""
    try:
        if not mongodb_command(host, port, {"hello": 1}).get("isWritablePrimary"):
            return None
        about = mongodb_command(host, port, {"buildInfo": 1})
    except OSError:
        return None
    if "ferretdbVersion" in about:
        return f"FerretDB {about['ferretdbVersion']}"
    return f"MongoDB {about.get('version')}"


def s3_title(host: str, port: int) -> str | None:
    """What an S3 store calls itself, or None while it does not answer."""
    status, server = http_answer(host, port, "/")
    if status is None or status >= 500:
        return None
    return server or "S3 store without a name"


def http_answer(host: str, port: int, path: str) -> tuple[int | None, str]:
    """Status and `Server` header of a GET; no status when nobody answers."""
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return None, ""
    else:
        return answer.status, answer.getheader("Server", "")
    finally:
        connection.close()


def mongodb_command(host: str, port: int, command: Document) -> Document:
    """Run one command on the `admin` database and return the answer.

    Raises:
        OSError: Nobody answers there.
    """
    body = struct.pack("<IB", 0, 0) + _document({**command, "$db": "admin"})
    with socket.create_connection((host, port), SECONDS) as connection:
        connection.settimeout(SECONDS)
        connection.sendall(struct.pack("<iiii", 16 + len(body), 1, 0, OP_MSG) + body)
        size, *_ = struct.unpack("<iiii", _exactly(connection, 16))
        answer = _exactly(connection, size - 16)
    return _parsed(answer[5:])


def _exactly(connection: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        more = connection.recv(count - len(got))
        if not more:
            raise ConnectionResetError("the server closed the connection in the middle of an answer")
        got += more
    return got


def _property(frame: bytes, name: bytes) -> str:
    mark = bytes([len(name)]) + name + b"S"
    found = frame.find(mark)
    if found < 0:
        return "?"
    at = found + len(mark)
    size = int.from_bytes(frame[at : at + 4], "big")
    return frame[at + 4 : at + 4 + size].decode("utf-8", "replace")


def _document(values: Document) -> bytes:
    body = b"".join(_element(name.encode() + b"\x00", value) for name, value in values.items()) + b"\x00"
    return struct.pack("<i", len(body) + 4) + body


def _element(name: bytes, value: Any) -> bytes:
    match value:
        case int():
            return b"\x10" + name + struct.pack("<i", value)
        case str():
            text = value.encode() + b"\x00"
            return b"\x02" + name + struct.pack("<i", len(text)) + text
        case list():
            return b"\x04" + name + _document({str(place): item for place, item in enumerate(value)})
        case _:
            return b"\x03" + name + _document(value)


FIXED = {0x01: "<d", 0x08: "<?", 0x09: "<q", 0x10: "<i", 0x11: "<Q", 0x12: "<q"}
"""BSON's types of fixed size: double, boolean, time, 32 bits, timestamp, 64 bits."""
EMPTY = {0x06, 0x0A, 0x7F, 0xFF}
OBJECT_ID, BINARY, TEXT = 0x07, 0x05, {0x02, 0x0D, 0x0E}


def _parsed(body: bytes) -> Document:
    values: Document = {}
    at = 4
    while body[at]:
        kind = body[at]
        end = body.index(0, at + 1)
        name = body[at + 1 : end].decode()
        values[name], at = _value(body, kind, end + 1)
    return values


def _value(body: bytes, kind: int, at: int) -> tuple[Any, int]:
    if kind in EMPTY:
        return None, at
    if kind in FIXED:
        return struct.unpack_from(FIXED[kind], body, at)[0], at + struct.calcsize(FIXED[kind])
    if kind == OBJECT_ID:
        return body[at : at + 12], at + 12
    (size,) = struct.unpack_from("<i", body, at)
    if kind in TEXT:
        return body[at + 4 : at + 3 + size].decode("utf-8", "replace"), at + 4 + size
    if kind == BINARY:
        return body[at + 5 : at + 5 + size], at + 5 + size
    if kind in {0x03, 0x04}:
        return _parsed(body[at : at + size]), at + size
    raise ConnectionError(f"the answer holds a BSON value of kind {kind:#x}, which a server's greeting does not need")
