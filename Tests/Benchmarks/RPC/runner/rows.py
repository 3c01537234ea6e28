"""The rows of the table, with their goals."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Row:
    key: str  # What --only matches.
    title: str
    load: Any
    method: str
    #: The largest ratio ours ÷ peer that meets the goal; None for a peer that is only shown.
    goals: dict
    #: The same for the median latency.
    latency_goals: dict = field(default_factory=dict)


def rows(h2load):
    from loads import Unary

    return [
        Row("unary-32", "unary 32 B, 8 × 32", Unary(h2load, 32, 8, 32), "Unary",
            {"cpp": 0.17, "swift": 0.03, "nghttpd": 1.0}),
        Row("unary-4k", "unary 4 KiB, 8 × 32", Unary(h2load, 4096, 8, 32), "Unary", {"cpp": 0.33, "nghttpd": 0.8}),
        Row("unary-32-64x1", "unary 32 B, 64 × 1", Unary(h2load, 32, 64, 1), "Unary", {"cpp": 0.4, "nghttpd": None}),
        Row("unary-32-1x1", "unary 32 B, 1 × 1", Unary(h2load, 32, 1, 1), "Unary", {"cpp": 0.55, "nghttpd": None},
            latency_goals={"cpp": 0.75}),
    ]
