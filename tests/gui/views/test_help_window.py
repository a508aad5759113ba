from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt, QUrl
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.gui.models.help_page import help_text
from image_velocimetry_tools.gui.views.help_window import HelpWindow


@pytest.fixture
def window(qtbot: QtBot) -> HelpWindow:
    window = HelpWindow()
    qtbot.addWidget(window)
    window.show_page(help_text())
    window.open_at("")
    qtbot.waitExposed(window)
    return window


def _top(window: HelpWindow) -> str:
    return window.browser.cursorForPosition(window.browser.viewport().rect().topLeft()).block().text()


def _titles(window: HelpWindow) -> list[str]:
    return [window.contentsTree.topLevelItem(row).text(0) for row in range(window.contentsTree.topLevelItemCount())]


def test_that_contents_lead_to_their_section(window: HelpWindow, qtbot: QtBot) -> None:
    assert _titles(window)[:2] == ["The window", "From a video to a discharge"]
    item = window.contentsTree.findItems("6. Velocimetry", Qt.MatchExactly | Qt.MatchRecursive)[0]
    place = window.contentsTree.visualItemRect(item).center()
    qtbot.mouseClick(window.contentsTree.viewport(), Qt.LeftButton, pos=place)
    assert window.browser.textCursor().block().text() == "6. Velocimetry"
    assert 0 <= window.browser.cursorRect().top() < 30


def test_that_the_help_opens_at_a_heading(window: HelpWindow) -> None:
    window.open_at("Menus")
    assert window.browser.textCursor().block().text() == "Menus"
    assert window.contentsTree.currentItem().text(0) == "Menus"
    window.open_at("")
    assert window.browser.textCursor().block().text() == "Menus"


def test_that_words_are_found_one_after_the_other_and_round_again(window: HelpWindow, qtbot: QtBot) -> None:
    window.findField.setFocus()
    qtbot.keyClicks(window.findField, "four-point")
    count = int(window.foundLabel.text().split()[0])
    assert count > 1
    places = []
    for _ in range(count + 1):
        places.append(window.browser.textCursor().selectionStart())
        qtbot.keyClick(window.findField, Qt.Key_Return)
    assert places[:count] == sorted(set(places))
    assert places[count] == places[0]
    window.find_previous()
    assert window.browser.textCursor().selectedText().lower() == "four-point"


def test_that_words_that_do_not_occur_are_said_to_be_missing(window: HelpWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.findField, "xylophone")
    assert window.foundLabel.text() == "Not found"
    window.findField.clear()
    assert window.foundLabel.text() == ""


def test_that_a_link_within_the_page_is_followed(window: HelpWindow) -> None:
    window.browser.anchorClicked.emit(QUrl("#what-the-verdicts-mean"))
    assert window.browser.textCursor().block().text() == "What the verdicts mean"
