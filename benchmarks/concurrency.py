"""Batches of several jobs at a time against one after the other, in whole processes that take turns."""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from pathlib import Path

from harness.cases import generated_case
from harness.processes import REPOSITORY, Run, best, interleaved, ivytools_batch, measured, python
from harness.report import print_table

_KINDS = {
    "2 at a time": ("--jobs", "2"),
    "1 at a time, 1 core": ("--jobs", "1", "--threads", "1"),
    "1 at a time, all cores": ("--jobs", "1"),
}


def main() -> None:
    """Compare, check that results are equal to the last bit, then show batches of several sizes."""
    chosen = _options()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        jobs = 2 if chosen.smoke else 12
        _compare(root, chosen.case, jobs, chosen.repeats)
        if not chosen.smoke:
            _sizes(root, chosen.case)
            _together(root, chosen.case)


def _compare(root: Path, case: Path | None, jobs: int, repeats: int) -> None:
    commands = {name: _command(root, case, jobs, name, how) for name, how in _KINDS.items()}
    runs = {name: best(found) for name, found in interleaved(commands, repeats).items()}
    quickest = runs["2 at a time"].wall_s
    rows = [
        [name, f"{run.wall_s:.2f}", f"{run.wall_s / quickest:.2f}", f"{run.peak_mb:.0f}"] for name, run in runs.items()
    ]
    print_table(("", f"{jobs} jobs (s)", "of 2 at a time", "largest process (MB)"), rows)
    results = [_results(root / _folder(name)) for name in _KINDS]
    print("results equal to the last bit:", all(found == results[0] and len(found) == jobs for found in results))


def _sizes(root: Path, case: Path | None) -> None:
    rows = []
    for jobs in (5, 10, 20, 50):
        run = _command(root, case, jobs, f"batch of {jobs}", ("--jobs", "auto"))()
        rows.append([f"batch of {jobs}", f"{run.wall_s:.1f}", f"{60.0 * jobs / run.wall_s:.0f}", f"{run.peak_mb:.0f}"])
    print_table(("", "clock (s)", "jobs a minute", "largest process (MB)"), rows)


def _together(root: Path, case: Path | None) -> None:
    batches, jobs = 5, 6
    scaffold, table = _jobs_csv(root, case, jobs)
    arguments = [str(root / "together"), str(scaffold), str(table), str(batches)]
    run = measured(python("-m", "harness.together", *arguments), {"PYTHONPATH": str(REPOSITORY / "benchmarks")})
    rate = 60.0 * batches * jobs / run.wall_s
    row = [f"{batches} batches of {jobs} at once", f"{run.wall_s:.1f}", f"{rate:.0f}", f"{run.peak_mb:.0f}"]
    print_table(("", "clock (s)", "jobs a minute", "largest process (MB)"), [row])


def _command(root: Path, case: Path | None, jobs: int, name: str, how: tuple[str, ...]):
    scaffold, table = _jobs_csv(root, case, jobs)
    output = root / _folder(name)

    def run() -> Run:
        arguments = [str(scaffold), str(table), "--output", str(output), "--no-plots", "--quiet", "--force", *how]
        return measured(ivytools_batch("run", *arguments))

    return run


def _jobs_csv(root: Path, case: Path | None, jobs: int) -> tuple[Path, Path]:
    """The jobs of a case again and again, or one generated clip."""
    if case is None:
        generated = generated_case(704, 396, 5.0)
        scaffold, rows = generated.scaffold, [(str(generated.video), generated.level)]
    else:
        scaffold = case / "scaffold_project.ivy"
        with next(case.glob("*.csv")).open(newline="", encoding="utf-8") as stream:
            found = csv.DictReader(stream)
            rows = [(str((case / row["video_path"]).resolve()), row["water_surface_elevation"]) for row in found]
    target = root / f"jobs_{jobs}.csv"
    with target.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("job_id", "video_path", "water_surface_elevation"))
        writer.writerows((f"j{number:03d}", *rows[number % len(rows)]) for number in range(jobs))
    return scaffold, target


def _results(output: Path) -> dict[str, object]:
    found = (path for path in output.glob("jobs/*/*.json") if path.stem == path.parent.name)
    contents = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in found}
    return {name: (one["discharge_m3s"], one["area_m2"], one["points"]) for name, one in contents.items()}


def _folder(name: str) -> str:
    return name.replace(" ", "_").replace(",", "")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--smoke", action="store_true", help="only show that the benchmark runs, in seconds")
    parser.add_argument("--repeats", type=int, help="runs of each kind, the best of which counts (default 3)")
    parser.add_argument("--case", type=Path, help="folder with scaffold_project.ivy, a jobs CSV and its videos")
    chosen = parser.parse_args()
    chosen.repeats = chosen.repeats or (1 if chosen.smoke else 3)
    return chosen


if __name__ == "__main__":
    main()
