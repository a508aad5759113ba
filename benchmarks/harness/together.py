"""Several batches of one site on one engine: ``python -m harness.together FOLDER SCAFFOLD JOBS.csv BATCHES``."""

from __future__ import annotations

import sys
from pathlib import Path


def run(folder: Path, scaffold_path: Path, jobs_csv: Path, count: int) -> None:
    """Run so many batches of the same jobs, of owners who take turns, with their state in one database."""
    from image_velocimetry_tools.batch.config import RunSettings
    from image_velocimetry_tools.batch.folders.state_folder import state_folder
    from image_velocimetry_tools.batch.jobs import BatchCSVParser
    from image_velocimetry_tools.batch.labels import BatchLabels
    from image_velocimetry_tools.batch.plan.scaffold_loader import ScaffoldLoader
    from image_velocimetry_tools.batch.running.batch_runs import Company, NewBatch, run_together

    scaffold = ScaffoldLoader().load(scaffold_path)
    jobs = BatchCSVParser().parse(jobs_csv, scaffold).jobs
    settings = RunSettings(plots=False)
    batches = [
        NewBatch(
            scaffold,
            jobs,
            state_folder(folder / f"batch_{number}", state_directory=folder / "state"),
            settings,
            BatchLabels(f"batch {number}", owner=f"owner {number % 2}"),
        )
        for number in range(count)
    ]
    results = run_together(batches, settings, Company())
    if not all(result.success for result in results):
        raise SystemExit("a batch failed")


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
