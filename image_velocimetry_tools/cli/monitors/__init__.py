"""How a batch is shown in a terminal while it runs: a live table, lines, events as JSON, or nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from ..terminal import TerminalView

if TYPE_CHECKING:
    from ...batch.following.monitoring import BatchMonitor


def open_monitor(view: TerminalView, *, json: bool = False, out: TextIO | None = None) -> BatchMonitor:
    """The monitor for the options of a command and the stream on which it prints, the standard output if None.

    With ``json`` events go there whatever else is asked; then nothing else may.
    """
    out = out or sys.stdout
    if json:
        from .json_lines import JsonLines

        return JsonLines(out)
    if view.quiet:
        from .quiet import Quiet

        return Quiet()
    if out.isatty():
        from .live_table import LiveTable

        return LiveTable(out)
    from .plain_lines import PlainLines

    return PlainLines(view)
