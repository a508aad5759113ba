from __future__ import annotations

from unittest.mock import create_autospec

from PyQt5.QtCore import Qt
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.gui.presenters.comments import CommentsPresenter
from image_velocimetry_tools.gui.views.comment_dialog import CommentDialog


def test_that_a_comment_is_written_under_the_category_of_the_tab(qtbot: QtBot) -> None:
    dialog = CommentDialog()
    qtbot.addWidget(dialog)
    presenter = create_autospec(CommentsPresenter, instance=True)
    dialog.bind(presenter)
    dialog.show_form("Ada", ["Discharge", "Other"], "Other")
    qtbot.keyClicks(dialog.textField, "Wind from the left")
    qtbot.mouseClick(dialog.okButton, Qt.MouseButton.LeftButton)
    presenter.add.assert_called_once_with("Ada", "Other", "Wind from the left")
    assert dialog.isVisible()
    dialog.close_form()
    dialog.show_form("Ada", ["Discharge", "Other"], "Discharge")
    assert dialog.textField.toPlainText() == ""
    assert dialog.categoryBox.currentText() == "Discharge"
