"""The commands about named templates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import Result

Invoke = Callable[..., Result]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVYTOOLS_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "config" / "templates"


def test_that_options_of_run_become_a_template(invoke: Invoke, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    options = ("--jobs", 2, "--wse", 318.2, "--method", "klt", "--klt-window-px", 9, "--no-plots", "-o", "out")
    done = invoke("templates", "save", "night", "site.ivy", "videos", *options)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"saved: {folder / 'night.yaml'}\n"
    shown = invoke("templates", "show", "night")
    assert yaml.safe_load(shown.stdout) == {
        "scaffold": str(tmp_path / "site.ivy"),
        "output": str(tmp_path / "out"),
        "folder": {"path": str(tmp_path / "videos"), "wse": 318.2},
        "jobs": 2,
        "plots": False,
        "method": "klt",
        "method_settings": {"klt": {"window_px": 9}},
    }


def test_that_a_template_lives_from_save_to_delete(invoke: Invoke, folder: Path) -> None:
    assert invoke("templates", "save", "night", "--threads", 2, "--description", "after ten", "-q").output == ""
    assert invoke("templates", "save", "night", "--threads", 3).exit_code == 2
    assert invoke("templates", "save", "night", "--threads", 3, "--replace").exit_code == 0
    assert invoke("templates", "list").stdout.split() == ["name", "description", "night"]
    assert invoke("templates", "delete", "night").exit_code == 0
    assert list(folder.iterdir()) == []


def test_that_the_database_of_the_session_is_not_kept(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVYTOOLS_DATABASE_URL", "postgresql://host/session")
    assert invoke("templates", "save", "env", "--threads", 2).exit_code == 0
    assert yaml.safe_load(invoke("templates", "show", "env").stdout) == {"threads": 2}
    assert invoke("templates", "save", "said", "--database-url", "postgresql://host/said").exit_code == 0
    assert yaml.safe_load(invoke("templates", "show", "said").stdout) == {"database_url": "postgresql://host/said"}


@pytest.mark.parametrize("command", ["show", "delete"])
def test_that_a_template_that_does_not_exist_is_one_sentence(invoke: Invoke, command: str) -> None:
    done = invoke("templates", command, "nigth")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is no template 'nigth'. There are none yet" in done.stderr


def test_that_the_example_can_be_used_as_it_is(invoke: Invoke, tmp_path: Path) -> None:
    example = invoke("templates", "example")
    (tmp_path / "batch.yaml").write_text(example.stdout, encoding="utf-8")
    done = invoke("templates", "save", "empty", "--config", "batch.yaml")
    assert done.exit_code == 2
    assert "there is nothing to keep in the template" in done.stderr
