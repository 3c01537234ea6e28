"""The report: a line for each comparison, and one for each server."""

import statistics
from dataclasses import dataclass


def significant(value):
    """Three significant digits, without an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 0.01 else f"{value:.4f}"


@dataclass
class Line:
    """Ours beside one peer."""

    name: str
    peer_name: str
    ours: float
    peer: float
    ratio: float
    spread: tuple
    unit: str
    goal: float | None

    @classmethod
    def of_rounds(cls, name, peer_name, ours, peer, unit, goal):
        """The ratio is the median of the rounds' own ratios: the runs of one round had the same neighbours."""
        ratios = [a / b for a, b in zip(ours, peer)]
        return cls(
            name, peer_name, statistics.median(ours), statistics.median(peer), statistics.median(ratios),
            (min(ratios), max(ratios)), unit, goal)

    def cells(self):
        verdict = "" if self.goal is None else "met" if self.ratio <= self.goal else "missed"
        return [
            self.name, f"{significant(self.ours)} {self.unit}", f"{self.peer_name} {significant(self.peer)} {self.unit}",
            significant(self.ratio), f"{significant(self.spread[0])}–{significant(self.spread[1])}",
            "" if self.goal is None else f"≤ {self.goal:g}", verdict]


class Table:
    def __init__(self):
        self.lines = []
        self.servers = []
        self.counts = {}

    def add(self, line):
        self.lines.append(line)

    def server(self, row, name, cpu, unit, p50, p99, memory):
        def latency(value):
            return "" if value is None else f"{significant(value * 1e6)}"

        self.servers.append([row, name, f"{significant(cpu)} {unit}", latency(p50), latency(p99), f"{memory / 1e6:.1f}"])

    def instructions(self, counts, goal):
        """`counts`: for each server, the instructions a call in all, and by library."""
        self.counts, self.instruction_goal = counts, goal

    def print(self):
        show(["name", "ours", "peer", "ratio", "rounds", "goal", ""], [line.cells() for line in self.lines])
        show(["name", "server", "CPU", "p50 µs", "p99 µs", "memory MB"], self.servers)
        if self.counts:
            self._print_instructions()

    def _print_instructions(self):
        total = self.counts["ours"][0]
        verdict = "met" if total <= self.instruction_goal else "missed"
        print(f"user instructions of a 32 B unary call: {total:,.0f}, goal ≤ {self.instruction_goal:,}, {verdict}")
        libraries = sorted({library for _, split in self.counts.values() for library in split},
                           key=lambda library: -self.counts["ours"][1][library])
        show(["library"] + list(self.counts),
             [["all"] + [f"{total:,.0f}" for total, _ in self.counts.values()]]
             + [[library] + [f"{split[library]:,.0f}" for _, split in self.counts.values()] for library in libraries])


def show(head, rows):
    if not rows:
        return
    widths = [max(len(row[column]) for row in [head] + rows) for column in range(len(head))]
    for row in [head] + rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print()
