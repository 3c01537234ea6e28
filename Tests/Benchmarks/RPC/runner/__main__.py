"""Measures the echo service beside its peers; scripts/bench-rpc.sh builds them all first and passes their paths."""

import argparse
import fnmatch
import sys
import tempfile

import instructions
from loads import H2Load
from rows import rows
from servers import Field, allow_many_sockets
from table import Table


def arguments():
    parser = argparse.ArgumentParser(prog="bench-rpc.sh", description="Measures the RPC runtime beside its peers.")
    parser.add_argument("--quick", action="store_true", help="one short round: shows the direction, proves nothing")
    parser.add_argument("--only", metavar="PATTERN", default="*", help="rows to measure, such as 'unary-*'; see --list")
    parser.add_argument("--peers", metavar="NAMES", default="cpp,swift,nghttpd", help="whom to measure beside us")
    parser.add_argument("--list", action="store_true", help="print the rows' names and stop")
    parser.add_argument("--profile", metavar="FILE", help="leave our callgrind profile here, for callgrind_annotate")
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def report_instructions(table, field, h2load, options):
    # Many calls a turn of the event loop, then one: the difference is what a turn costs.
    for connections, streams in ((8, 32), (1, 1)):
        for name in ["ours"] + [peer for peer in ["nghttpd"] if peer in options.peers.split(",")]:
            keep = options.profile if name == "ours" and streams > 1 else None
            table.instructions(
                f"{Field.TITLES[name]}, {connections} × {streams}",
                *instructions.count(field, h2load, name, connections, streams, keep))


def main():
    options = arguments()
    programs = dict(pair.split("=") for pair in options.programs.split(","))
    rounds, duration = (1, 0.7) if options.quick else (5, 1.5)
    allow_many_sockets()
    with tempfile.TemporaryDirectory(prefix="bench-rpc-") as folder:
        h2load = H2Load(folder)
        known = rows(h2load, programs)
        names = [row.key for row in known] + ["instructions"]
        if options.list:
            print("\n".join(names))
            return
        chosen = [row for row in known if fnmatch.fnmatch(row.key, options.only)]
        counts_instructions = fnmatch.fnmatch("instructions", options.only)
        if not chosen and not counts_instructions:
            sys.exit(f"bench-rpc: no row is called {options.only}; --list shows the names")
        field, table = Field(programs, folder), Table()
        for row in chosen:
            print(f"measuring {row.title}", file=sys.stderr)
            row.run(field, table, options.peers.split(","), rounds, duration)
        if counts_instructions:
            print("counting instructions", file=sys.stderr)
            report_instructions(table, field, h2load, options)
        table.print()


if __name__ == "__main__":
    main()
