"""What is done to a server, and what it cost it."""

import os
import re
import subprocess
from dataclasses import dataclass

from messages import echo, framed, stream_request
from servers import CLIENT_CORE, on_core

HEADERS = ["-H", "content-type: application/grpc", "-H", "te: trailers", "-H", "grpc-timeout: 10S"]


@dataclass
class Sample:
    """One load of one server."""

    cpu: float  # Seconds of CPU for each unit: a call, a message or a GB.
    p50: float | None = None  # Seconds from a call's first byte to its last.
    p99: float | None = None


class H2Load:
    """Drives servers with h2load, which costs so little that the server is never the one that waits."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, server, path, body, calls, connections, streams):
        """Makes the calls. Returns the server's CPU seconds, the wall seconds, DATA bytes received, and latencies."""
        request = os.path.join(self.folder, "request")
        log = os.path.join(self.folder, "latencies")
        if body is not None:
            with open(request, "wb") as file:
                file.write(body)
        if os.path.exists(log):
            os.remove(log)
        before = server.cpu_seconds()
        output = subprocess.run(
            on_core(CLIENT_CORE, [
                "h2load", "-n", str(calls), "-c", str(connections), "-m", str(streams), "-d", request,
                "--log-file", log, *HEADERS, f"http://127.0.0.1:{server.port}{path}"]),
            check=True, capture_output=True, text=True).stdout
        cpu = server.cpu_seconds() - before
        succeeded = int(re.search(r"(\d+) succeeded", output).group(1))
        if succeeded != calls:
            raise RuntimeError(f"{server.name}: {succeeded} of {calls} calls succeeded\n{output}")
        wall = seconds(re.search(r"finished in (\S+),", output).group(1))
        received = int(re.search(r"\((\d+)\) data", output).group(1))
        with open(log) as lines:
            latencies = sorted(int(line.split("\t")[2]) for line in lines)
        return cpu, wall, received, latencies


def seconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m|h)", text).groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}[unit]


def percentile(sorted_values, share):
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]


class Unary:
    """Unary calls, with `streams` of them open on each of `connections` connections."""

    unit, scale = "µs", 1e6

    def __init__(self, h2load, size, connections, streams):
        self.h2load, self.size, self.connections, self.streams = h2load, size, connections, streams
        self.rates = {}

    def warm_up(self, server, path):
        calls = 100 * self.connections if self.streams > 1 else max(1000, 20 * self.connections)
        _, wall, _, _ = self.run(server, path, calls)
        _, wall, _, _ = self.run(server, path, calls)
        self.rates[server.name] = calls / wall

    def run(self, server, path, calls):
        body = framed(echo(self.size))
        cpu, wall, received, latencies = self.h2load(
            server, path, body, calls, self.connections, self.streams)
        if received != calls * len(body):
            raise RuntimeError(f"{server.name}: {received} bytes of messages came, not {calls * len(body)}")
        return cpu, wall, received, latencies

    def measure(self, server, path, duration):
        calls = max(100 * self.connections, int(self.rates[server.name] * duration))
        cpu, _, _, latencies = self.run(server, path, calls)
        return Sample(cpu / calls, percentile(latencies, 0.5) / 1e6, percentile(latencies, 0.99) / 1e6)
