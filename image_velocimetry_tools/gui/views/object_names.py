"""Names of widgets for those who look for them: tests, and style sheets."""

from __future__ import annotations

from PyQt5.QtWidgets import QWidget


def name_widgets(owner: QWidget) -> None:
    """Give each widget that is an attribute of another one the name of that attribute."""
    for name, value in vars(owner).items():
        if isinstance(value, QWidget) and not name.startswith("_"):
            value.setObjectName(name)
