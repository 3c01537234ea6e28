"""Discovers services as grpcurl does, by reflection alone, and calls one. Argument: the port."""

import sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

with grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}") as channel:
    database = ProtoReflectionDescriptorDatabase(channel)
    for service in sorted(database.get_services()):
        print(f"service {service}")
    pool = DescriptorPool(database)
    for service in ["grpc.health.v1.Health", "grpc.channelz.v1.Channelz"]:
        methods = [method.name for method in pool.FindServiceByName(service).methods]
        print(f"{service}: {' '.join(methods)}")
    method = pool.FindServiceByName("grpc.health.v1.Health").FindMethodByName("Check")
    request, response = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
    call = channel.unary_unary(
        "/grpc.health.v1.Health/Check", request_serializer=request.SerializeToString, response_deserializer=response.FromString)
    print(f"called {call(request(service='test.Echo'), timeout=60).status}")
    try:
        pool.FindMessageTypeByName("no.Such")
    except KeyError:
        print("no.Such is not there")
    print("end")
