from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import create_autospec

from gui_workbench import workbench

from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.presenters.settings import SettingsPresenter, SettingsView, ShownSettings


def _case() -> tuple[Any, Any, SettingsPresenter, ShownSettings]:
    bench, view = workbench(), create_autospec(SettingsView, instance=True)
    bench.preferences.change(user_name="Ada")
    presenter = SettingsPresenter(view, bench)
    presenter.begin()
    return bench, view, presenter, view.show_form.call_args.args[0]


def test_that_the_settings_are_shown_as_they_are() -> None:
    *_, shown = _case()
    assert shown == ShownSettings("Ada", DisplayUnits.METRIC, "light", "A4", 2.0)


def test_that_changed_settings_are_remembered() -> None:
    bench, view, presenter, shown = _case()
    presenter.accept(replace(shown, user_name=" Grace ", theme="dark", page_size="Letter", autosave_minutes=5.0))
    values = bench.preferences.values
    assert (values.user_name, values.theme, values.page_size) == ("Grace", "dark", "Letter")
    assert values.autosave_minutes == 5.0
    assert not bench.document.is_modified
    view.close_form.assert_called_once_with()


def test_that_other_units_are_taken_into_the_open_project() -> None:
    bench, _, presenter, shown = _case()
    presenter.accept(replace(shown, display_units=DisplayUnits.ENGLISH))
    assert bench.document.project.display_units is DisplayUnits.ENGLISH
    assert bench.document.undo_label == "Switch to English units"


def test_that_an_impossible_interval_is_refused() -> None:
    bench, view, presenter, shown = _case()
    presenter.accept(replace(shown, autosave_minutes=0.0))
    view.show_problem.assert_called_once()
    assert bench.preferences.values.autosave_minutes == 2.0
