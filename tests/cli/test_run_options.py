"""Options that several commands share."""

from __future__ import annotations

import inspect
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from image_velocimetry_tools.cli.main import app
from image_velocimetry_tools.cli.run_options import RunCommand, RunOptions, takes_run_options
from image_velocimetry_tools.cli.settings_given import settings_given


def test_that_a_command_gets_what_was_given_beside_its_own_parameters() -> None:
    seen: list[tuple[str, RunOptions, bool]] = []
    program = typer.Typer(add_completion=False)

    @program.command(cls=RunCommand)
    @takes_run_options
    def keep(label: str, options: RunOptions, loud: Annotated[bool, typer.Option("--loud")] = False) -> None:
        """Keep."""
        seen.append((label, options, loud))

    done = CliRunner().invoke(program, ["may", "site.ivy", "--jobs", "auto", "--hook", "a", "--hook", "b", "--loud"])
    assert (done.exit_code, done.output) == (0, "")
    ((label, options, loud),) = seen
    assert (label, loud) == ("may", True)
    assert (str(options.scaffold), options.jobs_at_a_time, options.hooks) == ("site.ivy", "auto", ["a", "b"])
    assert options == RunOptions(scaffold=options.scaffold, jobs_at_a_time="auto", hooks=["a", "b"])


def test_that_the_shared_parameters_stand_in_place_of_the_options() -> None:
    @takes_run_options
    def command(before: str, options: RunOptions, after: bool = False) -> None:
        """Nothing."""

    names = list(inspect.signature(command).parameters)
    assert names[:2] == ["before", "scaffold"]
    assert names[-2:] == ["database_url", "after"]
    assert "options" not in names


@pytest.mark.parametrize("arguments", [["run"], ["plan"], ["templates", "save"]])
def test_that_all_commands_take_the_same_options(arguments: list[str]) -> None:
    shown = CliRunner().invoke(app, [*arguments, "--help"]).output
    for option in ("--output", "--config", "--stage-record", "--jobs", "--hook", "--no-plots", "--klt-window-px"):
        assert option in shown


def test_that_nothing_given_says_nothing() -> None:
    given = {name: getattr(RunOptions(), name) for name in RunOptions.__dataclass_fields__}
    assert settings_given(given) == {}
