"""The presenter of named templates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from recorded_view import RecordedView

from image_velocimetry_tools.batch.controllers.run import Wanted
from image_velocimetry_tools.batch.controllers.templates import TemplatesController
from image_velocimetry_tools.batch.inputs.templates import load_template, templates_folder


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IVYTOOLS_CONFIG_DIR", str(tmp_path))
    return tmp_path / "templates"


@pytest.fixture
def view() -> RecordedView:
    return RecordedView()


@pytest.fixture
def controller(view: RecordedView) -> TemplatesController:
    return TemplatesController(view)


def wanted(plugins: Mapping[str, Mapping[str, Any]] | None = None, **given: Any) -> Wanted:
    return Wanted(given, plugin_settings=lambda chosen: plugins or {})


def saved(folder: Path, name: str) -> dict[str, Any]:
    text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def test_that_only_what_was_given_is_kept(controller: TemplatesController, view: RecordedView, folder: Path) -> None:
    assert controller.save("night", wanted(jobs=2, job_timeout="15m")) == 0
    assert saved(folder, "night") == {"jobs": 2, "job_timeout": "15m"}
    assert view.said == [f"saved: {folder / 'night.yaml'}"]


def test_that_settings_of_plugins_are_kept_with_their_types(controller: TemplatesController, folder: Path) -> None:
    assert controller.save("klt", wanted({"klt": {"window_px": "9"}}, method="klt")) == 0
    assert saved(folder, "klt") == {"method": "klt", "method_settings": {"klt": {"window_px": 9}}}
    assert load_template("klt").run_settings().method_settings == {"window_px": 9}


def test_that_secrets_are_not_kept_and_said(controller: TemplatesController, view: RecordedView, folder: Path) -> None:
    secrets = {"notify": {"webhook_url": "https://example.org/secret", "attempts": "2"}}
    url = "postgresql://ivy:secret@host/ivy"
    assert controller.save("told", wanted(secrets, hooks=["notify"], database_url=url)) == 0
    assert saved(folder, "told") == {
        "hooks": ["notify"],
        "hook_settings": {"notify": {"attempts": 2}},
        "database_url": "postgresql://ivy@host/ivy",
    }
    assert "secret" not in (folder / "told.yaml").read_text(encoding="utf-8")
    assert [warning.split(" ")[0] for warning in view.warnings] == ["webhook_url", "the"]


def test_that_a_template_can_extend_a_file_and_another_template(
    controller: TemplatesController, folder: Path, tmp_path: Path
) -> None:
    controller.save("base", wanted(jobs=2, threads=1))
    config = tmp_path / "site" / "batch.yaml"
    config.parent.mkdir()
    config.write_text("scaffold: site.ivy\nthreads: 3\n")
    assert controller.save("both", Wanted({"priority": 9}, config, "base")) == 0
    expected = {"jobs": 2, "threads": 3, "priority": 9, "scaffold": str(config.parent / "site.ivy")}
    assert saved(folder, "both") == expected


def test_that_an_empty_template_is_refused(controller: TemplatesController, view: RecordedView, folder: Path) -> None:
    assert controller.save("empty", wanted()) == 2
    assert view.problems[0].startswith("there is nothing to keep in the template.")
    assert not folder.exists()


@pytest.mark.parametrize(
    ("plugins", "given", "said"),
    [
        ({}, {"job_timeout": "soon"}, "--job-timeout: must be a duration"),
        ({"klt": {"window_px": "wide"}}, {"method": "klt"}, "setting window_px of klt: 'wide' does not do"),
        ({"klt": {"widow": "9"}}, {"method": "klt"}, "'widow' is no setting of the plugin klt"),
    ],
)
def test_that_wrong_settings_are_not_kept(
    controller: TemplatesController,
    view: RecordedView,
    folder: Path,
    plugins: Mapping[str, Mapping[str, Any]],
    given: dict[str, Any],
    said: str,
) -> None:
    assert controller.save("bad", wanted(plugins, **given)) == 2
    assert said in view.problems[0]
    assert not folder.exists()


def test_that_a_name_is_taken_over_only_if_that_is_said(controller: TemplatesController, view: RecordedView) -> None:
    assert controller.save("night", wanted(jobs=2)) == 0
    assert controller.save("night", wanted(jobs=3)) == 2
    assert "there is a template 'night' already" in view.problems[0]
    assert controller.save("night", wanted(jobs=3), replace=True) == 0
    assert load_template("night").run.jobs == 3


def test_that_templates_are_listed_with_what_is_wrong(
    controller: TemplatesController, view: RecordedView, folder: Path
) -> None:
    assert controller.list() == 0
    assert view.said == [f"there are no templates in {templates_folder()}"]
    controller.save("night", wanted(jobs=2, description="after ten"))
    (folder / "bad.yaml").write_text("jobs: many\n")
    assert controller.list() == 0
    assert view.tables == [(("name", "description"), [("bad", ""), ("night", "after ten")])]
    assert view.warnings[0].startswith("the template 'bad' cannot be used:")


def test_that_a_template_is_shown_and_deleted(
    controller: TemplatesController, view: RecordedView, folder: Path
) -> None:
    controller.save("night", wanted(jobs=2))
    assert controller.show("night") == 0
    assert yaml.safe_load(view.said[-1]) == {"jobs": 2}
    assert controller.delete("night") == 0
    assert list(folder.iterdir()) == []
    assert controller.show("night") == controller.delete("night") == 2
    assert all("there is no template 'night'" in problem for problem in view.problems)


def test_that_the_example_is_a_file_of_settings_in_which_nothing_is_active(
    controller: TemplatesController, view: RecordedView
) -> None:
    assert controller.example() == 0
    (text,) = view.said
    assert "#scaffold:" in text
    assert "#job_timeout:" in text
    assert yaml.safe_load(text) is None
