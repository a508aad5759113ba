"""Asks how to export: the exporter, and a form made from its settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...views.widgets.dialog_buttons import DialogButtons
from ..shown import ExportChoice, FormField, ShownExporter


class ExportDialog(QDialog):
    """A choice of exporters, the form of the chosen one below."""

    def __init__(self, exporters: Sequence[ShownExporter], parent: Any = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export the results")
        self._exporters = list(exporters)
        self.exporterChoice = QComboBox()
        self.exporterChoice.setObjectName("exporterChoice")
        self.exporterChoice.setToolTip("Form of the export")
        self.exporterChoice.addItems([one.title for one in exporters])
        self._pages = QStackedWidget()
        self._fields: list[dict[str, QWidget]] = []
        for one in exporters:
            fields = {field.name: _widget(field) for field in one.fields}
            self._fields.append(fields)
            self._pages.addWidget(_page(one.fields, fields))
        self.exporterChoice.currentIndexChanged.connect(self._pages.setCurrentIndex)
        buttons = DialogButtons(DialogButtons.Ok | DialogButtons.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.exporterChoice)
        layout.addWidget(self._pages)
        layout.addWidget(buttons)

    def ask(self) -> ExportChoice | None:
        """Show the box; None if the user thought better of it."""
        return self.chosen() if self.exec_() == QDialog.Accepted and self._exporters else None

    def chosen(self) -> ExportChoice:
        """The exporter, and the settings that are not the usual ones."""
        index = self.exporterChoice.currentIndex()
        one = self._exporters[index]
        values = {field.name: _value(self._fields[index][field.name]) for field in one.fields}
        usual = {field.name: field.value for field in one.fields}
        return ExportChoice(one.name, {name: text for name, text in values.items() if text != usual[name]})


def _page(fields: Sequence[FormField], widgets: dict[str, QWidget]) -> QWidget:
    page = QWidget()
    form = QFormLayout(page)
    for field in fields:
        label = QLabel(field.label)
        label.setToolTip(field.help)
        form.addRow(label, widgets[field.name])
    return page


def _widget(field: FormField) -> QWidget:
    made: QWidget
    if field.kind == "switch":
        made = QCheckBox()
        made.setChecked(field.value == "yes")
    elif field.kind == "choice":
        made = QComboBox()
        made.addItems(list(field.choices))
        made.setCurrentText(field.value)
    else:
        made = QLineEdit(field.value)
        made.setMinimumWidth(260)
        if field.kind == "secret":
            made.setEchoMode(QLineEdit.Password)
    made.setObjectName(field.name)
    made.setToolTip(field.help)
    return made


def _value(widget: QWidget) -> str:
    if isinstance(widget, QCheckBox):
        return "yes" if widget.isChecked() else "no"
    if isinstance(widget, QComboBox):
        return widget.currentText()
    assert isinstance(widget, QLineEdit)
    return widget.text()
