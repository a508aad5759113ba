"""The window that shows what stabilising does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from .widgets.dialog_buttons import DialogButtons
from .widgets.image_view import ImageView

Picture = NDArray[np.uint8]


class StabilisationDialog(QDialog):
    """Shows the first frame in red over the last one in cyan, as recorded and stabilised."""

    def __init__(self, before: Picture, after: Picture | None, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Stabilisation")
        self.resize(1100, 480)
        self.beforeView, self.afterView = ImageView(self), ImageView(self)
        self.beforeView.show_picture(before)
        if after is not None:
            self.afterView.show_picture(after)
        grid = QGridLayout()
        for column, (title, view) in enumerate((("As recorded", self.beforeView), ("Stabilised", self.afterView))):
            grid.addWidget(QLabel(title), 0, column)
            grid.addWidget(view, 1, column)
        grid.setRowStretch(1, 1)
        self.textLabel = QLabel(
            f"{text} The first frame of the clip is red, the last one cyan: what stands still is grey, without"
            " coloured edges.",
            self,
        )
        self.textLabel.setWordWrap(True)
        buttons = DialogButtons(DialogButtons.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(grid, 1)
        layout.addWidget(self.textLabel)
        layout.addWidget(buttons)
