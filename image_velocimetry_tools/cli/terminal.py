"""The view of the command line: a live line in a terminal, plain lines elsewhere, nothing but errors when quiet."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class TerminalView:
    """Shows results on the standard output, warnings and errors on the standard error.

    Parameters
    ----------
    quiet
        Show errors only.
    verbose
        Show details too.
    """

    def __init__(
        self, quiet: bool = False, verbose: bool = False, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        self.quiet, self.verbose = quiet, verbose
        self._out, self._err = out or sys.stdout, err or sys.stderr
        self._bar: tuple[Progress, TaskID] | None = None

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Labels with their values, one per line."""
        width = max((len(label) for label, _ in rows), default=0)
        for label, value in rows:
            self._print(f"{label:<{width}}  {value}")

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns as wide as their widest cell."""
        cells = [list(header), *[list(row) for row in rows]]
        widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
        for row in cells:
            self._print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())

    def say(self, text: str) -> None:
        """A line for everybody who did not ask for quiet."""
        self._print(text)

    def detail(self, text: str) -> None:
        """A line for those who asked for details."""
        if self.verbose:
            self._print(text)

    def warn(self, text: str) -> None:
        """Something that does not stop the work."""
        if not self.quiet:
            self._print_error(f"warning: {text}")

    def problem(self, text: str) -> None:
        """Something that went wrong, one line however long."""
        self._print_error(f"error: {' '.join(text.split())}")

    def progress(self, label: str, fraction: float) -> None:
        """What is being done: a bar in a terminal, nothing elsewhere."""
        if self.quiet or not self._out.isatty():
            return
        progress, task = self._bar or self._start_bar()
        progress.update(task, description=label, completed=fraction)

    def end_progress(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None

    def _start_bar(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

        columns: list[Any] = [TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()]
        progress = Progress(*columns, console=Console(file=self._out), transient=True)
        progress.start()
        self._bar = progress, progress.add_task("", total=1.0)
        return self._bar

    def _print(self, text: str) -> None:
        if self.quiet:
            return
        if self._bar is not None:
            self._bar[0].console.print(text, markup=False, highlight=False)
        else:
            _write_line(self._out, text)

    def _print_error(self, text: str) -> None:
        self.end_progress()
        _write_line(self._err, text)


def _write_line(stream: TextIO, text: str) -> None:
    """A console that cannot show a character (``m³/s`` on an old code page) shows a question mark, and goes on."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    # a reader that has had enough ('| head') must not end the batch that is shown
    with contextlib.suppress(BrokenPipeError):
        print(text.encode(encoding, "replace").decode(encoding), file=stream, flush=True)
