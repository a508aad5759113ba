"""The commands ``plugins list`` and ``plugins check``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from installed_plugins import install_good_hook, install_metadata, install_package
from typer.testing import CliRunner, Result

from image_velocimetry_tools.cli import plugins
from image_velocimetry_tools.plugins.discovery import Discovery, discover_plugins
from image_velocimetry_tools.plugins.registry import PluginRegistry

START = "from image_velocimetry_tools.plugins.interfaces import PluginSpec\n"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The commands with what is installed in ``tmp_path`` only."""
    monkeypatch.syspath_prepend(tmp_path)

    def only_here() -> Discovery:
        found = discover_plugins()
        here = tuple(entry for entry in found.entries if entry.distribution.startswith("here-"))
        return Discovery(here, tuple(one for one in found.failures if one.distribution.startswith("here-")))

    def invoke(*arguments: str) -> Result:
        monkeypatch.setattr(plugins, "_registry", lambda: PluginRegistry(only_here))
        return CliRunner().invoke(plugins.app, list(arguments))

    return invoke


def install_broken(folder: Path) -> None:
    install_package(
        folder, "here-broken", "module_cli_broken", "raise RuntimeError('no')", {"ivytools.hooks:broken": "X"}
    )


def test_that_the_list_shows_good_and_broken_plugins(tmp_path: Path, run: Run) -> None:
    install_good_hook(tmp_path, "good", "here-good")
    install_broken(tmp_path)
    result = run("list")
    assert result.exit_code == 0
    header, *lines = [line.split() for line in result.stdout.splitlines()]
    assert header == ["group", "name", "title", "interface", "package", "state"]
    assert ["hooks", "broken", "here-broken", "1.0", "broken"] in lines
    assert ["hooks", "good", "A", "good", "one", "1.0", "here-good", "1.0", "ready"] in lines
    assert "warning: the hook 'broken' of here-broken 1.0 cannot be loaded (RuntimeError: no)." in result.stderr


def test_that_the_list_can_be_of_one_group(tmp_path: Path, run: Run) -> None:
    install_good_hook(tmp_path, "good", "here-good")
    assert "good" in run("list", "--group", "hooks").stdout
    assert run("list", "--group", "ivytools.exporters").stdout == "no plugins are installed\n"


def test_that_an_unknown_group_is_refused(run: Run) -> None:
    result = run("list", "--group", "hocks")
    assert result.exit_code == 2
    assert "there is no group 'hocks'" in result.stderr


def test_that_safe_mode_is_said(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    install_broken(tmp_path)
    monkeypatch.setenv("IVYTOOLS_SAFE_MODE", "1")
    listed = run("list")
    assert "left out" in listed.stdout
    assert "IVYTOOLS_SAFE_MODE is set" in listed.stdout
    checked = run("check")
    assert checked.exit_code == 0
    assert checked.stdout == "hook broken (here-broken 1.0): left out in safe mode\n"


def test_that_a_check_of_good_plugins_succeeds(tmp_path: Path, run: Run) -> None:
    install_good_hook(tmp_path, "good", "here-good")
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "hook good (here-good 1.0): ready\n")


def test_that_a_check_names_what_is_broken_and_goes_on(tmp_path: Path, run: Run) -> None:
    install_broken(tmp_path)
    install_good_hook(tmp_path, "good", "here-good")
    result = run("check")
    assert result.exit_code == 1
    assert "error: hook broken (here-broken 1.0): cannot be loaded (RuntimeError: no). Reinstall" in result.stderr
    assert "hook good (here-good 1.0): ready" in result.stdout


def test_that_one_plugin_can_be_checked(tmp_path: Path, run: Run) -> None:
    install_broken(tmp_path)
    install_good_hook(tmp_path, "good", "here-good")
    assert run("check", "good").exit_code == 0
    assert run("check", "broken").exit_code == 1


def test_that_checking_an_unknown_plugin_names_the_nearest(tmp_path: Path, run: Run) -> None:
    install_good_hook(tmp_path, "good", "here-good")
    result = run("check", "goood")
    assert result.exit_code == 2
    assert result.stderr == "error: there is no plugin 'goood'. Did you mean 'good'.\n"


def test_that_a_plugin_that_fails_with_its_defaults_is_broken(tmp_path: Path, run: Run) -> None:
    code = START + "def make(settings):\n    return 1 / 0\nX = PluginSpec('divides', 't', make)"
    install_package(tmp_path, "here-divides", "module_cli_divides", code, {"ivytools.exporters:divides": "X"})
    result = run("check")
    assert result.exit_code == 1
    assert "plugin divides: it failed (ZeroDivisionError: division by zero)" in result.stderr


def test_that_a_plugin_that_wants_settings_is_ready(tmp_path: Path, run: Run) -> None:
    code = START + (
        "from image_velocimetry_tools.domain.errors import IvyError\n"
        "def make(settings):\n    raise IvyError('no address')\nX = PluginSpec('asks', 't', make)"
    )
    install_package(tmp_path, "here-asks", "module_cli_asks", code, {"ivytools.hooks:asks": "X"})
    result = run("check", "--verbose")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["hook asks (here-asks 1.0): ready, needs settings", "  no address."]


def test_that_executors_are_not_started_by_a_check(tmp_path: Path, run: Run) -> None:
    code = START + "def make(settings):\n    raise RuntimeError('started')\nX = PluginSpec('costly', 't', make)"
    install_package(tmp_path, "here-costly", "module_cli_costly", code, {"ivytools.executors:costly": "X"})
    assert run("check").exit_code == 0


def test_that_a_check_fails_for_damaged_packages_and_doubles(tmp_path: Path, run: Run) -> None:
    install_metadata(tmp_path, "here-damaged", "[ivytools.hooks]\nnonsense\n")
    assert run("check").exit_code == 1
    (tmp_path / "here_damaged-1.0.dist-info" / "entry_points.txt").unlink()
    install_good_hook(tmp_path, "good", "here-a")
    install_good_hook(tmp_path, "good", "here-b")
    result = run("check")
    assert result.exit_code == 1
    assert "of here-b 1.0 is left out, since here-a 1.0 has one of the same name" in result.stderr


def test_that_our_own_plugins_pass_the_check() -> None:
    code = "from image_velocimetry_tools.cli.plugins import app; app()"
    environment = {**os.environ, "IVYTOOLS_SAFE_MODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, "check"], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert "hook notify (ivytools" in done.stdout
