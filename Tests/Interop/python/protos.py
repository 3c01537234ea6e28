"""The suite's messages and stubs, generated at first use into .build/interop/python."""

import fcntl
import hashlib
import pathlib
import subprocess
import sys

_root = pathlib.Path(__file__).resolve().parents[3]
_out = _root / ".build/interop/python"


def _generate():
    sources = sorted((_root / "Protos/grpc/testing").glob("*.proto"))
    import grpc_tools

    digest = hashlib.sha256(b"".join(s.read_bytes() for s in sources))
    digest.update(str(grpc_tools.__path__).encode())
    _out.mkdir(parents=True, exist_ok=True)
    with open(_out / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = _out / "stamp"
        if stamp.exists() and stamp.read_text() == digest.hexdigest():
            return
        # Under a package of our own: grpcio itself is named grpc.
        names = _out / "protos/interop"
        names.mkdir(parents=True, exist_ok=True)
        for source in sources:
            text = source.read_text().replace('import "grpc/testing/', 'import "interop/')
            (names / source.name).write_text(text)
        subprocess.run(
            [sys.executable, "-m", "grpc_tools.protoc", f"-I{_out / 'protos'}", f"--python_out={_out}",
             f"--grpc_python_out={_out}", *(str(names / s.name) for s in sources)],
            check=True,
        )
        stamp.write_text(digest.hexdigest())


_generate()
sys.path.insert(0, str(_out))

from interop import empty_pb2, messages_pb2, test_pb2_grpc  # noqa: E402, F401
