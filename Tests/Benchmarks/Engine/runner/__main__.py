"""Measures this engine beside diffusers and PEFT; scripts/bench-engine.sh builds both first and passes their paths."""

import argparse
import fnmatch
import json
import os
import statistics
import subprocess
import sys
import time

from rows import ROWS

HERE = os.path.dirname(os.path.abspath(__file__))
#: Floating-point operations of SD 1.5's U-Net on two latents of 64 × 64, by torch's flop counter.
UNET_OPERATIONS = 1.6065e12


def arguments():
    parser = argparse.ArgumentParser(prog="bench-engine.sh", description="Measures the engine beside diffusers + PEFT.")
    parser.add_argument("--quick", action="store_true", help="smaller images, one round: shows the direction only")
    parser.add_argument("--rows", metavar="PATTERN", default="*", help="rows to measure, such as 'tiny-*'; see --list")
    parser.add_argument("--rounds", type=int, default=3, help="how often each side runs, in turns")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], help="instead of the one whose products are faster")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="as many as cores unless given")
    parser.add_argument("--cpu", action="store_true", help="compare processor time: for a machine that does other work")
    parser.add_argument("--list", action="store_true", help="print the rows' names and stop")
    parser.add_argument("--engine", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--folder", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


class Field:
    """Both sides, ready to run."""

    def __init__(self, options):
        self.options = options
        self.models = {"tiny": os.path.join(HERE, "../../../../Models/lorikeet-tiny"),
                       "sd15": os.path.join(options.folder, "sd15"), "sdxl": os.path.join(options.folder, "sdxl")}
        self.peer = [sys.executable, os.path.join(HERE, "peer.py")]
        self.ours = [options.engine]
        self.layouts = {}

    def prepare(self, rows):
        for family in ("sd15", "sdxl"):
            if any(row.model == family for row in rows) and not os.path.exists(self.models[family]):
                print(f"writing a model of random weights: {family}", file=sys.stderr)
                subprocess.run([sys.executable, os.path.join(HERE, "checkpoints.py"), family, self.models[family],
                                self.models["tiny"]], check=True)

    def measure(self, side, step, model, pixels, dtype, threads, repeats, extra=()):
        command = side + [step, "--model", model, "--side", str(pixels), "--dtype", dtype, "--threads", str(threads),
                          "--repeats", str(repeats), *extra, "--started", repr(time.time())]
        result = subprocess.run(command, capture_output=True, text=True, env=os.environ | {
            "OMP_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1"})
        if result.returncode != 0:
            raise SystemExit(f"bench-engine: {' '.join(command)} failed:\n{result.stderr[-2000:]}")
        return json.loads(result.stdout.strip().splitlines()[-1])

    def gemm(self, dtype):
        """The rate of a 4096² product in libtorch, the same library on both sides, in operations a second."""
        report = self.measure(self.peer, "gemm", "", 8, dtype, self.options.threads, 3)
        return 2 * 4096**3 / min(report["wall"])

    def layout(self, key, run):
        """The peer's faster memory format: tried once."""
        if key not in self.layouts:
            plain, last = (min(report["wall"] or [report["start"]]) for report in (run(()), run(("--channels-last",))))
            better = ("--channels-last",) if last < plain else ()
            self.layouts[key] = better
        return self.layouts[key]


def value(report, measure, cpu):
    if measure == "wall":
        return statistics.median(report["cpu" if cpu else "wall"])
    return report[measure]


def shown(number, measure):
    if measure == "peak":
        return f"{number / 1e9:.2f} GB"
    return f"{number * 1e3:.0f} ms" if number < 1 else f"{number:.2f} s"


def main():
    options = arguments()
    if options.list:
        print("\n".join(row.key for row in ROWS))
        return
    rows = [row for row in ROWS if fnmatch.fnmatch(row.key, options.rows)]
    if not rows:
        sys.exit(f"bench-engine: no row is called {options.rows}; --list shows the names")
    field = Field(options)
    field.prepare(rows)
    peaks = {dtype: field.gemm(dtype) for dtype in ("float32", "bfloat16")}
    dtype = options.dtype or max(peaks, key=peaks.get)
    print(f"matrix products: float32 {peaks['float32'] / 1e9:.0f} GFLOP/s, bfloat16 {peaks['bfloat16'] / 1e9:.0f}; "
          f"measured in {dtype}, {options.threads} threads")
    rounds = 1 if options.quick else options.rounds
    # Rows that look at the same runs from different sides share them.
    runs = {}
    lines = []
    for row in rows:
        pixels = row.quick_side if options.quick else row.side
        threads = row.threads or options.threads
        # A small model's arithmetic is too little for bfloat16 to help.
        kind = "float32" if row.model == "tiny" else dtype
        key = (row.step, row.model, pixels, threads)
        if key not in runs:
            print(f"measuring {row.title.strip()}", file=sys.stderr)

            def run(side, extra=()):
                return field.measure(
                    side, row.step, field.models[row.model], pixels, kind, threads, row.repeats, extra)

            layout = field.layout(key, lambda extra: run(field.peer, extra))
            runs[key] = layout, [(run(field.ours), run(field.peer, layout)) for _ in range(rounds)]
        layout, pairs = runs[key]
        ours, peer = ([value(pair[side], row.measure, options.cpu) for pair in pairs] for side in (0, 1))
        ratios = [a / b for a, b in zip(ours, peer)]
        ratio = statistics.median(ratios)
        verdict = "" if row.goal is None else "met" if ratio <= row.goal else "missed"
        lines.append([
            row.title, f"{shown(statistics.median(ours), row.measure)}",
            f"{shown(statistics.median(peer), row.measure)}{' channels-last' if layout else ''}", f"{ratio:.2f}",
            f"{min(ratios):.2f}–{max(ratios):.2f}" if rounds > 1 else "",
            "" if row.goal is None else f"≤ {row.goal}", verdict])
        if row.key == "unet" and pixels == 512 and not options.cpu:
            for name, seconds in (("ours", ours), ("diffusers", peer)):
                share = UNET_OPERATIONS / statistics.median(seconds) / peaks[dtype]
                lines.append([f"  share of the matrix peak, {name}", f"{share:.0%}", "", "", "",
                              "≥ 80%" if name == "ours" else "", ""])
    table(["row", "ours", "diffusers", "ratio", "range", "goal", ""], lines)


def table(head, lines):
    widths = [max(len(line[column]) for line in [head] + lines) for column in range(len(head))]
    for line in [head] + lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


if __name__ == "__main__":
    main()
