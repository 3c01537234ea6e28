"""Makes one call of each kind over TLS with grpcio. Arguments: port, authority, [own certificate, own key]."""

import sys

import grpc

port, authority, *own = sys.argv[1:]


def read(path):
    with open(path, "rb") as file:
        return file.read()


credentials = grpc.ssl_channel_credentials(
    root_certificates=read(authority),
    certificate_chain=read(own[0]) if own else None,
    private_key=read(own[1]) if own else None,
)
# google.protobuf.Any with type_url "3".
message = b"\x0a\x013"
with grpc.secure_channel(f"127.0.0.1:{port}", credentials) as channel:
    unary = channel.unary_unary("/test.Echo/Unary")
    print("unary", unary(message, timeout=10) == message)
    expand = channel.unary_stream("/test.Echo/Expand")
    print("expand", len(list(expand(message, timeout=10))))
    collect = channel.stream_unary("/test.Echo/Collect")
    print("collect", collect(iter([message] * 5), timeout=10))
    chat = channel.stream_stream("/test.Echo/Chat")
    print("chat", list(chat(iter([message] * 4), timeout=10)) == [message] * 4)
