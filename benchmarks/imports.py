"""How long the program takes to start, and what it loads for that."""

from __future__ import annotations

import subprocess

from harness.processes import REPOSITORY, best, interleaved, ivytools_batch, measured, python
from harness.report import options, print_table

HEAVY = (
    "PyQt5",
    "av",
    "cv2",
    "imageio_ffmpeg",
    "matplotlib",
    "numba",
    "numpy",
    "pandas",
    "pydantic",
    "rich",
    "scipy",
    "typer",
)
STATEMENTS = {
    "bare Python": "pass",
    "import numpy, cv2, av": "import numpy, cv2, av",
    "image_velocimetry_tools.api": "import image_velocimetry_tools.api",
    "the measurement": (
        "import image_velocimetry_tools.batch.controllers.one_video; "
        "import image_velocimetry_tools.services.measuring.measured_job"
    ),
}


def main() -> None:
    """Start processes in turn, the best of each counts; then list the heavy modules that each of them loads."""
    chosen = options(main.__doc__ or "", repeats=10)
    commands = {name: python("-c", statement) for name, statement in STATEMENTS.items()}
    commands["ivytools-batch --version"] = ivytools_batch("--version")
    runs = interleaved(
        {name: lambda command=command: measured(command) for name, command in commands.items()}, chosen.repeats
    )
    rows = []
    for name, of_kind in runs.items():
        fastest = best(of_kind)
        row = (name, f"{1000 * fastest.wall_s:.0f}", f"{1000 * fastest.cpu_s:.0f}", f"{fastest.peak_mb:.0f}")
        rows.append((*row, _loaded(STATEMENTS.get(name, "import image_velocimetry_tools.cli.main"))))
    print_table(("", "clock (ms)", "processors (ms)", "memory (MB)", "loads"), rows)


def _loaded(statement: str) -> str:
    """Names of the heavy modules that a statement imports."""
    code = f"import sys\n{statement}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    answer = subprocess.run(python("-c", code), cwd=REPOSITORY, check=True, capture_output=True, text=True)
    return answer.stdout.strip() or "-"


if __name__ == "__main__":
    main()
