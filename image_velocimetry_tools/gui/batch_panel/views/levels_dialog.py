"""Asks where the levels of videos come from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PyQt5.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ...views.widgets.dialog_buttons import DialogButtons
from ..shown import ShownLevels
from .controls import tool

_SOURCES = {
    "none": "Type them into the table",
    "constant": "One water level for all videos",
    "record": "A stage record: the water level at the time of each video",
}


class LevelsDialog(QDialog):
    """Nothing, one level, or a stage record."""

    def __init__(self, levels: ShownLevels, parent: Any = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Water levels of videos that are added")
        self._levels = levels
        self._sources = QButtonGroup(self)
        layout = QVBoxLayout(self)
        self._radios: dict[str, QRadioButton] = {}
        for name, text in _SOURCES.items():
            self._radios[name] = QRadioButton(text)
            self._radios[name].setObjectName(f"{name}Radio")
            self._sources.addButton(self._radios[name])
            layout.addWidget(self._radios[name])
        self._edits = {
            "level": self._edit(levels.level, "Water surface elevation in the datum of the control points"),
            "record": self._edit(levels.record, "A tab file of USGS NWIS, or a CSV with a time and a level column"),
            "column": self._edit(levels.column, "Column of the record with the levels, if it has several"),
            "timezone": self._edit(levels.timezone, "Zone of the times in file names: America/Chicago, CDT, -05:00"),
            "datum_offset": self._edit(
                levels.datum_offset, "Added to every level: from the datum of the gage to that of the control points"
            ),
            "max_gap_min": self._edit(levels.max_gap_min, "Largest distance between the readings round a video"),
        }
        layout.addLayout(self._form())
        buttons = DialogButtons(DialogButtons.Ok | DialogButtons.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        for radio in self._radios.values():
            radio.toggled.connect(lambda _: self._show_fields())
        self._radios[levels.source].setChecked(True)
        self._show_fields()

    def ask(self) -> ShownLevels | None:
        """Show the box; None if the user thought better of it."""
        return self.chosen() if self.exec_() == QDialog.Accepted else None

    def chosen(self) -> ShownLevels:
        """What the fields say."""
        return replace(self._levels, source=self._source, **{n: edit.text() for n, edit in self._edits.items()})

    @property
    def _source(self) -> str:
        return next(name for name, radio in self._radios.items() if radio.isChecked())

    def _form(self) -> QFormLayout:
        form, unit = QFormLayout(), self._levels.unit or "unit of the scaffold"
        form.addRow(f"Water level ({unit})", self._edits["level"])
        record = QWidget()
        row = QHBoxLayout(record)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._edits["record"])
        self._choose = tool("chooseRecordButton", "Choose…", "Choose the stage record", self._choose_record)
        row.addWidget(self._choose)
        form.addRow("Stage record", record)
        form.addRow("", self._note(unit))
        form.addRow("Column", self._edits["column"])
        form.addRow("Time zone", self._edits["timezone"])
        form.addRow(f"Datum offset ({unit})", self._edits["datum_offset"])
        form.addRow("Largest gap (min)", self._edits["max_gap_min"])
        return form

    def _show_fields(self) -> None:
        for name, edit in self._edits.items():
            edit.setEnabled(self._source == ("constant" if name == "level" else "record"))
        self._choose.setEnabled(self._source == "record")

    def _choose_record(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Choose the stage record", self._edits["record"].text())
        if path:
            self._edits["record"].setText(path)

    @staticmethod
    def _note(unit: str) -> QLabel:
        said = "A record that states its unit is converted: parameter 00065 is in ft; stage_m, level (ft)."
        note = QLabel(f"{said}\nThe levels of any other are taken in {unit.replace('unit', 'the unit')}.")
        note.setObjectName("unitNote")
        note.setEnabled(False)
        return note

    @staticmethod
    def _edit(text: str, tip: str) -> QLineEdit:
        edit = QLineEdit(text)
        edit.setToolTip(tip)
        edit.setMinimumWidth(320)
        return edit
