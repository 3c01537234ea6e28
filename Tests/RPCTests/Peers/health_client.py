"""Asks a health service through grpcio's own client. Argument: the port. Prints a line for each answer."""

import sys

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc


def name(status):
    return health_pb2.HealthCheckResponse.ServingStatus.Name(status)


with grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}") as channel:
    health = health_pb2_grpc.HealthStub(channel)
    for service in ["", "test.Echo", "nobody"]:
        try:
            answer = health.Check(health_pb2.HealthCheckRequest(service=service), timeout=60)
            print(f"check {service!r} {name(answer.status)}")
        except grpc.RpcError as error:
            print(f"check {service!r} {error.code().name}")
    listed = health.List(health_pb2.HealthListRequest(), timeout=60).statuses
    for service in sorted(listed):
        print(f"list {service!r} {name(listed[service].status)}")
    for answer in health.Watch(health_pb2.HealthCheckRequest(service="late"), timeout=60):
        print(f"watch {name(answer.status)}", flush=True)
    print("end")
