from __future__ import annotations

from unittest.mock import create_autospec

import pytest
from PyQt5.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.models.steps import Step, StepState, steps_of
from image_velocimetry_tools.gui.presenters.main_window import MainWindowPresenter, MainWindowView
from image_velocimetry_tools.gui.views.main_window import MainWindow
from image_velocimetry_tools.gui.views.window_actions import MENUS, OFFERS, TOOLBAR


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow()
    presenter = create_autospec(MainWindowPresenter, instance=True)
    presenter.may_close.return_value = True
    view: MainWindowView = made
    view.bind(presenter)
    for step in steps_of(Project()):
        made.add_page(step.name, step.title)
    qtbot.addWidget(made)
    made.show()
    return made


def test_that_tabs_show_how_far_their_step_is(window: MainWindow) -> None:
    states = (StepState.DONE, StepState.NEXT, StepState.OUTDATED, StepState.LATER)
    names = ("video", "frames", "velocimetry", "reporting")
    window.show_steps([Step(name, name, state, "Do this") for name, state in zip(names, states, strict=True)])
    indices = [0, 1, 5, 7]
    has_icon = [not window.tabWidget.tabIcon(index).isNull() for index in indices]
    assert has_icon == [True, True, True, False]
    assert [window.tabWidget.tabToolTip(index) for index in indices] == [
        "Done", "Next: Do this", "Out of date: Do this", "Later: Do this",
    ]  # fmt: skip


def test_that_the_title_has_a_mark_for_changes(window: MainWindow) -> None:
    window.show_title("river.ivy", True)
    assert window.isWindowModified()
    assert "river.ivy" in window.windowTitle()
    assert "IVyTools" in window.windowTitle()


def test_that_every_action_stands_in_a_menu_and_has_a_tip() -> None:
    in_menus = {name for _, names in MENUS for name in names.split() if name.islower() or not name.isupper()}
    assert {offer.name for offer in OFFERS} == in_menus - {"|"}
    assert all(offer.tip for offer in OFFERS)
    icons = {offer.name: offer.icon for offer in OFFERS}
    assert all(icons[name] for name in TOOLBAR.split() if name != "|")


def test_that_no_two_actions_share_a_key() -> None:
    keys = [key for offer in OFFERS for key in offer.keys.split()]
    assert len(keys) == len(set(keys))


def test_that_units_and_theme_are_marked_and_chosen(window: MainWindow) -> None:
    window.show_units(DisplayUnits.ENGLISH)
    assert window.actions_by_name._units["English"].isChecked()
    assert not window.actions_by_name._units["Metric"].isChecked()
    window.actions_by_name._units["Metric"].trigger()
    window.presenter.choose_units.assert_called_once_with(DisplayUnits.METRIC)  # type: ignore[attr-defined]
    window.actions_by_name._themes["dark"].trigger()
    window.presenter.choose_theme.assert_called_once_with("dark")  # type: ignore[attr-defined]


def test_that_recent_projects_can_be_opened(window: MainWindow) -> None:
    window.show_recent([])
    assert not window.actions_by_name.recentMenu.isEnabled()
    window.show_recent(["/data/river & creek.ivy"])
    (action,) = window.actions_by_name.recentMenu.actions()
    assert action.text() == "/data/river && creek.ivy"


def test_that_a_page_tells_when_it_is_needed(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.page_needed) as needed:
        window.show_tab("grid")
    assert needed.args == ["grid"]
    window.presenter.tab_shown.assert_called_with("grid")  # type: ignore[attr-defined]


def test_that_a_failure_stands_on_its_page(window: MainWindow) -> None:
    window.fill_page_with_failure("grid", "This tab cannot be shown.")
    assert window.tabWidget.widget(4).findChild(QLabel, "failureLabel").text() == "This tab cannot be shown."


def test_that_the_window_stays_when_the_user_wants_it(window: MainWindow) -> None:
    window.presenter.may_close.return_value = False  # type: ignore[attr-defined]
    assert not window.close()
    assert window.isVisible()
    window.presenter.may_close.return_value = True  # type: ignore[attr-defined]
    assert window.close()
    window.presenter.close.assert_called_once_with()  # type: ignore[attr-defined]


def test_that_the_window_returns_to_its_place(window: MainWindow) -> None:
    window.resize(900, 650)
    place = window.place()
    window.resize(700, 500)
    window.restore_place(place)
    assert (window.width(), window.height()) == (900, 650)
    window.restore_place("nonsense ☃")


def test_that_sentences_stand_in_the_status_bar(window: MainWindow) -> None:
    window.say("Saved river.ivy")
    assert window.statusBar().currentMessage() == "Saved river.ivy"


def test_that_a_panel_is_a_tab_of_its_own(window: MainWindow) -> None:
    window.add_panel("levels", "Levels", QWidget())
    assert window.tabWidget.tabText(8) == "Levels"
