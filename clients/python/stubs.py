"""Makes the Python modules of Lorikeet's API from the proto files, once a process, and imports them.

    from stubs import assets, tunes, generations, jobs      # message modules
    from stubs import asset_service, tune_service, generation_service   # stubs
"""

import pathlib
import sys
import tempfile

from grpc_tools import protoc
import grpc_tools

PROTOS = pathlib.Path(__file__).resolve().parents[2] / "Protos"
FILES = [f"lorikeet/v1/{name}.proto" for name in ("assets", "jobs", "tunes", "generations")]
FILES += ["google/rpc/status.proto", "google/rpc/error_details.proto"]

_folder = tempfile.TemporaryDirectory(prefix="lorikeet-stubs-")
_well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
if protoc.main(["protoc", f"-I{PROTOS}", f"-I{_well_known}", f"--python_out={_folder.name}",
                f"--grpc_python_out={_folder.name}", *FILES]) != 0:
    raise SystemExit("the proto files did not compile")
sys.path.insert(0, _folder.name)

from lorikeet.v1 import assets_pb2 as assets, jobs_pb2 as jobs, tunes_pb2 as tunes  # noqa: E402
from lorikeet.v1 import generations_pb2 as generations  # noqa: E402
from lorikeet.v1.assets_pb2_grpc import AssetServiceStub as asset_service  # noqa: E402
from lorikeet.v1.tunes_pb2_grpc import TuneServiceStub as tune_service  # noqa: E402
from lorikeet.v1.generations_pb2_grpc import GenerationServiceStub as generation_service  # noqa: E402

__all__ = ["assets", "jobs", "tunes", "generations", "asset_service", "tune_service", "generation_service"]
