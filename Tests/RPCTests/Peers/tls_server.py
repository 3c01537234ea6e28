"""Serves /test.Echo/Unary over TLS with grpcio; prints its port; ends with its standard input.

Arguments: own certificate, own key, [authority that clients must be signed by]."""

import sys
from concurrent import futures

import grpc

certificate, key, *authority = sys.argv[1:]


def read(path):
    with open(path, "rb") as file:
        return file.read()


credentials = grpc.ssl_server_credentials(
    [(read(key), read(certificate))],
    root_certificates=read(authority[0]) if authority else None,
    require_client_auth=bool(authority),
)
server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
echo = grpc.unary_unary_rpc_method_handler(lambda request, context: request)
server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("test.Echo", {"Unary": echo})])
port = server.add_secure_port("127.0.0.1:0", credentials)
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(None)
