"""The rows of the table, with their goals, and how each is measured."""

import os
import statistics
import subprocess
from dataclasses import dataclass, field
from typing import Any

import idle
from loads import Client, Stream, Unary
from servers import Field
from table import Line


def check_answers(server):
    here = os.path.dirname(os.path.abspath(__file__))
    result = subprocess.run(
        [os.environ["BENCH_PYTHON"], os.path.join(here, "answers.py"), str(server.port)]
        + ([server.certificate] if server.certificate else []), capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"{server.name} answers wrongly:\n{result.stderr}")


def compare(table, title, samples, key, goals, scale, unit):
    """A line for each peer that was measured."""
    def values(name):
        return [getattr(sample, key) * scale for sample in samples[name]]

    for peer, goal in goals.items():
        if peer in samples:
            table.add(Line.of_rounds(title, Field.TITLES[peer], values("ours"), values(peer), unit, goal))


@dataclass
class ServerRow:
    """One load, put on our server and its peers in turn."""

    key: str  # What --only matches.
    title: str
    load: Any
    #: The largest ratio ours ÷ peer that meets the goal; None for a peer that is only shown.
    goals: dict
    #: The same for the median latency.
    latency_goals: dict = field(default_factory=dict)
    tls: bool = False

    def run(self, field, table, peers, rounds, duration):
        names = ["ours"] + [peer for peer in self.goals if peer in peers]
        servers = []
        try:
            for name in names:
                servers.append(field.start(name, payload=self.load.size, tls=self.tls))
                if name != "nghttpd":
                    check_answers(servers[-1])
            for server in servers:
                self.load.warm_up(server, field.path(server.name, self.load.method))
            samples = {name: [] for name in names}
            # Round by round, so that what else the machine does meets them all alike.
            for _ in range(rounds):
                for server in servers:
                    samples[server.name].append(
                        self.load.measure(server, field.path(server.name, self.load.method), duration))
            for server in servers:
                table.server(
                    self.title, Field.TITLES[server.name], samples[server.name], self.load, server.resident_bytes())
        finally:
            for server in servers:
                server.stop()
        compare(table, self.title, samples, "cpu", self.goals, self.load.scale, self.load.unit)
        compare(table, self.title + ", p50", samples, "p50", self.latency_goals, 1e6, "µs")


@dataclass
class ClientRow:
    """Clients instead of servers."""

    key: str
    title: str
    load: Client
    goals: dict

    def run(self, field, table, peers, rounds, duration):
        names = ["ours"] + [peer for peer in self.goals if peer in peers]
        server = field.start("ours")
        try:
            check_answers(server)
            for name in names:
                self.load.warm_up(name, server.port)
            samples = {name: [] for name in names}
            for _ in range(rounds):
                for name in names:
                    samples[name].append(self.load.measure(name, server.port, duration))
        finally:
            server.stop()
        compare(table, self.title, samples, "cpu", self.goals, self.load.scale, self.load.unit)


@dataclass
class MemoryRow:
    """The memory of connections on which nothing happens any more."""

    key: str
    title: str
    peers: tuple
    goal: float  # KB a connection, of ours.

    def run(self, field, table, peers, rounds, duration):
        kilobytes = {}
        for name in ["ours"] + [peer for peer in self.peers if peer in peers]:
            server = field.start(name)
            try:
                kilobytes[name] = idle.bytes_a_connection(server, field.path(name, "Unary")) / 1e3
            finally:
                server.stop()
        table.add(Line.of_limit(self.title, kilobytes["ours"], "KB", self.goal))
        for name in list(kilobytes)[1:]:
            table.add(Line.of_rounds(
                self.title, Field.TITLES[name], [kilobytes["ours"]], [kilobytes[name]], "KB", None))


def rows(h2load, programs):
    def stream(method, count, size):
        return Stream(h2load, method, count, size)

    return [
        ServerRow("unary-32", "unary 32 B, 8 × 32", Unary(h2load, 32, 8, 32),
                  {"cpp": 0.17, "swift": 0.03, "nghttpd": 1.0}),
        ServerRow("unary-4k", "unary 4 KiB, 8 × 32", Unary(h2load, 4096, 8, 32), {"cpp": 0.33, "nghttpd": 0.8}),
        ServerRow("unary-32-64x1", "unary 32 B, 64 × 1", Unary(h2load, 32, 64, 1), {"cpp": 0.4, "nghttpd": None}),
        ServerRow("unary-32-1x1", "unary 32 B, 1 × 1", Unary(h2load, 32, 1, 1), {"cpp": 0.55, "nghttpd": None},
                  latency_goals={"cpp": 0.75}),
        ServerRow("unary-32-tls", "unary 32 B over TLS, 8 × 32", Unary(h2load, 32, 8, 32),
                  {"cpp": 0.25, "nghttpd": None}, tls=True),
        ServerRow("server-stream-32", "server stream of 32 B", stream("ServerStream", 100_000, 32),
                  {"cpp": 0.02, "swift": None}),
        ServerRow("client-stream-32", "client stream of 32 B", stream("ClientStream", 100_000, 32),
                  {"cpp": None, "swift": None}),
        ServerRow("server-stream-64k", "server stream of 64 KiB", stream("ServerStream", 1_600, 65_536),
                  {"cpp": 0.7, "swift": None}),
        ServerRow("client-stream-64k", "client stream of 64 KiB", stream("ClientStream", 1_600, 65_536),
                  {"cpp": None, "swift": None}),
        ClientRow("client-32", "our client, unary 32 B, 1 × 64", Client(programs), {"cpp": 0.3}),
        MemoryRow("idle-memory", "an idle connection", ("cpp", "swift", "nghttpd"), 20),
    ]
