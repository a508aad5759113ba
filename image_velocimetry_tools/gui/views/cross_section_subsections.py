"""The table of subsections on the Cross-Section tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...domain.units import METRIC, UnitSystem
from ..models.editable_columns import SubsectionColumn
from .widgets.tables import Cell, CellValue, Column, Table

if TYPE_CHECKING:
    from ..models.subsections import SubsectionRow
    from ..presenters.cross_section_subsections import SubsectionsEditor


class SubsectionsPage(QWidget):
    """The subsections with their roughness, to be edited, divided and deleted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subsectionsTable = Table(_columns(METRIC), self)
        self.divideButton = QPushButton("Divide sub-section", self)
        self.divideButton.setToolTip("Divide the selected sub-section in its middle; then enter where the first ends")
        self.deleteSubsectionButton = QPushButton("Delete sub-section", self)
        self.deleteSubsectionButton.setToolTip("Join the selected sub-section to the one before it")
        for name in ("subsectionsTable", "divideButton", "deleteSubsectionButton"):
            getattr(self, name).setObjectName(name)
        bar = QHBoxLayout()
        bar.addWidget(self.divideButton)
        bar.addWidget(self.deleteSubsectionButton)
        bar.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.addWidget(self.subsectionsTable, 1)
        layout.addLayout(bar)

    def report_to(self, editor: SubsectionsEditor) -> None:
        """Report to a presenter what the user does."""
        self._editor = editor
        self.subsectionsTable.edited.connect(self._edit)
        self.subsectionsTable.delete_pressed.connect(lambda: editor.remove(self._selected()))
        self.subsectionsTable.pasted.connect(lambda pasted: editor.paste(pasted))
        self.divideButton.clicked.connect(lambda: editor.divide(self._selected()))
        self.deleteSubsectionButton.clicked.connect(lambda: editor.remove(self._selected()))

    def show_subsections(self, rows: Sequence[SubsectionRow], units: UnitSystem) -> None:
        """List the subsections from left to right."""
        self.subsectionsTable.set_columns(_columns(units))
        last = len(rows) - 1
        self.subsectionsTable.show_rows(
            [
                (
                    number + 1,
                    row.first_station,
                    Cell(row.last_station, is_editable=number < last),
                    row.manning_n,
                    row.area,
                    row.share_percent,
                    row.conveyance,
                    row.wetted_perimeter,
                    row.hydraulic_radius,
                )
                for number, row in enumerate(rows)
            ]
        )
        self.divideButton.setEnabled(bool(rows))
        self.deleteSubsectionButton.setEnabled(last > 0)

    def _selected(self) -> int:
        rows = self.subsectionsTable.selected_rows()
        return rows[0] if rows else 0

    def _edit(self, row: int, column: int, value: CellValue) -> None:
        if not isinstance(value, float):
            return
        if column == SubsectionColumn.ROUGHNESS:
            self._editor.set_manning_n(row, value)
        elif column == SubsectionColumn.END:
            self._editor.move_boundary(row, value)


def _columns(units: UnitSystem) -> tuple[Column, ...]:
    length, roughness = units.length_label, "Roughness after Manning, in s/m^(1/3)"
    return (
        Column("No.", width_px=40),
        Column(f"Start ({length})", "number"),
        Column(
            f"End ({length})",
            "number",
            is_editable=True,
            unit=length,
            tooltip="Station at which the next sub-section begins",
        ),
        Column("Manning n", "number", is_editable=True, decimals=4, tooltip=roughness),
        Column(f"Area ({units.area_label})", "number"),
        Column("Share (%)", "number", decimals=1, tooltip="Share of the conveyance of the section"),
        Column(f"Conveyance ({units.discharge_label})", "number", decimals=2),
        Column(f"Wetted perimeter ({length})", "number"),
        Column(f"Hydraulic radius ({length})", "number"),
    )
