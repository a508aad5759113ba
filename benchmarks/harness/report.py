"""Tables of figures, and the options that all benchmarks have."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def options(description: str, repeats: int, smoke_repeats: int = 1) -> argparse.Namespace:
    """Read ``--smoke`` and ``--repeats`` from the command line, as ``smoke`` and ``repeats``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--smoke", action="store_true", help="only show that the benchmark runs, in seconds")
    parser.add_argument("--repeats", type=int, help=f"runs of each kind, the best of which counts (default {repeats})")
    chosen = parser.parse_args()
    chosen.repeats = chosen.repeats or (smoke_repeats if chosen.smoke else repeats)
    return chosen


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns as wide as their widest cell; the first is aligned to the left, numbers to the right."""
    cells = [list(header), *[list(row) for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    for row in cells:
        print("  ".join(f"{cell:{'<' if i == 0 else '>'}{widths[i]}}" for i, cell in enumerate(row)).rstrip())
