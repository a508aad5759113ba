"""Named templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from image_velocimetry_tools.batch.inputs.batch_file import BatchFile, batch_file
from image_velocimetry_tools.batch.inputs.templates import (
    delete_template,
    list_templates,
    load_template,
    save_template,
    show_template,
    templates_folder,
)
from image_velocimetry_tools.formats.jobs.batch_yaml import SettingsFileError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVYTOOLS_CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path / "config" / "templates"


def night(**data: object) -> BatchFile:
    return batch_file({"jobs": 2, "description": "at night", **data}, base=Path("/site"), place=str)


def test_that_a_template_is_saved_listed_shown_loaded_and_deleted(folder: Path) -> None:
    path = save_template("night", night(scaffold="site.ivy"))
    assert path == folder / "night.yaml"
    (entry,) = list_templates()
    assert (entry.name, entry.description, entry.problem) == ("night", "at night", "")
    assert "scaffold: /site/site.ivy" in show_template("night")
    assert load_template("night") == night(scaffold="site.ivy")
    delete_template("night")
    assert list_templates() == ()


def test_that_a_name_is_not_taken_over_by_accident() -> None:
    save_template("Night", night())
    with pytest.raises(SettingsFileError, match="there is a template 'Night' already"):
        save_template("night", night(jobs=3))
    save_template("night", night(jobs=3), replace=True)
    assert [entry.name for entry in list_templates()] == ["Night"]
    assert load_template("NIGHT").run.jobs == 3


@pytest.mark.parametrize(
    ("existing", "remedy"),
    [(["night", "day"], "Did you mean 'night'"), (["x1", "x2"], "There are x1, x2"), ([], "There are none yet")],
)
@pytest.mark.parametrize("use", [load_template, show_template, delete_template])
def test_that_a_template_that_does_not_exist_names_the_nearest(existing: list[str], remedy: str, use: object) -> None:
    for name in existing:
        save_template(name, night())
    with pytest.raises(SettingsFileError, match="there is no template 'nigth'") as caught:
        use("nigth")  # type: ignore[operator]
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("name", ["", "a/b", "../up", ".hidden", "CON", "a b"])
def test_that_names_that_are_no_file_names_are_refused(name: str, folder: Path) -> None:
    with pytest.raises(SettingsFileError, match="the name of a template"):
        save_template(name, night())
    assert not folder.exists()


def test_that_a_broken_template_is_listed_with_what_is_wrong(folder: Path) -> None:
    save_template("good", night())
    (folder / "bad.yaml").write_text("jobs: many\n")
    bad, good = list_templates()
    assert (bad.name, good.problem) == ("bad", "")
    assert "key 'jobs': must be" in bad.problem
    with pytest.raises(SettingsFileError, match="key 'jobs': must be"):
        load_template("bad")
    assert show_template("bad") == "jobs: many\n"


def test_that_templates_lie_where_the_system_keeps_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("IVYTOOLS_CONFIG_DIR")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert templates_folder().name == "templates"
    assert "ivytools" in templates_folder().parts
