"""Calls every method of an echo server with grpcio, and fails unless each answer is right.

Load generators take any answer with HTTP status 200 for a success. Run by the project's Python environment, which has
grpcio. Usage: answers.py PORT [CERTIFICATE]
"""

import os
import sys

import grpc

from messages import SERVICE, echo, stream_request, stream_summary, varint


def check(channel):
    raw = {"request_serializer": bytes, "response_deserializer": bytes}
    unary = channel.unary_unary(SERVICE + "Unary", **raw)
    server_stream = channel.unary_stream(SERVICE + "ServerStream", **raw)
    client_stream = channel.stream_unary(SERVICE + "ClientStream", **raw)
    for size in (0, 1, 32, 4096, 65536):
        payload = os.urandom(size)
        message = b"\x0a" + varint(size) + payload if size else b""
        assert unary(message, timeout=10) == message, f"Unary of {size} bytes"
    for count, size in ((0, 0), (1, 32), (1000, 32), (40, 65536)):
        answer = list(server_stream(stream_request(count, size), timeout=10))
        assert len(answer) == count, f"ServerStream of {count}: {len(answer)} came"
        assert all(len(m) == len(echo(size)) and m.endswith(b"x" * size) for m in answer), "ServerStream's messages"
        answer = client_stream(iter([echo(size)] * count), timeout=10)
        assert answer == stream_summary(count, count * size), f"ClientStream of {count} × {size}: {answer}"


def connect(port, certificate=None):
    target = f"127.0.0.1:{port}"
    if certificate is None:
        return grpc.insecure_channel(target)
    with open(certificate, "rb") as file:
        return grpc.secure_channel(target, grpc.ssl_channel_credentials(file.read()))


if __name__ == "__main__":
    with connect(*sys.argv[1:]) as channel:
        check(channel)
