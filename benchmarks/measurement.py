"""How close a whole measurement comes to merely decoding its video."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from harness.cases import BARE_PYAV, Case, generated_case, looped_video
from harness.processes import Run, best, interleaved, ivytools_batch, measured
from harness.report import options, print_table


def main() -> None:
    """Measure and decode one clip in turn, each in a process of its own; the best of each counts."""
    chosen = options(main.__doc__ or "", repeats=5)
    case = generated_case(704, 396, 1.0) if chosen.smoke else generated_case(1280, 720, 4.0)
    case = Case(case.scaffold, looped_video(case.video, 1 if chosen.smoke else 5), case.level)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "results"
        runs = interleaved(
            {
                "decoding": case.decoding,
                "import av": lambda: measured(BARE_PYAV),
                "measurement": lambda: case.measurement(output),
                "--version": lambda: measured(ivytools_batch("--version")),
            },
            chosen.repeats,
        )
        timings = _timings(output)
    figures = {name: best(of_kind) for name, of_kind in runs.items()}
    print_table(
        ("whole process", "clock (s)", "processors (s)", "largest process (MB)"),
        [(name, f"{one.wall_s:.2f}", f"{one.cpu_s:.2f}", f"{one.peak_mb:.0f}") for name, one in figures.items()],
    )
    decoding, measurement = figures["decoding"], figures["measurement"]
    ratio = _net(measurement, figures["--version"], decoding, figures["import av"])
    print(
        f"\nmeasurement / decoding, start-up taken off: {ratio[0]:.2f} by the clock, {ratio[1]:.2f} by the processors"
    )
    print("stages of the last measurement (s): " + ", ".join(f"{name} {value:.3f}" for name, value in timings.items()))


def _net(measurement: Run, version: Run, decoding: Run, bare: Run) -> tuple[float, float]:
    return (
        (measurement.wall_s - version.wall_s) / (decoding.wall_s - bare.wall_s),
        (measurement.cpu_s - version.cpu_s) / (decoding.cpu_s - bare.cpu_s),
    )


def _timings(output: Path) -> dict[str, float]:
    result = next(path for path in output.rglob("*.json") if path.stem == path.parent.name)
    timings: dict[str, float] = json.loads(result.read_text(encoding="utf-8"))["timings_s"]
    return timings


if __name__ == "__main__":
    main()
