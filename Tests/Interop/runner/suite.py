"""The cases, who implements them, and what cannot be."""

import dataclasses
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]

CASES = (
    "empty_unary", "large_unary", "client_compressed_unary", "server_compressed_unary", "client_streaming",
    "client_compressed_streaming", "server_streaming", "server_compressed_streaming", "ping_pong", "empty_stream",
    "custom_metadata", "status_code_and_message", "special_status_message", "unimplemented_method",
    "unimplemented_service", "cancel_after_begin", "cancel_after_first_response", "timeout_on_sleeping_server",
    "concurrent_large_unary", "rpc_soak", "channel_soak",
)

# Published cases that nobody here runs.
EXCLUDED = {
    "compute_engine_creds, jwt_token_creds, oauth2_auth_token, per_rpc_creds, google_default_credentials, "
    "compute_engine_channel_credentials": "need credentials of Google's cloud",
    "cacheable_unary": "needs GET requests, which gRPC over HTTP/2 does not have",
    "orca_per_rpc, orca_oob": "test xDS load reports, a control plane this runtime does not speak",
}

TRANSPORTS = ("plain", "tls", "nginx", "nginx-tls", "haproxy", "haproxy-tls")

# What an implementation's interface does not allow: (end, name, case) → why.
UNABLE = {
    ("server", "python", case): "grpcio shows a handler no compressed flag"
    for case in ("client_compressed_unary", "client_compressed_streaming")
}


# What a proxy is known to do wrong: (proxy, case) → what. It excuses nothing by itself: the case must fail between
# others' ends too.
PROXY_FAULTS = {
    ("haproxy", "status_code_and_message"):
        "HAProxy 2.6 drops a status that comes before the request's end (haproxy/haproxy issue 1219)",
}


@dataclasses.dataclass(frozen=True)
class Pair:
    client: str
    server: str

    def __str__(self):
        return f"{self.client}→{self.server}"


# Ours at one end, another's at the other.
PAIRS = (Pair("swift", "python"), Pair("swift", "cpp"), Pair("python", "swift"), Pair("cpp", "swift"))


def reference(pair):
    """The same pair with gRPC C++ in our place: what fails there too is no fault of ours."""
    return Pair(*("cpp" if name == "swift" else name for name in (pair.client, pair.server)))


def commands(swift):
    """The command line of each (end, name)."""
    python, cpp = ROOT / "Tests/Interop/python", ROOT / ".build/interop/cpp"
    return {
        ("client", "swift"): [swift, "client"],
        ("server", "swift"): [swift, "server"],
        ("client", "python"): [sys.executable, python / "client.py"],
        ("server", "python"): [sys.executable, python / "server.py"],
        ("client", "cpp"): [cpp / "client"],
        ("server", "cpp"): [cpp / "server"],
    }
