"""The box with the settings of a user."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from ...domain.units import DisplayUnits
from .form_dialog import FormDialog
from .widgets.number_box import NumberBox

if TYPE_CHECKING:
    from ..presenters.settings import SettingsPresenter, ShownSettings


class SettingsDialog(FormDialog):
    """Name, units, colours, paper, and how often unsaved work is kept."""

    presenter: SettingsPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Settings", parent)
        self._shown: ShownSettings | None = None
        self.userField = QLineEdit()
        self.userField.setToolTip("Signs comments and reports")
        self.unitsBox = _box([(str(units), str(units)) for units in DisplayUnits], "Units of everything that is shown")
        self.themeBox = _box([("Light", "light"), ("Dark", "dark")], "Colours of the window")
        self.pageBox = _box([("A4", "A4"), ("Letter", "Letter")], "Paper of the report")
        self.autosaveField = NumberBox()
        self.autosaveField.setRange(0.5, 120.0)
        self.autosaveField.setDecimals(1)
        self.autosaveField.setSuffix(" min")
        self.autosaveField.setToolTip("How often unsaved work is kept, to be recovered after a crash")
        form = QFormLayout()
        for name, label, widget in (
            ("userField", "User name", self.userField),
            ("unitsBox", "Units", self.unitsBox),
            ("themeBox", "Colours", self.themeBox),
            ("pageBox", "Page size", self.pageBox),
            ("autosaveField", "Keep unsaved work every", self.autosaveField),
        ):
            widget.setObjectName(name)
            form.addRow(label, widget)
        self.lay_out(form)
        self.accepted_form.connect(self._accept_form)

    def bind(self, presenter: SettingsPresenter) -> None:
        """Report to a presenter from now on."""
        self.presenter = presenter

    def show_form(self, settings: ShownSettings) -> None:
        """Show the settings as they are."""
        self._shown = settings
        self.userField.setText(settings.user_name)
        for box, value in (
            (self.unitsBox, str(settings.display_units)),
            (self.themeBox, settings.theme),
            (self.pageBox, settings.page_size),
        ):
            box.setCurrentIndex(box.findData(value))
        self.autosaveField.setValue(settings.autosave_minutes)
        self.open_form()

    def _accept_form(self) -> None:
        if self._shown is None:
            return
        self.presenter.accept(
            replace(
                self._shown,
                user_name=self.userField.text(),
                display_units=DisplayUnits(self.unitsBox.currentData()),
                theme=self.themeBox.currentData(),
                page_size=self.pageBox.currentData(),
                autosave_minutes=self.autosaveField.value(),
            )
        )


def _box(choices: list[tuple[str, str]], tip: str) -> QComboBox:
    box = QComboBox()
    for text, value in choices:
        box.addItem(text, value)
    box.setToolTip(tip)
    return box
