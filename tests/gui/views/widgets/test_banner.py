from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.gui.views.theme import apply_theme
from image_velocimetry_tools.gui.views.widgets.banner import Banner
from image_velocimetry_tools.gui.views.widgets.notice_looks import GOOD


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    made = Banner()
    qtbot.addWidget(made)
    return made


def test_that_sentences_begin_with_a_capital_unless_with_a_file(banner: Banner) -> None:
    banner.show_sentences(["there is no section", "creek.mp4: it cannot be read"], ["point 3: its pixels are wrong"])
    assert banner.text == "There is no section\ncreek.mp4: it cannot be read\nPoint 3: its pixels are wrong"
    banner.show_note("choose a frame")
    assert banner.text == "Choose a frame"


def test_that_problems_warnings_notes_and_good_news_look_different(banner: Banner) -> None:
    looks = []
    for show in (
        lambda: banner.show_sentences(["bad"], ["odd"]),
        lambda: banner.show_sentences([], ["odd"]),
        lambda: banner.show_note("known"),
        lambda: banner.show_note("fine", is_good=True),
    ):
        show()
        looks.append(banner.styleSheet())
    assert len(set(looks)) == 4


def test_that_markup_in_a_sentence_is_shown_as_it_is(banner: Banner) -> None:
    banner.show_sentences(["<b>creek</b> & river"])
    assert "&lt;b&gt;creek" in banner.textLabel.text()


def test_that_it_is_there_only_while_it_says_something_and_its_button_while_it_has_a_name(banner: Banner) -> None:
    banner.show_sentences(["The video is missing"], action="Find the video…")
    assert not banner.isHidden()
    assert not banner.actionButton.isHidden()
    banner.show_sentences(["The video is missing"])
    assert banner.actionButton.isHidden()
    banner.show_sentences([])
    assert banner.isHidden()
    assert banner.text == ""


def test_that_it_takes_on_the_colours_of_the_theme_while_it_shows(banner: Banner) -> None:
    banner.show_note("fine", is_good=True)
    light = banner.styleSheet()
    assert GOOD.light.ground in light
    apply_theme("dark")
    assert GOOD.dark.ground in banner.styleSheet()
    apply_theme("light")
    assert banner.styleSheet() == light
