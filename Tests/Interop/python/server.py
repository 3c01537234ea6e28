"""grpcio's server of grpc.testing.TestService. Prints "listening on 127.0.0.1:PORT", then serves until killed.

grpcio shows a handler neither a message's compressed flag nor the request's grpc-encoding: it cannot check
`expect_compressed`.
"""

import argparse
import concurrent.futures
import pathlib
import time

import grpc

from protos import empty_pb2, messages_pb2, test_pb2_grpc


def echo_metadata(context):
    initial, trailing = [], []
    for name, value in context.invocation_metadata():
        if name == "x-grpc-test-echo-initial":
            initial.append((name, value))
        if name == "x-grpc-test-echo-trailing-bin":
            trailing.append((name, value))
    if initial:
        context.send_initial_metadata(initial)
    if trailing:
        context.set_trailing_metadata(trailing)


def echo_status(request, context):
    if request.response_status.code:
        code = next(c for c in grpc.StatusCode if c.value[0] == request.response_status.code)
        context.abort(code, request.response_status.message)


def payload(size):
    return messages_pb2.Payload(body=bytes(size))


class Service(test_pb2_grpc.TestServiceServicer):
    def EmptyCall(self, request, context):
        echo_metadata(context)
        return empty_pb2.Empty()

    def UnaryCall(self, request, context):
        # Before the headers leave: they name the encoding.
        if request.HasField("response_compressed"):
            wanted = request.response_compressed.value
            context.set_compression(grpc.Compression.Gzip if wanted else grpc.Compression.NoCompression)
        echo_metadata(context)
        echo_status(request, context)
        return messages_pb2.SimpleResponse(payload=payload(request.response_size))

    def StreamingOutputCall(self, request, context):
        if any(wanted.HasField("compressed") for wanted in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        yield from self._answer(request, context)

    def StreamingInputCall(self, requests, context):
        echo_metadata(context)
        total = sum(len(request.payload.body) for request in requests)
        return messages_pb2.StreamingInputCallResponse(aggregated_payload_size=total)

    def FullDuplexCall(self, requests, context):
        echo_metadata(context)
        for request in requests:
            yield from self._answer(request, context)

    def HalfDuplexCall(self, requests, context):
        echo_metadata(context)
        for request in list(requests):
            yield from self._answer(request, context)

    def _answer(self, request, context):
        echo_status(request, context)
        for wanted in request.response_parameters:
            if wanted.interval_us:
                time.sleep(wanted.interval_us / 1e6)
            if wanted.HasField("compressed") and not wanted.compressed.value:
                context.disable_next_message_compression()
            yield messages_pb2.StreamingOutputCallResponse(payload=payload(wanted.size))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="0")
    parser.add_argument("--use_tls", default="false")
    parser.add_argument("--tls_cert_file", type=pathlib.Path)
    parser.add_argument("--tls_key_file", type=pathlib.Path)
    arguments = parser.parse_args()
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(16))
    test_pb2_grpc.add_TestServiceServicer_to_server(Service(), server)
    address = f"127.0.0.1:{arguments.port}"
    if arguments.use_tls == "true":
        pair = (arguments.tls_key_file.read_bytes(), arguments.tls_cert_file.read_bytes())
        port = server.add_secure_port(address, grpc.ssl_server_credentials([pair]))
    else:
        port = server.add_insecure_port(address)
    server.start()
    print(f"listening on 127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


main()
