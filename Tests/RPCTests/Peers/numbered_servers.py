"""Serves /test.Echo/Unary on several ports with grpcio; prints the ports in one line; ends with its standard input.

Arguments: the number of servers, and how many attempts of each call fail with UNAVAILABLE. An answer is a
google.protobuf.Any whose type_url is the server's number, a space, and the attempts that came before.
"""

import sys
from concurrent import futures

import grpc

count, failures = map(int, sys.argv[1:])


def serve(number):
    def unary(request, context):
        metadata = dict(context.invocation_metadata())
        attempts = int(metadata.get("grpc-previous-rpc-attempts", 0))
        if attempts < failures:
            context.abort(grpc.StatusCode.UNAVAILABLE, "not yet")
        text = f"{number} {attempts}".encode()
        return bytes([0x0A, len(text)]) + text

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    handler = grpc.unary_unary_rpc_method_handler(unary)
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("test.Echo", {"Unary": handler})])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


servers = [serve(number) for number in range(count)]
print(*(port for _, port in servers), flush=True)
sys.stdin.read()
for server, _ in servers:
    server.stop(None)
