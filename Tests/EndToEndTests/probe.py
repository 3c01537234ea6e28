"""What a foreign client may expect of any gRPC server, checked with Python's own runtime: probe.py HOST:PORT"""

import pathlib
import sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "clients/python"))
import stubs  # noqa: E402
from google.rpc import error_details_pb2, status_pb2  # noqa: E402

channel = grpc.insecure_channel(sys.argv[1])

database = ProtoReflectionDescriptorDatabase(channel)
services = set(database.get_services())
expected = {f"lorikeet.v1.{name}Service" for name in ("Asset", "Tune", "Generation")} | {"grpc.health.v1.Health"}
assert expected <= services, services
pool = DescriptorPool(database)
method = pool.FindServiceByName("lorikeet.v1.TuneService").FindMethodByName("WatchTune")
assert method.output_type.full_name == "lorikeet.v1.WatchTuneResponse", method.output_type.full_name

# The health messages come from reflection alone: no generated code takes part.
health = pool.FindServiceByName("grpc.health.v1.Health").FindMethodByName("Check")
HealthCheckRequest, HealthCheckResponse = (GetMessageClass(kind) for kind in (health.input_type, health.output_type))
check = channel.unary_unary("/grpc.health.v1.Health/Check", request_serializer=HealthCheckRequest.SerializeToString,
                            response_deserializer=HealthCheckResponse.FromString)
for name in ["", *sorted(expected - {"grpc.health.v1.Health"})]:
    answer = check(HealthCheckRequest(service=name))
    assert answer.status == HealthCheckResponse.SERVING, (name, answer)

tunes = stubs.tune_service(channel)
try:
    tunes.CreateTune(stubs.tunes.CreateTuneRequest(tune=stubs.tunes.Tune(name="a", steps=0)))
    raise SystemExit("steps = 0 was accepted")
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
    details = dict(error.trailing_metadata())["grpc-status-details-bin"]
    bad_request = error_details_pb2.BadRequest()
    assert status_pb2.Status.FromString(details).details[0].Unpack(bad_request)
    fields = {violation.field for violation in bad_request.field_violations}
    assert {"tune.steps", "tune.trigger_word", "tune.images"} <= fields, fields

try:
    too_large = stubs.assets.UploadAssetRequest(chunk=bytes(8 << 20))
    stubs.asset_service(channel).UploadAsset(iter([too_large]))
    raise SystemExit("a message over the limit was accepted")
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, error
    assert "maxReceiveMessageSize" in error.details() or "limit" in error.details(), error.details()

try:
    channel.unary_unary("/lorikeet.v1.TuneService/NoSuchMethod")(b"")
    raise SystemExit("a method that does not exist was answered")
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error

try:
    tunes.GetTune(stubs.tunes.GetTuneRequest(tune="nothing"), timeout=10)
    raise SystemExit("a tune that does not exist was answered")
except grpc.RpcError as error:
    assert error.code() == grpc.StatusCode.NOT_FOUND, error
