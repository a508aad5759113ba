"""The choice of the rating of a measurement."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QWidget

from .widgets.number_fields import ChoiceField

_RATINGS = ("Excellent", "Good", "Fair", "Poor")
_AUTOMATIC = "automatic"


class RatingField(ChoiceField):
    """The rating, by hand or as it follows from the uncertainty; ``rated(rating)`` is empty for the latter."""

    rated = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip("Rating of the measurement; automatic follows the ISO uncertainty")
        self.setMinimumContentsLength(16)
        self.chosen.connect(lambda rating: self.rated.emit("" if rating == _AUTOMATIC else rating))
        self.show_rating("", "")

    def show_rating(self, rating: str, automatic: str) -> None:
        """Show the rating by hand, empty for none; ``automatic`` is the one that follows from the uncertainty."""
        title = f"{_AUTOMATIC} ({automatic})" if automatic else _AUTOMATIC
        self.set_choices([(_AUTOMATIC, title), *((name, name) for name in _RATINGS)])
        self.show_value(rating or _AUTOMATIC)
