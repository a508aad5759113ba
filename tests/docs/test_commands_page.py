"""The page of commands names every command and option that there is, and none that there is not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from documented_examples import DOCS, program_examples
from typer.main import get_command

from image_velocimetry_tools.cli.main import app
from image_velocimetry_tools.plugins.discovery import GROUPS
from image_velocimetry_tools.plugins.interfaces import PluginSpec
from image_velocimetry_tools.plugins.registry import plugin_registry
from image_velocimetry_tools.plugins.settings_options import SettingOption, setting_options

PAGE = (DOCS / "COMMANDS.md").read_text(encoding="utf-8")
OF_EVERY_COMMAND = {"--quiet", "-q", "--verbose", "-v", "--help"}
THE_OPTIONS_OF = re.compile(r"^The options of \[`([\w -]+)`\]\(#[\w-]+\)(?: except (.+))?\.$", re.MULTILINE)
OURS = {"velocimetry": {"stiv", "klt"}, "executors": {"local", "inline", "dask"}, "hooks": {"notify"}}
OURS["exporters"] = {"points", "netcdf", "zip", "video", "playlist", "report-html", "report-json", "report-csv"}


def commands() -> dict[str, object]:
    """All commands by the words that call them."""

    def walked(command: object, name: str) -> Iterator[tuple[str, object]]:
        below = getattr(command, "commands", None)
        if below is None:
            yield name, command
        for word, one in (below or {}).items():
            yield from walked(one, f"{name} {word}".strip())

    return dict(walked(get_command(app), ""))


def options_of(command: object) -> dict[str, object]:
    """The options of a command by each way to write them, without those that every command has."""
    return {
        flag: parameter
        for parameter in command.params  # type: ignore[attr-defined]
        for flag in (*parameter.opts, *parameter.secondary_opts)
        if flag.startswith("-") and flag not in OF_EVERY_COMMAND
    }


def sections(level: int) -> dict[str, str]:
    """Text of the page by the headings of a level."""
    parts = re.split(rf"^{'#' * level} (.+)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def flags_in_tables(text: str) -> set[str]:
    """What stands in the first column of the tables of a text."""
    rows = re.findall(r"^\|([^|]+)\|", text, flags=re.MULTILINE)
    return {flag for row in rows for flag in re.findall(r"`(-[^`]+)`", row)}


def documented(name: str) -> set[str]:
    """The options that the page gives a command, also by pointing to another one."""
    text = sections(2)[name]
    flags = flags_in_tables(text)
    for other, excepted in re.findall(
        r"^The options of \[`([\w -]+)`\]\(#[\w-]+\)(?: except (.+))?\.$", text, re.MULTILINE
    ):
        flags |= documented(other) - set(re.findall(r"`([^`]+)`", excepted))
    return flags


def plugin_options() -> list[tuple[PluginSpec, SettingOption]]:
    """Options of our own plugins with their specifications."""
    registry = plugin_registry()
    specs = [
        spec for group in GROUPS for spec in registry.specs(group) if spec.name in OURS.get(group.split(".")[1], ())
    ]
    return [(spec, option) for spec in specs for option in setting_options(spec)]


def ways_to_write(option: SettingOption) -> set[str]:
    """An option of a plugin, and its opposite if it is a switch."""
    return {option.flag, option.no_flag} if option.is_switch else {option.flag}


def used_flags() -> dict[str, set[str]]:
    """Options in the examples, by command."""
    names = sorted(commands(), key=len, reverse=True)
    used = defaultdict(set)
    for example in program_examples():
        line = " ".join(example.words[1:])
        name = next((name for name in names if line == name or line.startswith(f"{name} ")), "")
        used[name] |= {word.partition("=")[0] for word in example.words if re.match(r"--?[a-z]", word)}
    return used


def test_that_the_page_has_a_part_for_every_command_and_for_none_else() -> None:
    others = {"The examples", "All commands", "Options of plugins"}

    assert set(sections(2)) - others == set(commands())


@pytest.mark.parametrize("name", commands())
def test_that_the_options_of_a_command_are_those_on_the_page(name: str) -> None:
    assert documented(name) == set(options_of(commands()[name]))


@pytest.mark.parametrize("name", commands())
def test_that_the_arguments_of_a_command_are_in_its_usage(name: str) -> None:
    usage = re.search(r"^`ivytools-batch .*`$", sections(2)[name], re.MULTILINE)
    arguments = [one for one in commands()[name].params if not one.opts[0].startswith("-")]  # type: ignore[attr-defined]

    assert usage is not None
    for argument in arguments:
        assert (argument.metavar or argument.name.rstrip("s").removesuffix("_id")).upper() in usage[0].upper()


def test_that_every_command_has_an_example() -> None:
    assert set(commands()) <= {name for name, _ in used_flags().items()}


def test_that_every_option_has_an_example() -> None:
    """An option that several commands share, with the same meaning, needs one for one of them."""
    used = used_flags()
    shown = {
        (tuple(parameter.opts), parameter.help)  # type: ignore[attr-defined]
        for name, command in commands().items()
        for flag, parameter in options_of(command).items()
        if flag in used[name]
    }
    missing = {
        f"{name} {parameter.opts[0]}"  # type: ignore[attr-defined]
        for name, command in commands().items()
        for parameter in options_of(command).values()
        if (tuple(parameter.opts), parameter.help) not in shown  # type: ignore[attr-defined]
    }

    assert not missing


def test_that_options_of_every_command_have_an_example() -> None:
    used = set().union(*used_flags().values())

    assert used >= {"--quiet", "--verbose", "--help", "--version"}


def test_that_the_options_of_our_plugins_are_those_on_the_page() -> None:
    there = {flag for _, option in plugin_options() for flag in ways_to_write(option)}

    assert flags_in_tables(sections(2)["Options of plugins"]) == there


def test_that_every_setting_of_our_plugins_has_an_example() -> None:
    """Plugins that share their settings need one together."""
    used = set().union(*used_flags().values())
    settings = defaultdict(set)
    for spec, option in plugin_options():
        settings[spec.settings.__name__, option.field] |= ways_to_write(option)

    assert not {key for key, flags in settings.items() if not flags & used}
