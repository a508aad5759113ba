"""The buttons of boxes: words alone, on every system."""

from __future__ import annotations

from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import QDialogButtonBox, QWidget


class DialogButtons(QDialogButtonBox):
    """Standard buttons without the icons that some systems put beside some of them."""

    def __init__(
        self, buttons: QDialogButtonBox.StandardButtons | QDialogButtonBox.StandardButton, parent: QWidget | None = None
    ) -> None:
        super().__init__(QDialogButtonBox.StandardButtons(buttons), parent)
        for button in self.buttons():
            button.setIcon(QIcon())
