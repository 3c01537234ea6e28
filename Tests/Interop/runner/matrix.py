"""Runs the interoperability suite: every case, between every pair of client and server, over every transport.

Prints a table for each transport, the reason of each cell that is not "ok", and a line of counts. Fails when a cell
did. `scripts/interop.sh` builds what is needed and runs this.
"""

import argparse
import dataclasses
import pathlib
import shutil
import subprocess
import sys
import tempfile

import certificates
import proxies
import suite
from processes import NotReady, Process, run


@dataclasses.dataclass
class Cell:
    result: str  # ok, FAILED, n/a, or "proxy": the proxy fails it between others' ends too
    reason: str = ""


class Matrix:
    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.folder = folder
        self.commands = suite.commands(arguments.swift)
        self.certificates = certificates.make(folder)
        self.runs = 0

    def column(self, transport, pair, cases):
        """The cells of one pair over one transport, by case."""
        cells = {}
        for case in cases:
            for end, name in (("client", pair.client), ("server", pair.server)):
                if reason := suite.UNABLE.get((end, name, case)):
                    cells[case] = Cell("n/a", reason)
        runnable = [case for case in cases if case not in cells]
        if runnable:
            cells.update(self._run(transport, pair, runnable))
        return cells

    def _run(self, transport, pair, cases):
        self.runs += 1
        folder = self.folder / f"{self.runs}"
        folder.mkdir()
        tls = self.certificates if transport.endswith("tls") else None
        proxy_name = transport.removesuffix("-tls") if transport.split("-")[0] in proxies.NAMES else None
        try:
            with Process("server", self._server_command(pair.server, tls), folder) as server:
                port = server.printed_port()
                if proxy_name is None:
                    return self._run_client(pair.client, port, tls, cases, folder, [server])
                proxy, port = proxies.start(proxy_name, folder, port, tls)
                with proxy:
                    return self._run_client(pair.client, port, tls, cases, folder, [server, proxy])
        except NotReady as error:
            return {case: Cell("FAILED", str(error)) for case in cases}

    def _server_command(self, name, tls):
        command = list(self.commands["server", name])
        if tls:
            command += ["--use_tls=true", f"--tls_cert_file={tls.certificate}", f"--tls_key_file={tls.key}"]
        return command

    def _run_client(self, name, port, tls, cases, folder, others):
        command = list(self.commands["client", name])
        command += [f"--server_port={port}", f"--test_case={','.join(cases)}",
                    f"--soak_iterations={self.arguments.soak_iterations}",
                    f"--concurrent_calls={self.arguments.concurrent_calls}"]
        if tls:
            command += ["--use_tls=true", f"--ca_file={tls.authority}",
                        f"--server_host_override={certificates.SERVER_NAME}"]
        log = folder / "client.log"
        status = run(command, log, self.arguments.limit)
        said = log.read_text(errors="replace")
        cells, why = {}, {}
        for line in said.splitlines():
            if line.startswith("ok "):
                cells[line[3:]] = Cell("ok")
            elif line.startswith("FAILED "):
                case, _, reason = line[7:].partition(": ")
                why[case] = reason
        ended = "was stopped after the time limit" if status is None else f"ended with status {status}"
        for case in cases:
            if case not in cells:
                reason = why.get(case, f"the client {ended} before it had run it; it said:\n{said[-2000:]}")
                logs = "".join(f"\n  {other.name}: {line}" for other in others for line in other.tail(5).splitlines())
                cells[case] = Cell("FAILED", reason + logs)
        return cells

    def suspect_proxy(self, transport, pair, cells):
        """Runs what failed through a proxy between others' ends, and says where they fail as well."""
        failed = [case for case, cell in cells.items() if cell.result == "FAILED"]
        proxy = transport.split("-")[0]
        if proxy not in proxies.NAMES or not failed:
            return
        others = suite.reference(pair)
        # Such faults are races, which do not show every time.
        for _ in range(25):
            for case, cell in self.column(transport, others, failed).items():
                if cell.result == "FAILED":
                    known = suite.PROXY_FAULTS.get((proxy, case), "not known before")
                    cells[case] = Cell("proxy", f"{known}; {others} fails too: {cell.reason.splitlines()[0]}")


def print_table(transport, columns, cases):
    width = max(map(len, cases)) + 2
    widths = {pair: max(len(str(pair)), 6) + 2 for pair in columns}
    print(f"\n{transport:{width}}" + "".join(f"{str(pair):{widths[pair]}}" for pair in columns))
    for case in cases:
        print(f"{case:{width}}" + "".join(f"{cells[case].result:{widths[pair]}}" for pair, cells in columns.items()))
    sys.stdout.flush()


def names(text, known, what):
    chosen = known if text == "all" else tuple(text.split(","))
    for name in chosen:
        if name not in known:
            sys.exit(f"interop: {name} is no {what}: known are {', '.join(known)}")
    return chosen


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--swift", required=True, type=pathlib.Path, help="the program rpc-interop")
    parser.add_argument("--transports", default="all", help=", ".join(suite.TRANSPORTS))
    parser.add_argument("--pairs", default="all", help="client→server pairs, such as swift:cpp,cpp:swift")
    parser.add_argument("--cases", default="all")
    parser.add_argument("--soak_iterations", type=int, default=100)
    parser.add_argument("--concurrent_calls", type=int, default=1000)
    parser.add_argument("--limit", type=int, default=300, help="seconds one client may run")
    return parser.parse_args()


def check_machine(transports, pairs):
    needed = {"openssl": "openssl"}
    needed |= {name: package for name, package in (("nginx", "nginx-light"), ("haproxy", "haproxy"))
               if any(transport.startswith(name) for transport in transports)}
    for tool, package in needed.items():
        if shutil.which(tool) is None:
            sys.exit(f"interop: {tool} is missing: run scripts/setup.sh --interop (it installs {package})")
    uses_proxy = any(transport.split("-")[0] in proxies.NAMES for transport in transports)
    if uses_proxy or any("cpp" in (pair.client, pair.server) for pair in pairs):
        if subprocess.run([suite.ROOT / "Tests/Interop/cpp/build.sh"]).returncode != 0:
            sys.exit("interop: the C++ peers could not be built")


def main():
    options = arguments()
    transports = names(options.transports, suite.TRANSPORTS, "transport")
    cases = names(options.cases, suite.CASES, "case")
    pairs = suite.PAIRS
    if options.pairs != "all":
        pairs = tuple(suite.Pair(*text.split(":")) for text in options.pairs.split(","))
    check_machine(transports, pairs)
    counts = dict.fromkeys(("ok", "FAILED", "proxy", "n/a"), 0)
    reasons = []
    with tempfile.TemporaryDirectory(prefix="interop-") as folder:
        matrix = Matrix(options, pathlib.Path(folder))
        for transport in transports:
            columns = {}
            for pair in pairs:
                columns[pair] = matrix.column(transport, pair, cases)
                matrix.suspect_proxy(transport, pair, columns[pair])
                for case, cell in columns[pair].items():
                    counts[cell.result] += 1
                    if cell.reason:
                        reasons.append(f"{cell.result} {transport} {pair} {case}: {cell.reason}")
            print_table(transport, columns, cases)
    if reasons:
        print("\n" + "\n".join(reasons))
    if options.cases == "all":
        print("\nnot run:\n" + "\n".join(f"  {case}: {reason}" for case, reason in suite.EXCLUDED.items()))
    print(f"\ninterop: {counts['ok']} passed, {counts['FAILED']} failed, {counts['proxy']} beyond the proxy, "
          f"{counts['n/a']} not possible with a peer")
    sys.exit(1 if counts["FAILED"] else 0)


if __name__ == "__main__":
    main()
