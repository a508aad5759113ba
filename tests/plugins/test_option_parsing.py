"""Options of plugins among the arguments of a command."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from installed_plugins import install_package

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.plugins.option_parsing import PluginArguments, parse_plugin_options
from image_velocimetry_tools.plugins.registry import PluginRegistry

CODE = """
from pydantic import BaseModel, Field
from image_velocimetry_tools.plugins.interfaces import PluginSpec

class Settings(BaseModel):
    window_px: int = Field(21, description="Window")
    shift: float = Field(0.0, description="Shift")
    subpixel: bool = Field(True, description="Refine")
    names: tuple[str, ...] = Field((), description="Names")

TRACKER = PluginSpec("tracker", "Tracks", list, Settings)
TRACKER_FAST = PluginSpec("tracker-fast", "Tracks fast", list, Settings)
"""


@pytest.fixture
def registry(site: Path) -> PluginRegistry:
    points = {"ivytools.velocimetry:tracker": "TRACKER", "ivytools.velocimetry:tracker-fast": "TRACKER_FAST"}
    install_package(site, "tracking", "module_tracking", CODE, points)
    install_package(site, "broken", "module_tracking_broken", "raise ImportError('no')", {"ivytools.hooks:bad": "X"})
    return PluginRegistry()


def parse(registry: PluginRegistry, *arguments: str, reserved: tuple[str, ...] = ()) -> PluginArguments:
    return parse_plugin_options(arguments, registry, ("ivytools.velocimetry", "ivytools.hooks"), reserved)


def test_that_options_of_plugins_are_taken_out_of_the_arguments(registry: PluginRegistry) -> None:
    arguments = (
        "site.ivy",
        "--tracker-window-px",
        "9",
        "jobs.csv",
        "--no-tracker-subpixel",
        "--tracker-shift=-2",
        "-o",
        "out",
    )
    parsed = parse(registry, *arguments)
    assert parsed.rest == ("site.ivy", "jobs.csv", "-o", "out")
    assert parsed.settings == {"tracker": {"window_px": "9", "subpixel": False, "shift": "-2"}}


def test_that_a_repeated_list_option_adds_up_and_others_are_replaced(registry: PluginRegistry) -> None:
    arguments = ("--tracker-names", "a,b", "--tracker-names", "c", "--tracker-shift", "1", "--tracker-shift", "-2")
    assert parse(registry, *arguments).settings == {"tracker": {"names": ["a,b", "c"], "shift": "-2"}}


def test_that_the_longer_name_of_two_plugins_is_tried_first(registry: PluginRegistry) -> None:
    assert parse(registry, "--tracker-fast-shift", "1").settings == {"tracker-fast": {"shift": "1"}}


def test_that_arguments_without_options_of_plugins_import_none(registry: PluginRegistry) -> None:
    assert parse(registry, "a", "--trackerish", "--output", "x").rest == ("a", "--trackerish", "--output", "x")
    assert "module_tracking" not in sys.modules


def test_that_a_broken_plugin_matters_only_to_those_who_mention_it(registry: PluginRegistry) -> None:
    assert parse(registry, "--tracker-shift", "1").settings
    with pytest.raises(IvyError, match=r"the hook 'bad' of broken 1\.0 cannot be loaded"):
        parse(registry, "--bad-url", "x")


def test_that_the_commands_own_options_come_first(registry: PluginRegistry) -> None:
    parsed = parse(registry, "--tracker-window-px", "9", reserved=("--tracker-window-px",))
    assert parsed.rest == ("--tracker-window-px", "9")


def test_that_nothing_is_taken_after_two_hyphens(registry: PluginRegistry) -> None:
    assert parse(registry, "--", "--tracker-shift", "1").rest == ("--", "--tracker-shift", "1")


def test_that_all_problems_are_told_together(registry: PluginRegistry) -> None:
    with pytest.raises(IvyError) as caught:
        parse(registry, "--tracker-windw-px", "9", "--no-tracker-subpixel=1", "--tracker-shift", "--tracker-names")
    assert [str(problem) for problem in caught.value.problems] == [
        "there is no option --tracker-windw-px. Did you mean '--tracker-window-px'.",
        "the option --no-tracker-subpixel takes no value. Leave the value out.",
        "the option --tracker-shift needs a value. Write --tracker-shift NUMBER.",
        "the option --tracker-names needs a value. Write --tracker-names TEXT,….",
    ]


def test_that_options_for_a_plugin_that_is_not_used_are_refused(registry: PluginRegistry) -> None:
    parsed = parse(registry, "--tracker-shift", "1")
    assert parsed.of_chosen(["tracker", "local"]) == {"tracker": {"shift": "1"}}
    with pytest.raises(
        IvyError, match=r"there are options for tracker, which is not used\. Choose tracker, or leave them out"
    ):
        parsed.of_chosen(["stiv"])
