"""Idle connections: what each costs a server in memory once it has done a call."""

import socket
import time

from messages import echo, framed

CONNECTIONS = 1_000
#: Opened before the first look at the memory, so that what a server makes once is not counted.
FIRST = 50
DATA, HEADERS, SETTINGS = 0x0, 0x1, 0x4
END_STREAM, END_HEADERS, ACK = 0x1, 0x4, 0x1


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def field(name, value):
    """A literal header field that leaves the peer's HPACK table alone (RFC 7541 §6.2.2)."""
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def request(path, authority):
    block = b"".join(field(*pair) for pair in (
        (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", authority),
        ("content-type", "application/grpc"), ("te", "trailers")))
    return (
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0) + frame(HEADERS, END_HEADERS, 1, block)
        + frame(DATA, END_STREAM, 1, framed(echo(32))))


def exactly(connection, count):
    received = bytearray()
    while len(received) < count:
        more = connection.recv(count - len(received))
        if not more:
            raise RuntimeError("the server closed an idle connection")
        received += more
    return bytes(received)


def connect_and_call(port, path):
    """Returns the connection, with one call done and its answer checked."""
    connection = socket.create_connection(("127.0.0.1", port), 10)
    connection.sendall(request(path, f"127.0.0.1:{port}"))
    answer = b""
    while True:
        head = exactly(connection, 9)
        kind, flags, stream = head[3], head[4], int.from_bytes(head[5:], "big")
        payload = exactly(connection, int.from_bytes(head[:3], "big"))
        if kind == SETTINGS and not flags & ACK:
            connection.sendall(frame(SETTINGS, ACK, 0))
        if stream == 1:
            answer += payload if kind == DATA else b""
            if kind in (DATA, HEADERS) and flags & END_STREAM:
                break
    if answer != framed(echo(32)):
        raise RuntimeError(f"a wrong answer: {answer}")
    return connection


def settled_memory(server):
    """The resident memory once it has stopped changing."""
    last, same = server.resident_bytes(), 0
    for _ in range(200):
        time.sleep(0.05)
        now = server.resident_bytes()
        same = same + 1 if now == last else 0
        last = now
        if same == 6:
            break
    return last


def bytes_a_connection(server, path):
    connections = []
    try:
        for _ in range(FIRST):
            connections.append(connect_and_call(server.port, path))
        before = settled_memory(server)
        for _ in range(CONNECTIONS):
            connections.append(connect_and_call(server.port, path))
        return (settled_memory(server) - before) / CONNECTIONS
    finally:
        for connection in connections:
            connection.close()
