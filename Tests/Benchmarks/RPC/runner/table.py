"""The report: a line for each comparison, and one for each server."""

import statistics
from dataclasses import dataclass

#: Of ours, with 8 connections of 32 calls.
INSTRUCTION_GOAL = 20_000


def significant(value):
    """Three significant digits, without an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 0.01 else f"{value:.4f}"


@dataclass
class Line:
    """Ours beside one peer, or beside a limit."""

    name: str
    ours: str
    peer: str
    ratio: str
    rounds: str
    goal: str
    verdict: str

    @classmethod
    def of_rounds(cls, name, peer_name, ours, peer, unit, goal):
        """The ratio is the median of the rounds' own ratios: the runs of one round had the same neighbours."""
        ratios = [a / b for a, b in zip(ours, peer)]
        ratio = statistics.median(ratios)
        return cls(
            name, f"{significant(statistics.median(ours))} {unit}",
            f"{peer_name} {significant(statistics.median(peer))} {unit}", significant(ratio),
            f"{significant(min(ratios))}–{significant(max(ratios))}" if len(ratios) > 1 else "",
            "" if goal is None else f"≤ {goal:g}", "" if goal is None else verdict(ratio, goal))

    @classmethod
    def of_limit(cls, name, ours, unit, goal):
        return cls(name, f"{significant(ours)} {unit}", "", "", "", f"≤ {goal:g} {unit}", verdict(ours, goal))

    def cells(self):
        return [self.name, self.ours, self.peer, self.ratio, self.rounds, self.goal, self.verdict]


def verdict(value, goal):
    return "met" if value <= goal else "missed"


class Table:
    def __init__(self):
        self.lines = []
        self.servers = []
        self.counts = {}

    def add(self, line):
        self.lines.append(line)

    def server(self, row, name, samples, load, memory):
        def median(key, scale):
            values = [getattr(sample, key) for sample in samples]
            return "" if None in values else significant(statistics.median(values) * scale)

        self.servers.append([
            row, name, f"{median('cpu', load.scale)} {load.unit}", median("p50", 1e6), median("p99", 1e6),
            f"{memory / 1e6:.1f}"])

    def instructions(self, name, total, split):
        """A server's instructions a call, in all and by library. The first one that is told of has the goal."""
        self.counts[name] = (total, split)

    def print(self):
        show(["name", "ours", "peer", "ratio", "rounds", "goal", ""], [line.cells() for line in self.lines])
        show(["name", "server", "CPU", "p50 µs", "p99 µs", "memory MB"], self.servers)
        if self.counts:
            self._print_instructions()

    def _print_instructions(self):
        total, first = next(iter(self.counts.values()))
        print(f"user instructions of a 32 B unary call: {total:,.0f}, goal ≤ {INSTRUCTION_GOAL:,}, "
              + verdict(total, INSTRUCTION_GOAL))
        libraries = {library for _, split in self.counts.values() for library in split if split[library] >= 1}
        show(["library"] + list(self.counts),
             [["all"] + [f"{total:,.0f}" for total, _ in self.counts.values()]]
             + [[library] + [f"{split[library]:,.0f}" for _, split in self.counts.values()]
                for library in sorted(libraries, key=lambda library: -first[library])])


def show(head, rows):
    if not rows:
        return
    widths = [max(len(row[column]) for row in [head] + rows) for column in range(len(head))]
    for row in [head] + rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print()
