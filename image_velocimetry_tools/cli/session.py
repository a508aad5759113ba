"""What every command does round its own work: choose the view, build the controller, end with its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from .terminal import TerminalView

if TYPE_CHECKING:
    from ..batch.controller import BatchController


def open_view(quiet: bool, verbose: bool) -> TerminalView:
    """The view for the options of a command.

    Raises
    ------
    typer.BadParameter
        If the user asks for less and for more at once.
    """
    if quiet and verbose:
        raise typer.BadParameter("--quiet and --verbose exclude each other")
    return TerminalView(quiet, verbose)


def open_controller(view: TerminalView) -> BatchController:
    """The presenter of a command, imported only now, when a command really runs."""
    from ..batch.controller import BatchController

    return BatchController(view)
