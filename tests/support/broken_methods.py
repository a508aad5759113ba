"""Velocimetry plugins that fail when they are used."""

from __future__ import annotations

from typing import Any

from image_velocimetry_tools.domain.errors import Cancelled, VelocimetryError
from image_velocimetry_tools.plugins.interfaces import NoSettings, PluginSpec


class Raises:
    """Raises what it is given, at the first call."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def line_search(self, *arguments: Any, **options: Any) -> Any:
        raise self.error

    measure_tiles = line_search


def _cannot_be_made(settings: NoSettings) -> Any:
    raise RuntimeError("no licence")


BUG = PluginSpec("bug", "raises a bug", lambda settings: Raises(ZeroDivisionError("by nothing")))
SENTENCE = PluginSpec("sentence", "says what is wrong", lambda settings: Raises(VelocimetryError("too dark")))
STOPPED = PluginSpec("stopped", "is cancelled", lambda settings: Raises(Cancelled()))
UNMADE = PluginSpec("unmade", "cannot be made", _cannot_be_made)
