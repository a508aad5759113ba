"""Every key that does something inside a tab stands in the help."""

from __future__ import annotations

import importlib
import re

import pytest
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QShortcut, QWidget
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.gui import views
from image_velocimetry_tools.gui.models.help_page import HELP_PAGE, help_text
from image_velocimetry_tools.gui.tab_set import TABS

VIEWS = HELP_PAGE.parents[1] / "views"
# as Qt names keys, and as people do
WORDS = {
    "PageUp": "Page Up",
    "PgUp": "Page Up",
    "PageDown": "Page Down",
    "PgDown": "Page Down",
    "Delete": "Del",
    "Enter": "Return",
    "Escape": "Esc",
    "Plus": "`+`",
    "Equal": "`+`",
    "Minus": "`-`",
    ",": "comma",
    ".": "full stop",
}


def _keys_section() -> str:
    return help_text().split("## Keys\n")[1].split("\n## ")[0]


def _is_described(key: str) -> bool:
    word = WORDS.get(key, key)
    return re.search(rf"(?<![+\w]){re.escape(word)}(?!\w)", _keys_section()) is not None


def _pressed_keys() -> list[tuple[str, str]]:
    """Keys that views ask for in their sources, each with its module."""
    found = {
        (path.relative_to(VIEWS).as_posix(), name)
        for path in VIEWS.rglob("*.py")
        for name in re.findall(r"Qt\.(?:Key\.)?Key_(\w+)", path.read_text(encoding="utf-8"))
    }
    return sorted(found)


@pytest.mark.parametrize(("module", "key"), _pressed_keys())
def test_that_a_key_of_player_viewer_and_tables_is_described(module: str, key: str) -> None:
    assert _is_described(key), f"{key} of {module}"


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.name)
def test_that_every_shortcut_inside_a_tab_is_described(tab, qtbot: QtBot) -> None:
    module, _, name = tab.view.partition(":")
    view: QWidget = getattr(importlib.import_module(module, views.__name__), name)()
    qtbot.addWidget(view)
    keys = [shortcut.key().toString(QKeySequence.PortableText) for shortcut in view.findChildren(QShortcut)]
    assert [key for key in keys if key and not _is_described(key)] == []
