"""A velocimetry method behind a fence: whatever it raises names the plugin, and ends its job only."""

from __future__ import annotations

import importlib
import logging
from typing import Any

from ...domain.errors import Cancelled, IvyError
from ...plugins.interfaces import PluginSpec
from ...plugins.registry import plugin_error
from ..folders.identity import MethodChoice

_log = logging.getLogger(__name__)


class FencedMethod:
    """Passes calls on to a velocimetry method.

    What the user can mend, cancelling, and want of memory or of disk come through as they are; any other exception
    becomes an error that says which plugin failed, its traceback goes to the log.
    """

    def __init__(self, spec: PluginSpec, method: Any) -> None:
        self._spec, self._method = spec, method

    def line_search(self, *arguments: Any, **options: Any) -> Any:
        """See :meth:`VelocimetryMethod.line_search`."""
        return self._called(self._method.line_search, *arguments, **options)

    def measure_tiles(self, *arguments: Any, **options: Any) -> Any:
        """See :meth:`VelocimetryMethod.measure_tiles`."""
        return self._called(self._method.measure_tiles, *arguments, **options)

    def _called(self, function: Any, *arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except (IvyError, Cancelled, MemoryError, OSError):
            raise
        except Exception as error:
            raise _explained(self._spec, error) from error


def created_method(choice: MethodChoice) -> FencedMethod | None:
    """The velocimetry method of a batch, whose plugin was checked when the batch was planned; None if it names none.

    Raises
    ------
    IvyError
        If it cannot be made here.
    """
    if not choice.reference:
        return None
    module, _, attribute = choice.reference.partition(":")
    try:
        spec: PluginSpec = getattr(importlib.import_module(module), attribute)
    except Exception as error:
        _log.exception("the velocimetry method %s cannot be loaded", choice.name)
        cause = f"{type(error).__name__}: {error}"
        what = f"the velocimetry method '{choice.name}' cannot be loaded where the job runs ({cause})"
        raise IvyError(what, remedy="Install its package there as well", stage="velocimetry") from error
    try:
        return FencedMethod(spec, spec.create(spec.settings(**dict(choice.settings))))
    except Exception as error:
        raise _explained(spec, error) from error


def _explained(spec: PluginSpec, error: Exception) -> IvyError:
    _log.exception("the plugin %s raised", spec.name)
    explained = plugin_error(spec, error)
    explained.stage = explained.stage or "velocimetry"
    return explained
