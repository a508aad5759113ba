"""The program ``ivytools-batch``."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Annotated

import typer

from .. import __version__
from .control import add, cancel, pause
from .demo import demo
from .info import info
from .make_csv import make_csv
from .plugins import app as plugins_app
from .process import process
from .recompute import recompute
from .results import ExportCommand, compare, export, report
from .resume import resume, retry
from .run import plan, run
from .run_options import RunCommand
from .status import status
from .templates import app as templates_app
from .validate import validate
from .watch import watch

# before NumPy loads: the velocimetry keeps the cores busy itself, with one thread of linear algebra in each of its own
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = typer.Typer(
    name="ivytools-batch",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (run, plan):
    app.command(cls=RunCommand)(command)
for command in (report, export):
    app.command(cls=ExportCommand)(command)
for command in (resume, retry, recompute, pause, cancel, add, status, watch, compare, process, validate, info, demo):
    app.command()(command)
app.command("make-csv")(make_csv)
app.add_typer(templates_app, name="templates")
app.add_typer(plugins_app, name="plugins")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"ivytools-batch {__version__}")
        raise typer.Exit()


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """River discharge from video, for one video or thousands.

    Exit codes: 0 all completed, 1 some job failed, 2 bad input or usage, 3 paused, 130 interrupted.
    """


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the program; a request to terminate is treated like Ctrl+C, so that nothing half-written stays."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app(prog_name="ivytools-batch")
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        _explain(error)
        sys.exit(1)


def _explain(error: Exception) -> None:
    """Last resort: a defect of the program; its traceback is for those who ask for details."""
    if "--verbose" in sys.argv or "-v" in sys.argv:
        import traceback

        traceback.print_exception(error)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    print(f"error: an unexpected error of the program ({what}). Run it with --verbose and report it.", file=sys.stderr)


if __name__ == "__main__":
    main()
