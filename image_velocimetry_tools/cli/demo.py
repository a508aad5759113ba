"""``ivytools-batch demo``: a small case of known discharge, written and measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from .options import NoPlots, Quiet, Verbose
from .session import open_run_controller

DEFAULT_DIRECTORY = Path("ivytools_demo")
RESULTS = "results"


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
    with open_run_controller(quiet, verbose) as controller:
        raise typer.Exit(controller.demo(directory, directory / RESULTS, _written_case, plots=not no_plots))


def _written_case(directory: Path, say: Callable[[str], None]) -> Path:
    """Write the case and answer its jobs CSV."""
    from ..batch.folders.output_folder import prepare_output_directory
    from ..demo import write_demo_case
    from ..domain.errors import output_error

    prepare_output_directory(directory)
    try:
        return write_demo_case(directory, lambda name: say(f"writing {name}"))
    except OSError as error:
        raise output_error(directory, error) from error
