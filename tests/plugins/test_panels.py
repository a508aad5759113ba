"""Panels as plugins: found, checked, and cheap until they are made."""

from __future__ import annotations

import subprocess
import sys

from image_velocimetry_tools.plugins.discovery import GROUPS
from image_velocimetry_tools.plugins.panels import PANEL_GROUP
from image_velocimetry_tools.plugins.registry import PluginRegistry
from image_velocimetry_tools.plugins.spec_checks import spec_problems


def test_that_panels_are_a_group_of_plugins() -> None:
    assert GROUPS[PANEL_GROUP] == "desktop panel"


def test_that_the_batch_panel_is_installed_and_states_all_that_is_needed() -> None:
    spec = PluginRegistry().get(PANEL_GROUP, "batch")
    assert spec_problems(spec, "batch") == []


def test_that_making_the_factory_of_a_panel_needs_no_qt() -> None:
    code = (
        "import sys\n"
        "from image_velocimetry_tools.plugins.registry import plugin_registry\n"
        "factory = plugin_registry().create('ivytools.panels', 'batch')\n"
        "assert callable(factory)\n"
        "assert not [name for name in sys.modules if name.startswith('PyQt5')]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
