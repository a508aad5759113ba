"""A command carried out so that what the user did wrong becomes sentences and an exit code."""

from __future__ import annotations

from collections.abc import Callable

from ...domain.errors import Cancelled, IvyError
from .view import BAD_INPUT, INTERRUPTED, BatchView


def guarded(view: BatchView, command: Callable[[], int]) -> int:
    """The exit code of a command; an error of the user's is shown, one line for each problem."""
    try:
        return command()
    except IvyError as error:
        view.end_progress()
        for problem in error.problems:
            view.problem(str(problem))
        return BAD_INPUT
    except (Cancelled, KeyboardInterrupt) as error:
        view.end_progress()
        word = "Cancelled" if isinstance(error, Cancelled) else "Interrupted"
        view.problem(f"{word}; what was finished before is kept, and of the rest nothing is left behind.")
        return INTERRUPTED
    finally:
        view.end_progress()
