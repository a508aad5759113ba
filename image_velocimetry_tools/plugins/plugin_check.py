"""Whether an installed plugin can be used."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.errors import IvyError
from .discovery import PluginEntry
from .exporters import EXPORTER_GROUP
from .hooks import HOOK_GROUP
from .registry import PluginRegistry, plugin_error
from .velocimetry import VELOCIMETRY_GROUP

MADE_WHEN_CHECKED = (VELOCIMETRY_GROUP, EXPORTER_GROUP, HOOK_GROUP)
"""Groups whose plugins cost nothing to make; executors start processes, panels need a window."""


@dataclass(frozen=True, slots=True)
class CheckedPlugin:
    """What a check found: sentences about what is wrong, and about settings that the plugin cannot do without."""

    problems: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def check_plugin(registry: PluginRegistry, entry: PluginEntry) -> CheckedPlugin:
    """Load a plugin, check what it states, and make it with its defaults where that is cheap."""
    loaded = registry.load(entry)
    if loaded.spec is None:
        return CheckedPlugin(tuple(f"{failure.reason}. {failure.remedy}." for failure in loaded.failures))
    if entry.group not in MADE_WHEN_CHECKED:
        return CheckedPlugin()
    try:
        loaded.spec.create(loaded.spec.settings())
    except IvyError as error:
        # In the user's words, so the plugin works: it wants to be told more, such as an address.
        return CheckedPlugin(needs=tuple(str(problem) for problem in error.problems))
    except (Exception, SystemExit) as error:
        return CheckedPlugin(tuple(str(problem) for problem in plugin_error(loaded.spec, error).problems))
    return CheckedPlugin()
