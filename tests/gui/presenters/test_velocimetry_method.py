from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import MagicMock, create_autospec

import pytest
from gui_workbench import workbench

from image_velocimetry_tools.domain.project import Project, VelocimetrySettings
from image_velocimetry_tools.gui.presenters.velocimetry_method import MethodPresenter, MethodView
from image_velocimetry_tools.plugins.registry import PluginRegistry


class Panel:
    """The presenter with its bench and a view that remembers what it was told."""

    def __init__(self, project: Project | None = None) -> None:
        self.bench = workbench(project)
        self.view = create_autospec(MethodView, instance=True)
        self.presenter = MethodPresenter(self.view, self.bench, PluginRegistry())
        self.dialogs: MagicMock = self.bench.dialogs  # type: ignore[assignment]

    @property
    def settings(self) -> VelocimetrySettings:
        return self.bench.document.project.velocimetry

    def last(self, method: str, argument: int = 0) -> Any:
        return getattr(self.view, method).call_args.args[argument]

    def shown(self, name: str) -> Any:
        return next(setting.value for setting in self.last("show_settings") if setting.name == name)


def test_that_installed_methods_are_offered_and_the_usual_one_is_chosen() -> None:
    panel = Panel()
    assert {"stiv", "klt"} <= {name for name, _ in panel.last("show_methods")}
    assert panel.last("show_method") == "stiv"
    assert panel.shown("estimator") == "ridge"


def test_that_choosing_a_method_shows_its_form() -> None:
    panel = Panel()
    panel.presenter.choose("klt")
    assert panel.settings.method == "klt"
    assert "Lucas" in panel.last("show_method", 1)
    assert panel.shown("window_px") == 15


def test_that_a_value_is_stored_and_shown_and_can_be_undone() -> None:
    panel = Panel()
    panel.presenter.set_value("estimator", "theta")
    assert dict(panel.settings.method_settings) == {"estimator": "theta"}
    assert panel.shown("estimator") == "theta"
    panel.bench.document.undo()
    assert panel.shown("estimator") == "ridge"


@pytest.mark.parametrize(("name", "value", "words"), [("window_px", 16, "odd"), ("track_frames", 2, "must not exceed")])
def test_that_a_value_that_does_not_do_is_refused_in_words(name: str, value: int, words: str) -> None:
    panel = Panel()
    panel.presenter.choose("klt")
    panel.presenter.set_value(name, value)
    assert words in str(panel.dialogs.show_error.call_args.args[1])
    assert dict(panel.settings.method_settings) == {}
    assert panel.shown(name) != value


def test_that_the_usual_settings_come_back() -> None:
    panel = Panel()
    panel.presenter.set_value("estimator", "theta")
    panel.presenter.reset()
    assert panel.shown("estimator") == "ridge"
    panel.presenter.reset()
    panel.presenter.choose("stiv")
    assert panel.bench.document.undo_label == "Return to the usual method"


def test_that_a_method_that_is_not_installed_is_told() -> None:
    project = Project()
    panel = Panel(replace(project, velocimetry=replace(project.velocimetry, method="elsewhere")))
    assert "'elsewhere' is not installed" in panel.last("show_method", 1)
    assert panel.last("show_settings") == ()
