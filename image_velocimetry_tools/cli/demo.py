"""``ivytools-batch demo``: a small case of known discharge, written and measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import NoPlots, Quiet, Verbose
from .session import open_controller, open_view
from .terminal import TerminalView

if TYPE_CHECKING:
    from ..batch.config import BatchResult
    from ..batch.controller import BatchController

DEFAULT_DIRECTORY = Path("ivytools_demo")
RESULTS = "results"
INTERRUPTED = 130


def demo(
    directory: Annotated[
        Path, typer.Argument(help="Folder for the case and its results.", metavar="DIR")
    ] = DEFAULT_DIRECTORY,
    no_plots: NoPlots = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Measure a case of known discharge.

    Writes generated videos with their scaffold and jobs, measures them, and compares with the true discharge.
    """
    view = open_view(quiet, verbose)
    controller = open_controller(view)
    raise typer.Exit(controller.guarded(lambda: _demo(controller, view, directory, plots=not no_plots)))


def _demo(controller: BatchController, view: TerminalView, directory: Path, *, plots: bool) -> int:
    jobs_csv = _write_case(directory, view)
    processor = controller.processor(directory / "scaffold_project.ivy", jobs_csv, directory / RESULTS, plots=plots)
    code = controller.run(processor)
    if code != INTERRUPTED:
        _compare(view, processor.result, directory / "truth.json")
    return code


def _write_case(directory: Path, view: TerminalView) -> Path:
    from ..batch.output_folder import prepare_output_directory
    from ..demo import write_demo_case
    from ..formats.atomic_file import output_error

    prepare_output_directory(directory)
    try:
        return write_demo_case(directory, lambda name: view.say(f"writing {name}"))
    except OSError as error:
        raise output_error(directory, error) from error


def _compare(view: TerminalView, result: BatchResult, truth_path: Path) -> None:
    """Measured against true discharges, job by job; jobs and truth are in the same order."""
    import json

    truth = json.loads(truth_path.read_text(encoding="utf-8"))["jobs"]
    rows = []
    for one, true in zip(result.video_results, truth, strict=False):
        if one.total_discharge is None:
            continue
        off = 100.0 * (one.total_discharge / true["discharge_m3s"] - 1.0)
        rows.append((one.job_id, f"{one.total_discharge:.4f}", f"{true['discharge_m3s']:.4f}", f"{off:+.2f} %"))
    view.table(("job", "measured (m³/s)", "true (m³/s)", "difference"), rows)
