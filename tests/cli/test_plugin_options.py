"""A command that takes the settings of plugins as options."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
import typer
from installed_plugins import install_package
from typer.testing import CliRunner, Result

from image_velocimetry_tools.cli import plugin_options
from image_velocimetry_tools.cli.plugin_options import command_with_plugin_options, plugin_settings
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.plugins.registry import PluginRegistry

CODE = """
from pydantic import BaseModel, Field
from image_velocimetry_tools.plugins.interfaces import PluginSpec

class Settings(BaseModel):
    window_px: int = Field(21, ge=3, description="Side of the window")
    subpixel: bool = Field(True, description="Refine below a pixel")

TRACKER = PluginSpec("tracker", "Tracks", list, Settings)
"""
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A program with one command, which prints what it is given."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "module_cli_tracker", raising=False)
    points = {"ivytools.velocimetry:tracker": "TRACKER"}
    install_package(tmp_path, "tracker", "module_cli_tracker", CODE, points)
    install_package(tmp_path, "bad", "module_cli_bad", "raise ImportError('no')", {"ivytools.hooks:bad": "X"})
    registry = PluginRegistry()
    monkeypatch.setattr(plugin_options, "_registry", lambda: registry)
    app = typer.Typer(rich_markup_mode=None, add_completion=False)

    @app.command(cls=command_with_plugin_options("ivytools.velocimetry", "ivytools.hooks"))
    def measure(
        ctx: typer.Context,
        jobs: str,
        method: Annotated[str, typer.Option()] = "tracker",
        quiet: Annotated[bool, typer.Option("--quiet/--loud", "-q")] = False,
        scheduler: Annotated[str | None, typer.Option()] = None,
    ) -> None:
        try:
            settings = plugin_settings(ctx, scheduler)({method})
        except IvyError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
        typer.echo(json.dumps({"jobs": jobs, "quiet": quiet, "settings": {k: dict(v) for k, v in settings.items()}}))

    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_that_options_of_a_plugin_reach_the_command(run: Run) -> None:
    result = run("--tracker-window-px", "9", "jobs.csv", "-q", "--no-tracker-subpixel")
    settings = {"tracker": {"window_px": "9", "subpixel": False}}
    assert json.loads(result.stdout) == {"jobs": "jobs.csv", "quiet": True, "settings": settings}


def test_that_a_command_without_such_options_imports_no_plugin(run: Run) -> None:
    assert json.loads(run("jobs.csv", "--loud", "--method", "x").stdout)["settings"] == {}
    assert "module_cli_tracker" not in sys.modules


def test_that_an_unknown_option_of_a_plugin_names_the_nearest(run: Run) -> None:
    result = run("jobs.csv", "--tracker-windw-px", "9")
    assert result.exit_code == 2
    assert "there is no option --tracker-windw-px. Did you mean '--tracker-window-px'." in result.stderr


def test_that_an_option_of_nobody_is_refused_by_the_command(run: Run) -> None:
    result = run("jobs.csv", "--methd", "tracker")
    assert result.exit_code == 2
    assert "No such option: --methd" in result.stderr


def test_that_options_of_a_plugin_that_is_not_chosen_are_refused(run: Run) -> None:
    result = run("jobs.csv", "--method", "stiv", "--tracker-window-px", "9")
    assert result.exit_code == 2
    assert "there are options for tracker, which is not used" in result.stderr


def test_that_a_broken_plugin_is_named_when_its_options_are_used(run: Run) -> None:
    result = run("jobs.csv", "--bad-url", "x")
    assert result.exit_code == 2
    assert "the hook 'bad' of bad 1.0 cannot be loaded (ImportError: no)" in result.stderr


def test_that_help_describes_the_settings_and_survives_broken_plugins(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "Options of the velocimetry method tracker:" in text
    assert "--tracker-window-px INTEGER Side of the window (at least 3). [default: 21]" in text
    assert "--tracker-subpixel / --no-tracker-subpixel Refine below a pixel. [default: yes]" in text


def test_that_the_address_of_a_scheduler_is_a_setting_of_dask(run: Run) -> None:
    chosen = run("jobs.csv", "--method", "dask", "--scheduler", "tcp://head:8786")
    assert json.loads(chosen.stdout)["settings"] == {"dask": {"scheduler": "tcp://head:8786"}}
    other = run("jobs.csv", "--scheduler", "tcp://head:8786")
    assert other.exit_code == 2
    assert "there are options for dask, which is not used" in other.stderr
