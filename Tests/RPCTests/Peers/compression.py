"""gRPC's Python runtime as the other end of compressed calls of test.Echo.

compression.py client ADDRESS ALGORITHM    makes calls of all kinds and checks the answers
compression.py server ADDRESS ALGORITHM    serves until its input ends
"""

import random
import sys
from concurrent import futures

import grpc
from google.protobuf.any_pb2 import Any

ALGORITHMS = {
    "identity": grpc.Compression.NoCompression,
    "gzip": grpc.Compression.Gzip,
    "deflate": grpc.Compression.Deflate,
}


def payloads():
    noise = random.Random(7).randbytes(20_000)
    return [
        Any(),
        Any(type_url="small"),
        Any(type_url="zeros", value=bytes(300_000)),
        Any(type_url="noise", value=noise),
    ]


def check(answer, expected):
    if answer != expected:
        sys.exit(f"expected {expected.type_url!r} of {len(expected.value)} bytes, got {answer.type_url!r} of {len(answer.value)}")


def client(address, algorithm):
    with grpc.insecure_channel(address, compression=algorithm) as channel:
        def method(kind, name):
            return getattr(channel, kind)(
                f"/test.Echo/{name}", request_serializer=Any.SerializeToString, response_deserializer=Any.FromString)

        sent = payloads()
        for payload in sent:
            check(method("unary_unary", "Unary")(payload, timeout=20), payload)
        total = sum(len(payload.value) for payload in sent)
        collected = method("stream_unary", "Collect")(iter(sent), timeout=20)
        check(collected, Any(type_url=f"{len(sent)} {total}"))
        expanded = list(method("unary_stream", "Expand")(Any(type_url="5", value=bytes(50_000)), timeout=20))
        for index, answer in enumerate(expanded):
            check(answer, Any(type_url=str(index), value=bytes(50_000)))
        if len(expanded) != 5:
            sys.exit(f"{len(expanded)} messages instead of 5")
        answers = list(method("stream_stream", "Chat")(iter(sent), timeout=20))
        if answers != sent:
            sys.exit("the stream came back changed")
    print("ok")


def server(address, algorithm):
    def expand(request, context):
        for index in range(int(request.type_url)):
            yield Any(type_url=str(index), value=request.value)

    def collect(requests, context):
        sizes = [len(request.value) for request in requests]
        return Any(type_url=f"{len(sizes)} {sum(sizes)}")

    codec = {"request_deserializer": Any.FromString, "response_serializer": Any.SerializeToString}
    handlers = {
        "Unary": grpc.unary_unary_rpc_method_handler(lambda request, context: request, **codec),
        "Collect": grpc.stream_unary_rpc_method_handler(collect, **codec),
        "Expand": grpc.unary_stream_rpc_method_handler(expand, **codec),
        "Chat": grpc.stream_stream_rpc_method_handler(lambda requests, context: iter(requests), **codec),
    }
    running = grpc.server(futures.ThreadPoolExecutor(4), compression=algorithm)
    running.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("test.Echo", handlers)])
    running.add_insecure_port(address)
    running.start()
    sys.stdin.read()
    running.stop(None)


if __name__ == "__main__":
    {"client": client, "server": server}[sys.argv[1]](sys.argv[2], ALGORITHMS[sys.argv[3]])
