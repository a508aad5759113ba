"""What every command does round its own work: choose the view, build the controller, end with its exit code."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import typer

from .terminal import TerminalView

if TYPE_CHECKING:
    from ..batch.controllers.one_video import BatchController
    from ..batch.controllers.run import RunController
    from ..batch.engine.stop_control import StopControl

DEFAULT_EXECUTOR = "local"


def open_view(quiet: bool, verbose: bool, json: bool = False) -> TerminalView:
    """The view for the options of a command; with ``json`` nothing but events goes to the standard output.

    Raises
    ------
    typer.BadParameter
        If the user asks for less and for more at once.
    """
    if quiet and verbose:
        raise typer.BadParameter("--quiet and --verbose exclude each other")
    return TerminalView(quiet or json, verbose)


def open_controller(view: TerminalView) -> BatchController:
    """The presenter of a command, imported only now, when a command really runs."""
    from ..batch.controllers.one_video import BatchController

    return BatchController(view)


@contextmanager
def open_run_controller(
    quiet: bool, verbose: bool, json: bool = False, executor: str | None = None
) -> Iterator[RunController]:
    """The presenter of a command that runs a batch, with signals that stop it step by step.

    Parameters
    ----------
    executor
        Name of the executor that will probably be used: it loads what it needs while the program loads the rest.
    """
    with _warmed_up(executor), _run_controller(quiet, verbose, json) as controller:
        yield controller


@contextmanager
def _warmed_up(executor: str | None) -> Iterator[None]:
    take_back = _warm_up(executor) if executor is not None else None
    try:
        yield
    finally:
        if take_back is not None:
            take_back()


def _warm_up(executor: str) -> Callable[[], None] | None:
    from ..domain.errors import IvyError
    from ..plugins.executors import EXECUTOR_GROUP
    from ..plugins.registry import plugin_registry

    try:
        spec = plugin_registry().get(EXECUTOR_GROUP, executor)
    except IvyError:
        # an executor that cannot be used is told of when the batch is planned
        return None
    return spec.warm_up() if spec.warm_up is not None else None


@contextmanager
def _run_controller(quiet: bool, verbose: bool, json: bool) -> Iterator[RunController]:
    from ..batch.controllers.run import RunController
    from ..batch.engine.stop_control import StopControl
    from .monitors import open_monitor

    view = open_view(quiet, verbose, json)
    control = StopControl("stopped by the user; Ctrl+C once more cancels what runs")
    with _signals_to(control):
        yield RunController(view, open_monitor(view, json=json), control)


@contextmanager
def _signals_to(control: StopControl) -> Iterator[None]:
    """Ctrl+C asks for one step more each time; a request to terminate lets what runs be resumed later."""
    from ..batch.engine.stop_control import Stop

    def interrupted(number: int, frame: FrameType | None) -> None:
        control.next_step()

    def terminated(number: int, frame: FrameType | None) -> None:
        control.ask(Stop.INTERRUPT)

    before = {signal.SIGINT: signal.signal(signal.SIGINT, interrupted)}
    before[signal.SIGTERM] = signal.signal(signal.SIGTERM, terminated)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
