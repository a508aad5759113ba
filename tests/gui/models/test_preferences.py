from __future__ import annotations

import json
from pathlib import Path

import pytest

from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.models.preferences import MOST_RECENT, Preferences, PreferencesModel


def test_that_preferences_are_there_in_the_next_session(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "preferences.json"
    PreferencesModel(path).change(display_units=DisplayUnits.ENGLISH, theme="dark")
    assert PreferencesModel(path).values.display_units is DisplayUnits.ENGLISH
    assert PreferencesModel(path).values.theme == "dark"


def test_that_a_damaged_file_starts_anew_instead_of_stopping_the_program(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_text("{ not json", "utf-8")
    assert PreferencesModel(path).values == Preferences()


def test_that_one_wrong_value_does_not_cost_the_others(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps({"theme": "purple", "user_name": "Ada", "unknown": 3}), "utf-8")
    values = PreferencesModel(path).values
    assert (values.theme, values.user_name) == ("light", "Ada")


def test_that_a_folder_that_cannot_be_written_costs_no_work(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    model = PreferencesModel(blocked / "preferences.json")
    model.change(user_name="Ada")
    assert model.user_name == "Ada"


def test_that_a_project_is_listed_once_however_its_path_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    model = PreferencesModel(None)
    for path in (Path("a.ivy"), tmp_path / "a.ivy"):
        model.remember_project(path)
    assert model.values.recent_projects == (str(tmp_path / "a.ivy"),)


def test_that_recent_projects_are_few_each_once_and_the_latest_first() -> None:
    model = PreferencesModel(None)
    for number in range(MOST_RECENT + 3):
        model.remember_project(Path(f"/p/{number}.ivy"))
    model.remember_project(Path("/p/9.ivy"))
    recent = model.values.recent_projects
    assert recent[0] == str(Path("/p/9.ivy"))
    assert len(recent) == len(set(recent)) == MOST_RECENT
    model.forget_project(Path("/p/9.ivy"))
    assert str(Path("/p/9.ivy")) not in model.values.recent_projects


def test_that_a_folder_that_is_gone_is_not_offered(tmp_path: Path) -> None:
    model = PreferencesModel(None)
    model.remember_folder("VIDEO", tmp_path)
    assert model.folder("VIDEO") == str(tmp_path)
    model.remember_folder("VIDEO", tmp_path / "gone")
    assert model.folder("VIDEO") == ""


def test_that_listeners_hear_of_changes_only() -> None:
    model = PreferencesModel(None)
    heard: list[Preferences] = []
    model.changed.subscribe(heard.append)
    model.change(theme="light")
    assert heard == []
    model.change(theme="dark")
    assert [values.theme for values in heard] == ["dark"]
