"""``ivytools-batch info``: what a scaffold says."""

from __future__ import annotations

import typer

from .options import Quiet, Scaffold, Verbose
from .session import open_controller, open_view


def info(scaffold: Scaffold, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Show what a scaffold says, in its display units."""
    controller = open_controller(open_view(quiet, verbose))
    raise typer.Exit(controller.info(scaffold))
