"""Measures the echo service beside its peers; scripts/bench-rpc.sh builds them all first and passes their paths."""

import argparse
import fnmatch
import os
import statistics
import subprocess
import sys
import tempfile

import instructions
from loads import H2Load
from rows import rows
from servers import Field, allow_many_sockets
from table import Line, Table


def arguments():
    parser = argparse.ArgumentParser(prog="bench-rpc.sh", description="Measures the RPC runtime beside its peers.")
    parser.add_argument("--quick", action="store_true", help="one short round: shows the direction, proves nothing")
    parser.add_argument("--only", metavar="PATTERN", default="*", help="rows to measure, such as 'unary-*'; see --list")
    parser.add_argument("--peers", metavar="NAMES", default="cpp,swift,nghttpd", help="a comma-separated choice of them")
    parser.add_argument("--list", action="store_true", help="print the rows' names and stop")
    parser.add_argument("--profile", metavar="FILE", help="leave our callgrind profile here, for callgrind_annotate")
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def check_answers(server):
    here = os.path.dirname(os.path.abspath(__file__))
    result = subprocess.run(
        [os.environ["BENCH_PYTHON"], os.path.join(here, "answers.py"), str(server.port)], capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"{server.name} answers wrongly:\n{result.stderr}")


def measure(row, names, field, checked, rounds, duration):
    """Loads the servers in turn, round by round, so that what else the machine does meets them all alike."""
    servers = []
    try:
        for name in names:
            servers.append(field.start(name, payload=getattr(row.load, "size", 32)))
            if name not in checked and name != "nghttpd":
                check_answers(servers[-1])
                checked.add(name)
        for server in servers:
            row.load.warm_up(server, field.path(server.name, row.method))
        samples = {name: [] for name in names}
        for _ in range(rounds):
            for server in servers:
                samples[server.name].append(
                    row.load.measure(server, field.path(server.name, row.method), duration))
        memory = {server.name: server.resident_bytes() for server in servers}
    finally:
        for server in servers:
            server.stop()
    return samples, memory


def report(table, row, samples, memory):
    def values(name, key):
        return [getattr(sample, key) for sample in samples[name]]

    for name in samples:
        table.server(
            row.title, Field.TITLES[name], statistics.median(values(name, "cpu")) * row.load.scale, row.load.unit,
            *(statistics.median(values(name, key)) if None not in values(name, key) else None for key in ("p50", "p99")),
            memory[name])
    comparisons = [("cpu", "", row.goals, row.load.scale, row.load.unit), ("p50", ", p50", row.latency_goals, 1e6, "µs")]
    for key, suffix, goals, scale, unit in comparisons:
        for peer, goal in goals.items():
            if peer in samples:
                table.add(Line.of_rounds(
                    row.title + suffix, Field.TITLES[peer], [v * scale for v in values("ours", key)],
                    [v * scale for v in values(peer, key)], unit, goal))


def report_instructions(table, field, h2load, options):
    counts = {}
    for name in ["ours"] + [peer for peer in ["nghttpd"] if peer in options.peers.split(",")]:
        total, costs = instructions.count(field, h2load, name, options.profile if name == "ours" else None)
        counts[name] = (total, instructions.by_library(costs))
    table.instructions(counts, instructions.GOAL)


def main():
    options = arguments()
    programs = dict(pair.split("=") for pair in options.programs.split(","))
    rounds, duration = (1, 0.7) if options.quick else (5, 1.5)
    allow_many_sockets()
    with tempfile.TemporaryDirectory(prefix="bench-rpc-") as folder:
        h2load = H2Load(folder)
        known = rows(h2load)
        names = [row.key for row in known] + ["instructions"]
        if options.list:
            print("\n".join(names))
            return
        chosen = [row for row in known if fnmatch.fnmatch(row.key, options.only)]
        counts_instructions = fnmatch.fnmatch("instructions", options.only)
        if not chosen and not counts_instructions:
            sys.exit(f"bench-rpc: no row is called {options.only}; --list shows the names")
        field, table, checked = Field(programs, folder), Table(), set()
        for row in chosen:
            peers = [peer for peer in {**row.goals, **row.latency_goals} if peer in options.peers.split(",")]
            print(f"measuring {row.title}", file=sys.stderr)
            report(table, row, *measure(row, ["ours"] + peers, field, checked, rounds, duration))
        if counts_instructions:
            print("counting instructions", file=sys.stderr)
            report_instructions(table, field, h2load, options)
        table.print()


if __name__ == "__main__":
    main()
