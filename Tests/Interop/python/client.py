"""grpcio's client: runs cases of the interoperability suite and prints "ok NAME" or "FAILED NAME: why" of each.

grpcio shows no client a response's compressed flag, and compresses all requests of a call or none: what the
compression cases claim of those is left to the other clients.
"""

import argparse
import pathlib
import queue
import sys

import grpc

from protos import empty_pb2, messages_pb2, test_pb2_grpc

PATIENCE = 30
REQUEST_SIZES = (27182, 8, 1828, 45904)
RESPONSE_SIZES = (31415, 9, 2653, 58979)
LARGE_REQUEST, LARGE_RESPONSE = 271828, 314159
OPTIONS = {"timeout": PATIENCE, "wait_for_ready": True}
ECHO_METADATA = (
    ("x-grpc-test-echo-initial", "test_initial_metadata_value"),
    ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab"),
)


class Unmet(Exception):
    pass


def expect(holds, claim):
    if not holds:
        raise Unmet(f"expected {claim}")


def expect_zeros(payload, size):
    expect(payload.body == bytes(size), f"{size} zeros as the payload, but it has {len(payload.body)} bytes")


def expect_status(code, call):
    try:
        call()
    except grpc.RpcError as error:
        expect(error.code() == code, f"the status {code}, but it is {error.code()}: {error.details()}")
        return error.details()
    raise Unmet(f"expected the status {code}, but the call succeeded")


def large_request(**fields):
    payload = messages_pb2.Payload(body=bytes(LARGE_REQUEST))
    return messages_pb2.SimpleRequest(response_size=LARGE_RESPONSE, payload=payload, **fields)


def upload(size, **fields):
    return messages_pb2.StreamingInputCallRequest(payload=messages_pb2.Payload(body=bytes(size)), **fields)


def ping(request_size, response_size):
    return messages_pb2.StreamingOutputCallRequest(
        response_parameters=[messages_pb2.ResponseParameters(size=response_size)],
        payload=messages_pb2.Payload(body=bytes(request_size)),
    )


def flag(value):
    return messages_pb2.BoolValue(value=value)


class Requests:
    """Requests that are sent as they are put."""

    def __init__(self):
        self._queue = queue.SimpleQueue()

    def put(self, request):
        self._queue.put(request)

    def finish(self):
        self._queue.put(None)

    def __iter__(self):
        return iter(self._queue.get, None)


class Client:
    def __init__(self, arguments):
        self.arguments = arguments
        self.channel = self.connect()
        self.stub = test_pb2_grpc.TestServiceStub(self.channel)

    def connect(self):
        arguments = self.arguments
        target = f"{arguments.server_host}:{arguments.server_port}"
        # Otherwise channels to one address share a connection, and channel_soak would make none.
        options = [("grpc.use_local_subchannel_pool", 1)]
        if arguments.use_tls != "true":
            return grpc.insecure_channel(target, options)
        if arguments.server_host_override:
            options.append(("grpc.ssl_target_name_override", arguments.server_host_override))
        credentials = grpc.ssl_channel_credentials(arguments.ca_file.read_bytes())
        return grpc.secure_channel(target, credentials, options)

    def empty_unary(self):
        response = self.stub.EmptyCall(empty_pb2.Empty(), **OPTIONS)
        expect(response.ByteSize() == 0, "an empty response")

    @staticmethod
    def large(stub, **fields):
        response = stub.UnaryCall(large_request(**fields), **OPTIONS)
        expect_zeros(response.payload, LARGE_RESPONSE)

    def large_unary(self):
        self.large(self.stub)

    def client_compressed_unary(self):
        wanted = large_request(expect_compressed=flag(True))
        expect_status(grpc.StatusCode.INVALID_ARGUMENT, lambda: self.stub.UnaryCall(wanted, **OPTIONS))
        response = self.stub.UnaryCall(wanted, compression=grpc.Compression.Gzip, **OPTIONS)
        expect_zeros(response.payload, LARGE_RESPONSE)
        self.large(self.stub, expect_compressed=flag(False))

    def server_compressed_unary(self):
        for compressed in (True, False):
            self.large(self.stub, response_compressed=flag(compressed))

    def client_streaming(self):
        response = self.stub.StreamingInputCall(iter([upload(size) for size in REQUEST_SIZES]), **OPTIONS)
        expect(response.aggregated_payload_size == 74922, "an aggregated_payload_size of 74922")

    def client_compressed_streaming(self):
        wanted = upload(27182, expect_compressed=flag(True))
        call = self.stub.StreamingInputCall
        expect_status(grpc.StatusCode.INVALID_ARGUMENT, lambda: call(iter([wanted]), **OPTIONS))
        response = call(iter([wanted]), compression=grpc.Compression.Gzip, **OPTIONS)
        expect(response.aggregated_payload_size == 27182, "an aggregated_payload_size of 27182")
        response = call(iter([upload(45904, expect_compressed=flag(False))]), **OPTIONS)
        expect(response.aggregated_payload_size == 45904, "an aggregated_payload_size of 45904")

    def download(self, sizes, parameters):
        request = messages_pb2.StreamingOutputCallRequest(response_parameters=parameters)
        responses = list(self.stub.StreamingOutputCall(request, **OPTIONS))
        expect(len(responses) == len(sizes), f"{len(sizes)} responses, but there were {len(responses)}")
        for response, size in zip(responses, sizes):
            expect_zeros(response.payload, size)

    def server_streaming(self):
        self.download(RESPONSE_SIZES, [messages_pb2.ResponseParameters(size=size) for size in RESPONSE_SIZES])

    def server_compressed_streaming(self):
        wanted = {31415: True, 92653: False}
        self.download(
            list(wanted),
            [messages_pb2.ResponseParameters(size=size, compressed=flag(on)) for size, on in wanted.items()],
        )

    def ping_pong(self):
        requests = Requests()
        responses = self.stub.FullDuplexCall(iter(requests), **OPTIONS)
        for request_size, response_size in zip(REQUEST_SIZES, RESPONSE_SIZES):
            requests.put(ping(request_size, response_size))
            expect_zeros(next(responses).payload, response_size)
        requests.finish()
        expect(next(responses, None) is None, "four responses, but a fifth came")

    def empty_stream(self):
        expect(not list(self.stub.FullDuplexCall(iter([]), **OPTIONS)), "no response")

    def custom_metadata(self):
        response, call = self.stub.UnaryCall.with_call(large_request(), metadata=ECHO_METADATA, **OPTIONS)
        expect_zeros(response.payload, LARGE_RESPONSE)
        self.expect_echoed(call)
        call = self.stub.FullDuplexCall(
            iter([ping(LARGE_REQUEST, LARGE_RESPONSE)]), metadata=ECHO_METADATA, **OPTIONS)
        (response,) = list(call)
        expect_zeros(response.payload, LARGE_RESPONSE)
        self.expect_echoed(call)

    @staticmethod
    def expect_echoed(call):
        expect(ECHO_METADATA[0] in tuple(call.initial_metadata()), "the initial metadata back")
        expect(ECHO_METADATA[1] in tuple(call.trailing_metadata()), "the trailing metadata back")

    def expect_echoed_status(self, message):
        status = messages_pb2.EchoStatus(code=grpc.StatusCode.UNKNOWN.value[0], message=message)
        unary = messages_pb2.SimpleRequest(response_status=status)
        details = expect_status(grpc.StatusCode.UNKNOWN, lambda: self.stub.UnaryCall(unary, **OPTIONS))
        expect(details == message, f"the message {message!r}, but it is {details!r}")
        return status

    def status_code_and_message(self):
        status = self.expect_echoed_status("test status message")
        duplex = messages_pb2.StreamingOutputCallRequest(response_status=status)
        details = expect_status(
            grpc.StatusCode.UNKNOWN, lambda: list(self.stub.FullDuplexCall(iter([duplex]), **OPTIONS)))
        expect(details == status.message, f"the message {status.message!r}, but it is {details!r}")

    def special_status_message(self):
        self.expect_echoed_status("\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n")

    def unimplemented_method(self):
        expect_status(
            grpc.StatusCode.UNIMPLEMENTED, lambda: self.stub.UnimplementedCall(empty_pb2.Empty(), **OPTIONS))

    def unimplemented_service(self):
        stub = test_pb2_grpc.UnimplementedServiceStub(self.channel)
        expect_status(grpc.StatusCode.UNIMPLEMENTED, lambda: stub.UnimplementedCall(empty_pb2.Empty(), **OPTIONS))

    def cancel_after_begin(self):
        requests = Requests()
        call = self.stub.StreamingInputCall.future(iter(requests), **OPTIONS)
        call.cancel()
        requests.finish()
        expect(call.cancelled(), "a cancelled call")
        expect(call.code() == grpc.StatusCode.CANCELLED, f"the status CANCELLED, but it is {call.code()}")

    def cancel_after_first_response(self):
        requests = Requests()
        call = self.stub.FullDuplexCall(iter(requests), **OPTIONS)
        requests.put(ping(27182, 31415))
        expect_zeros(next(call).payload, 31415)
        call.cancel()
        expect_status(grpc.StatusCode.CANCELLED, lambda: next(call))
        requests.finish()

    def timeout_on_sleeping_server(self):
        requests = Requests()
        requests.put(messages_pb2.StreamingOutputCallRequest(payload=messages_pb2.Payload(body=bytes(27182))))
        call = self.stub.FullDuplexCall(iter(requests), timeout=0.001, wait_for_ready=True)
        expect_status(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(call))
        requests.finish()

    def concurrent_large_unary(self):
        request = large_request()
        calls = [self.stub.UnaryCall.future(request, **OPTIONS) for _ in range(self.arguments.concurrent_calls)]
        while calls:
            expect_zeros(calls.pop().result().payload, LARGE_RESPONSE)

    def rpc_soak(self):
        for _ in range(self.arguments.soak_iterations):
            self.large(self.stub)

    def channel_soak(self):
        for _ in range(self.arguments.soak_iterations):
            with self.connect() as channel:
                self.large(test_pb2_grpc.TestServiceStub(channel))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server_host", default="127.0.0.1")
    parser.add_argument("--server_port", required=True)
    parser.add_argument("--server_host_override", default="")
    parser.add_argument("--use_tls", default="false")
    parser.add_argument("--ca_file", type=pathlib.Path)
    parser.add_argument("--test_case", required=True)
    parser.add_argument("--soak_iterations", type=int, default=10)
    parser.add_argument("--concurrent_calls", type=int, default=1000)
    arguments = parser.parse_args()
    client = Client(arguments)
    status = 0
    for name in arguments.test_case.split(","):
        try:
            getattr(client, name)()
            print(f"ok {name}", flush=True)
        except (Unmet, grpc.RpcError) as error:
            print(f"FAILED {name}: {error}".replace("\n", " "), flush=True)
            status = 1
    client.channel.close()
    sys.exit(status)


main()
