"""What is done to a server, and what it cost it."""

import os
import re
import subprocess
from dataclasses import dataclass

from messages import echo, framed, stream_request, stream_summary
from servers import CLIENT_CORE, on_core

HEADERS = ["-H", "content-type: application/grpc", "-H", "te: trailers", "-H", "grpc-timeout: 10S"]

#: One cipher for all servers, which would choose differently.
CIPHER = ["--tls13-ciphers", "TLS_AES_128_GCM_SHA256"]


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
                "--log-file", log, *HEADERS, *CIPHER,
                f"{'https' if server.certificate else 'http'}://127.0.0.1:{server.port}{path}"]),
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


def exchange(h2load, server, path, body, calls, connections, streams, answer_size):
    """Makes the calls, and holds the bytes of the answers against what is expected."""
    cpu, wall, received, latencies = h2load(server, path, body, calls, connections, streams)
    if received != calls * answer_size:
        raise RuntimeError(f"{server.name}: {received} bytes of messages came, not {calls * answer_size}")
    return cpu, wall, latencies


class Unary:
    """Unary calls, with `streams` of them open on each of `connections` connections."""

    method, unit, scale = "Unary", "µs", 1e6

    def __init__(self, h2load, size, connections, streams):
        self.h2load, self.size, self.connections, self.streams = h2load, size, connections, streams
        self.body = framed(echo(size))
        self.rates = {}

    def run(self, server, path, calls):
        return exchange(
            self.h2load, server, path, self.body, calls, self.connections, self.streams, len(self.body))

    def warm_up(self, server, path):
        calls = max(1_000, 10 * self.connections * self.streams)
        self.run(server, path, calls)
        _, wall, _ = self.run(server, path, calls)
        self.rates[server.name] = calls / wall

    def measure(self, server, path, duration):
        calls = max(10 * self.connections * self.streams, int(self.rates[server.name] * duration))
        cpu, _, latencies = self.run(server, path, calls)
        return Sample(cpu / calls, percentile(latencies, 0.5) / 1e6, percentile(latencies, 0.99) / 1e6)


class Stream:
    """One streaming call after the other; each carries `count` messages of `size` bytes."""

    def __init__(self, h2load, method, count, size):
        self.h2load, self.method, self.size = h2load, method, size
        message = framed(echo(size))
        if method == "ServerStream":
            self.body, self.answer_size = framed(stream_request(count, size)), count * len(message)
        else:
            self.body, self.answer_size = message * count, len(framed(stream_summary(count, count * size)))
        # Small messages are counted, large ones weighed.
        self.units, self.unit, self.scale = (count, "µs", 1e6) if size < 1024 else (count * size / 1e9, "s/GB", 1)
        self.rates = {}

    def run(self, server, path, calls):
        return exchange(self.h2load, server, path, self.body, calls, 1, 1, self.answer_size)

    def warm_up(self, server, path):
        self.run(server, path, 1)
        _, wall, _ = self.run(server, path, 2)
        self.rates[server.name] = 2 / wall

    def measure(self, server, path, duration):
        calls = max(2, int(self.rates[server.name] * duration))
        cpu, _, _ = self.run(server, path, calls)
        return Sample(cpu / calls / self.units)


class Client:
    """Unary calls of 32 bytes from the client that is measured, all to the same server."""

    unit, scale = "µs", 1e6
    in_flight = 64

    def __init__(self, programs):
        self.programs = programs
        self.rates = {}

    def run(self, name, port, calls):
        numbers = [str(port), str(calls), str(self.in_flight), "32"]
        options = [] if name == "cpp" else ["--port", "--calls", "--in-flight", "--size"]
        words = [word for pair in zip(options, numbers) for word in pair] if options else numbers
        command = [self.programs[name + "-client"]] + ([] if name == "cpp" else ["call"]) + words
        output = subprocess.run(on_core(CLIENT_CORE, command), check=True, capture_output=True, text=True).stdout
        made, cpu, wall = map(int, re.fullmatch(r"(\d+) calls, (\d+) ns CPU, (\d+) ns\n", output).groups())
        if made != calls:
            raise RuntimeError(f"{name}'s client made {made} calls, not {calls}")
        return cpu / 1e9, wall / 1e9

    def warm_up(self, name, port):
        _, wall = self.run(name, port, 10_000)
        self.rates[name] = 10_000 / wall

    def measure(self, name, port, duration):
        calls = max(10_000, int(self.rates[name] * duration))
        cpu, _ = self.run(name, port, calls)
        return Sample(cpu / calls)
