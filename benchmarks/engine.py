"""What the engine of batches costs beside the measurements: jobs that do nothing, and memory from job to job."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from harness.batches import idle_batch
from harness.processes import measured, python
from harness.report import options, print_table

HEADER = ("jobs", "per job (ms)", "coordinator (MB)", "at job 100 (MB)", "at the end (MB)")


def main() -> None:
    """Run batches of jobs that write an empty result, one at a time, and report the cost of each."""
    chosen = options(main.__doc__ or "", repeats=1)
    counts = (20,) if chosen.smoke else (100, 1000)
    print_table(HEADER, [_row(count) for count in counts])


def _row(count: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        measured(python("-m", "harness.batches", folder, str(count), str(report)), idle_batch())
        figures = json.loads(report.read_text(encoding="utf-8"))
    return [
        str(count),
        f"{1000.0 * figures['seconds'] / count:.1f}",
        f"{max(figures['peak_mb'], 0.0):.0f}",
        f"{figures['early_mb']:.0f}",
        f"{figures['late_mb']:.0f}",
    ]


if __name__ == "__main__":
    main()
