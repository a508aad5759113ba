"""The Discharge tab: station table, plots linked with it, and the result with its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QTabWidget, QVBoxLayout, QWidget

from ..models.editable_columns import LARGEST_ALPHA, SMALLEST_ALPHA, StationColumn
from ..models.share_grades import MUCH_PERCENT, SOME_PERCENT
from .discharge_result import ResultPanel
from .discharge_table import SHARE_COLOURS, SHARE_LEGEND, station_cells, station_columns
from .widgets.banner import Banner
from .widgets.number_fields import ChoiceField, NumberField, SwitchField
from .widgets.plots import Plot, Readout, SectionPlot, StationBars
from .widgets.tables import CellValue, Table

if TYPE_CHECKING:
    from ..models.cross_section import SectionDrawing
    from ..models.discharge import StationRow, UncertaintyRow
    from ..models.readings import Readings
    from ..presenters.discharge import DischargePresenter

_GAP_RULES = (("froude", "Fill from neighbours"), ("drop", "Leave out"))
_SYMBOLS = {"Used": "o", "Filled": "d", "Not used": "x", "Edge of water": "t"}


class DischargeTab(QWidget):
    """Shows stations and discharge; see ``DischargeView``."""

    presenter: DischargePresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[StationRow] = ()
        self._level: float | None = None
        self.banner = Banner(self)
        self.resultPanel = ResultPanel(self)
        upper = QSplitter(Qt.Horizontal, self)
        upper.addWidget(self._plots())
        upper.addWidget(self.resultPanel)
        upper.setSizes([840, 400])
        whole = QSplitter(Qt.Vertical, self)
        whole.addWidget(upper)
        whole.addWidget(self._stations())
        whole.setSizes([340, 280])
        layout = QVBoxLayout(self)
        layout.addWidget(self.banner)
        layout.addWidget(whole, 1)

    def bind(self, presenter: DischargePresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.stationTable.edited.connect(self._edit)
        self.stationTable.pasted.connect(lambda pasted: presenter.paste(pasted))
        self.stationTable.rows_selected.connect(lambda rows: presenter.select_points(self._points(rows)))
        self.sectionPlot.station_clicked.connect(self._take_plotted)
        self.dischargeBars.bar_clicked.connect(self._take_plotted)
        self.useButton.clicked.connect(lambda: presenter.set_used(self._selected(), True))
        self.setAsideButton.clicked.connect(lambda: presenter.set_used(self._selected(), False))
        self.resetButton.clicked.connect(lambda: presenter.reset(only_selected=True))
        self.resetAllButton.clicked.connect(lambda: presenter.reset(only_selected=False))
        self.alphaField.edited.connect(
            lambda alpha: presenter.set_alpha(alpha, only_selected=self.onlySelectedField.isChecked())
        )
        self.gapField.chosen.connect(lambda rule: presenter.set_gap_rule(rule))
        self.resultPanel.ratingField.rated.connect(lambda rating: presenter.set_rating(rating))

    # what the presenter shows

    def show_units(self, length: str, area: str, velocity: str, discharge: str) -> None:
        """Name the units in titles and axes."""
        self.stationTable.set_columns(station_columns(length, area, velocity, discharge))
        self.sectionPlot.set_axes("Station", length, "Elevation", length)
        # the axis of the bars below is its axis too
        self.velocityPlot.set_axes("", "", "Velocity", velocity)
        self.dischargeBars.set_axes("Station", length, "Discharge", "%")

    def show_stations(self, rows: Sequence[StationRow]) -> None:
        """Show the rows of the station table, in the plots too."""
        self._rows = rows
        self.stationTable.show_rows([station_cells(row) for row in rows])
        stations = np.array([row.station for row in rows])
        shares = np.array([row.share_percent for row in rows])
        self.dischargeBars.show_bars(stations, shares, [SHARE_COLOURS[row.share_grade] for row in rows])
        self._plot_velocities(rows, stations)

    def show_readings(self, readings: Readings) -> None:
        """What can be read at the stations, in all plots."""
        shares = np.array([row.share_percent for row in self._rows], dtype=float)
        self.velocityPlot.show_readings(readings)
        self.dischargeBars.show_readings(replace(readings, y=shares))
        level = np.full(len(self._rows), np.nan if self._level is None else self._level)
        self.sectionPlot.show_readings(replace(readings, y=level))

    def show_selection(self, points: Sequence[int]) -> None:
        """Select points in the table and mark the first in the plots."""
        places = [place for place, row in enumerate(self._rows) if row.point in points and row.point is not None]
        self.stationTable.select_rows(places)
        first = places[0] if places else None
        self.sectionPlot.highlight(first)
        self.dischargeBars.highlight(first)
        has_selection = bool(places)
        for button in (self.useButton, self.setAsideButton, self.resetButton):
            button.setEnabled(has_selection)
        self.onlySelectedField.setEnabled(has_selection)

    def show_section(self, drawing: SectionDrawing | None) -> None:
        """Plot bed, water level and stations."""
        self._level = None if drawing is None else drawing.level
        if drawing is None:
            self.sectionPlot.show_bed([], [])
            self.sectionPlot.show_water_level(None)
            self.sectionPlot.show_stations([], [])
            return
        self.sectionPlot.show_bed(drawing.station, drawing.elevation)
        self.sectionPlot.show_water_level(drawing.level if drawing.edges is not None else None)
        stations = [row.station for row in self._rows]
        marks = [(_SYMBOLS[str(row.status)], str(row.status)) for row in self._rows]
        level = drawing.level if drawing.level is not None else 0.0
        self.sectionPlot.show_stations(stations, level, marks=marks)

    def show_total(self, text: str) -> None:
        """Show the total discharge."""
        self.resultPanel.totalLabel.setText(text)

    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """List the figures of the result."""
        self.resultPanel.figuresTable.show_rows([list(figure) for figure in figures])

    def show_uncertainty(self, rows: Sequence[UncertaintyRow]) -> None:
        """List the components of the uncertainty."""
        self.resultPanel.uncertaintyTable.show_rows(
            [(r.name, r.iso_percent, r.iso_share_percent, r.ive_percent, r.ive_share_percent) for r in rows]
        )

    def show_verdict(self, verdict: str, reasons: Sequence[str]) -> None:
        """Show how far the discharge can be trusted."""
        self.resultPanel.show_verdict(verdict, reasons)

    def show_settings(self, alpha: float, gap_rule: str, rating: str, automatic_rating: str) -> None:
        """Show what the user may choose."""
        self.alphaField.show_value(alpha)
        self.gapField.show_value(gap_rule)
        self.resultPanel.ratingField.show_rating(rating, automatic_rating)

    def show_problems(self, problems: Sequence[str], warnings: Sequence[str]) -> None:
        """Say what is wrong, and what to do."""
        self.banner.show_sentences(problems, warnings)

    # building

    def _plots(self) -> QWidget:
        self.plotTabs = QTabWidget(self)
        self.plotTabs.setObjectName("plotTabs")
        self.sectionPlot, self.velocityPlot = SectionPlot(self), Plot(self)
        self.dischargeBars = StationBars(self)
        self.velocityPlot.link_stations(self.dischargeBars)
        self.dischargeBars.show_grades(
            (SOME_PERCENT, MUCH_PERCENT), [(text, SHARE_COLOURS[grade]) for grade, text in SHARE_LEGEND]
        )
        both = QSplitter(Qt.Vertical, self)
        both.addWidget(self.velocityPlot)
        both.addWidget(self.dischargeBars)
        self.stationReadout = Readout(self.velocityPlot, self.dischargeBars)
        self.sectionReadout = Readout(self.sectionPlot)
        self.plotTabs.addTab(_above(both, self.stationReadout), "Velocity and discharge")
        self.plotTabs.addTab(_above(self.sectionPlot, self.sectionReadout), "Section")
        return self.plotTabs

    def _stations(self) -> QWidget:
        page = QWidget(self)
        self.stationTable = Table(station_columns("m", "m²", "m/s", "m³/s"), page)
        self.stationTable.horizontalHeader().setStretchLastSection(True)
        self.useButton = QPushButton("Use", page)
        self.useButton.setToolTip("Let the selected stations count")
        self.setAsideButton = QPushButton("Do not use", page)
        self.setAsideButton.setToolTip("Set the selected stations aside")
        self.resetButton = QPushButton("Reset", page)
        self.resetButton.setToolTip("Leave the selected stations to the program again")
        self.resetAllButton = QPushButton("Reset all", page)
        self.resetAllButton.setToolTip("Leave all stations to the program again")
        self.alphaField = NumberField(page, decimals=3, minimum=SMALLEST_ALPHA, maximum=LARGEST_ALPHA, step=0.01)
        self.alphaField.setToolTip("Mean velocity over surface velocity")
        self.onlySelectedField = SwitchField("only selected", page)
        self.onlySelectedField.setToolTip("Change alpha of the selected stations only")
        self.gapField = ChoiceField(page, _GAP_RULES)
        self.gapField.setToolTip("What happens where no velocity is used: neighbours at the same Froude number, or not")
        bar = QHBoxLayout()
        for button in (self.useButton, self.setAsideButton, self.resetButton, self.resetAllButton):
            bar.addWidget(button)
        bar.addStretch()
        for widget in (QLabel("Alpha"), self.alphaField, self.onlySelectedField, QLabel("Gaps"), self.gapField):
            bar.addWidget(widget)
        names = ("stationTable", "useButton", "setAsideButton", "resetButton", "resetAllButton")
        for name in (*names, "alphaField", "onlySelectedField", "gapField"):
            getattr(self, name).setObjectName(name)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.stationTable, 1)
        return page

    # what the user does

    def _points(self, rows: Sequence[int]) -> list[int]:
        points = (self._rows[row].point for row in rows)
        return [point for point in points if point is not None]

    def _selected(self) -> list[int]:
        return self._points(self.stationTable.selected_rows())

    def _take_plotted(self, place: int) -> None:
        self.presenter.select_points(self._points([place]))

    def _edit(self, row: int, column: int, value: CellValue) -> None:
        point = self._rows[row].point
        number = value if isinstance(value, float) else None
        if point is None:
            return
        if column == StationColumn.USED:
            self.presenter.set_used([point], bool(value))
        elif column == StationColumn.ALPHA:
            self.presenter.set_station_alpha(point, number)
        elif column == StationColumn.VELOCITY:
            self.presenter.set_velocity(point, number)

    def _plot_velocities(self, rows: Sequence[StationRow], stations: NDArray[np.float64]) -> None:
        counted = np.array([row.velocity for row in rows], dtype=float)
        own = np.array([row.own_velocity for row in rows], dtype=float)
        filled = np.array([row.is_filled for row in rows], dtype=bool)
        used = np.array([row.is_used for row in rows], dtype=bool)
        aside = ~used & np.array([not row.is_edge for row in rows], dtype=bool)
        plot = self.velocityPlot
        plot.show_curve("profile", stations, counted, "#1f77b4", legend="Velocity that counts")
        for name, mask, values, colour, symbol, legend in (
            ("used", used, counted, "#1f77b4", "o", "Used"),
            ("filled", filled, counted, "#e08a1e", "d", "Filled"),
            ("aside", aside, own, "#8a8f94", "x", "Not used"),
        ):
            if mask.any():
                plot.show_curve(name, stations[mask], values[mask], colour, width=0, symbol=symbol, legend=legend)
            else:
                plot.empty_curve(name)


def _above(upper: QWidget, lower: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(upper, 1)
    layout.addWidget(lower)
    return page
