"""The Cross-Section tab: picture with the line on the left, plot and tables of the survey on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QTabWidget, QVBoxLayout, QWidget

from ...domain.section import Bank
from ...domain.units import UnitSystem
from .cross_section_subsections import SubsectionsPage
from .cross_section_tables import FiguresTable, PointsPage, SurveysPage
from .widgets.banner import Banner
from .widgets.image_view import ImageView
from .widgets.number_fields import ChoiceField, NumberField
from .widgets.plots import Plot, Readout, SectionPlot

if TYPE_CHECKING:
    from ..models.cross_section import CurveDrawing, SectionDrawing, SurveyRow
    from ..models.subsections import SubsectionRow
    from ..presenters.cross_section import CrossSectionPresenter
    from ..presenters.cross_section_subsections import SubsectionsEditor

FloatArray = NDArray[np.float64]

_LINE = "#ffd23f"
_BANKS = ((str(Bank.LEFT), "Left bank"), (str(Bank.RIGHT), "Right bank"))
_PICTURES = (("rectified", "Rectified image"), ("original", "Original image"))
# the words of the presenter's kinds of plot
_PLOTS = ("Section", "Area", "Top width", "Wetted perimeter", "Hydraulic radius", "Conveyance")


class CrossSectionTab(QWidget):
    """Shows the section and its line; see ``CrossSectionView``."""

    presenter: CrossSectionPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner(self)
        splitter = QSplitter(Qt.Horizontal, self)
        splitter.addWidget(self._picture_side())
        splitter.addWidget(self._survey_side())
        splitter.setSizes([620, 620])
        layout = QVBoxLayout(self)
        layout.addWidget(self.banner)
        layout.addWidget(splitter, 1)

    def bind(self, presenter: CrossSectionPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.importButton.clicked.connect(lambda: presenter.import_survey())
        self.exportButton.clicked.connect(lambda: presenter.export_csv())
        self.pictureField.chosen.connect(lambda name: presenter.choose_picture(name == "original"))
        self.drawButton.toggled.connect(lambda on: self.imageView.set_mode("line" if on else "navigate"))
        self.imageView.line_drawn.connect(self._take_line)
        self.imageView.line_moved.connect(lambda layer, index, *ends: presenter.draw_line(_line(ends)))
        self.swapButton.clicked.connect(lambda: presenter.swap_ends())
        self.startBankField.chosen.connect(lambda bank: presenter.set_start_bank(Bank(bank)))
        for field in self.endFields:
            field.edited.connect(lambda _: presenter.set_line_ends(_line([f.value() for f in self.endFields])))
        self.plotField.chosen.connect(lambda name: presenter.choose_plot(name))
        self.surveysPage.report_to(presenter)
        self.pointsPage.report_to(presenter)

    # what the presenter shows

    def show_units(self, length_label: str) -> None:
        """Name the unit of length in titles."""
        self.surveysPage.show_units(length_label)
        self.pointsPage.show_units(length_label)

    def show_picture(self, picture: NDArray[np.uint8] | None, is_original: bool) -> None:
        """Show the picture on which the line lies."""
        self.pictureField.show_value("original" if is_original else "rectified")
        if picture is None:
            self.imageView.clear()
            self.imageView.set_marker_text("There is no picture yet: see the Orthorectification tab")
        else:
            self.imageView.set_marker_text("")
            self.imageView.show_picture(picture)
        self.drawButton.setEnabled(picture is not None)

    def show_scale(self, pixel_size: float | None, length_label: str) -> None:
        """Show the scale of the rectified picture."""
        self.imageView.set_scale_bar(pixel_size, length_label)

    def show_line(self, line_px: FloatArray | None, names: tuple[str, str]) -> None:
        """Draw the line in the picture, its ends named."""
        if line_px is None:
            self.imageView.clear_layer("line")
            self.imageView.clear_layer("ends")
            return
        self.imageView.set_lines("line", line_px[np.newaxis], _LINE, width=2.5, draggable=True)
        self.imageView.set_points("ends", line_px, [f"start, {names[0]}", names[1]], _LINE, "ring")

    def show_line_ends(self, line_px: FloatArray | None) -> None:
        """Show the coordinates of the line's ends in the rectified image."""
        values = [None] * 4 if line_px is None else [float(value) for value in line_px.ravel()]
        for field, value in zip(self.endFields, values, strict=True):
            field.show_value(value)
            field.setEnabled(line_px is not None)
        self.swapButton.setEnabled(line_px is not None)

    def show_start_bank(self, bank: Bank) -> None:
        """Show at which bank the line starts."""
        self.startBankField.show_value(str(bank))

    def show_section(self, drawing: SectionDrawing | None) -> None:
        """Plot the section itself."""
        self.curvePlot.hide()
        self.sectionPlot.show()
        self.plotField.show_value(_PLOTS[0])
        if drawing is None:
            self.sectionPlot.show_bed([], [])
            self.sectionPlot.show_water_level(None)
            self.sectionPlot.show_stations([], [], "Edges of water")
            self.sectionPlot.show_boundaries(())
            self.sectionPlot.show_readings(None)
            return
        self.sectionPlot.set_axes("Station", drawing.length_label, "Elevation", drawing.length_label)
        self.sectionPlot.show_bed(drawing.station, drawing.elevation)
        is_wet = drawing.level is not None and drawing.edges is not None
        self.sectionPlot.show_water_level(drawing.level if is_wet else None)
        self.sectionPlot.show_stations(drawing.edges or (), drawing.level or 0.0, "Edges of water")
        self.sectionPlot.show_boundaries(drawing.bounds)
        self.sectionPlot.show_readings(drawing.readings)

    def show_curve(self, drawing: CurveDrawing | None) -> None:
        """Plot a property against the level."""
        self.sectionPlot.hide()
        self.curvePlot.show()
        self.curvePlot.clear_curves()
        self.curvePlot.show_readings(None if drawing is None else drawing.readings)
        if drawing is None:
            return
        self.plotField.show_value(drawing.title)
        self.curvePlot.set_axes(drawing.title, drawing.unit, "Water surface elevation", drawing.length_label)
        self.curvePlot.show_curve("property", drawing.values, drawing.elevation)
        if drawing.level is not None and np.isfinite(drawing.values).any():
            at_level = float(np.interp(drawing.level, drawing.elevation, drawing.values))
            self.curvePlot.show_curve(
                "now", [0.0, at_level], [drawing.level] * 2, "#c0392b", dashed=True, symbol="o", legend="Present level"
            )

    def show_surveys(self, rows: Sequence[SurveyRow], chosen: int) -> None:
        """List the sub-surveys."""
        self.surveysPage.show_surveys(rows, chosen)
        self.exportButton.setEnabled(bool(rows))

    def bind_subsections(self, editor: SubsectionsEditor) -> None:
        """Report to a presenter what the user does to subsections."""
        self.subsectionsPage.report_to(editor)

    def show_subsections(self, rows: Sequence[SubsectionRow], units: UnitSystem) -> None:
        """List the subsections with their roughness."""
        self.subsectionsPage.show_subsections(rows, units)

    def show_points(self, stations: FloatArray, elevations: FloatArray) -> None:
        """List the points of the chosen sub-survey."""
        self.pointsPage.show_points(stations, elevations)

    def show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """List the figures at the water level."""
        self.figuresTable.show_rows([list(figure) for figure in figures])

    def show_findings(self, problems: Sequence[str], warnings: Sequence[str]) -> None:
        """Say what is wrong, and what to do."""
        self.banner.show_sentences(problems, warnings)

    # building

    def _picture_side(self) -> QWidget:
        side = QWidget(self)
        self.imageView = ImageView(side)
        self.pictureField = ChoiceField(side, _PICTURES)
        self.drawButton = QPushButton("Draw line", side)
        self.drawButton.setCheckable(True)
        self.drawButton.setToolTip("Click one edge of water and then the other; the first is the start bank")
        self.swapButton = QPushButton("Swap ends", side)
        self.swapButton.setToolTip("Let the line start at its other end")
        self.startBankField = ChoiceField(side, _BANKS)
        self.startBankField.setToolTip("The bank at which the line starts, seen downstream")
        self.endFields = [NumberField(side, decimals=1, step=1.0, minimum=-9999.0, maximum=99999.0) for _ in range(4)]
        first, second = QHBoxLayout(), QHBoxLayout()
        for widget in (self.pictureField, self.drawButton, self.swapButton, QLabel("Starts at"), self.startBankField):
            first.addWidget(widget)
        first.addStretch()
        for name, field in zip(("Start x (px)", "y", "End x (px)", "y"), self.endFields, strict=True):
            second.addWidget(QLabel(name))
            second.addWidget(field, 1)
            field.setToolTip("Pixel of the rectified image")
            field.setMinimumWidth(60)
        for name in ("imageView", "pictureField", "drawButton", "swapButton", "startBankField"):
            getattr(self, name).setObjectName(name)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(first)
        layout.addWidget(self.imageView, 1)
        layout.addLayout(second)
        return side

    def _survey_side(self) -> QWidget:
        side = QWidget(self)
        self.importButton = QPushButton("Import survey…", side)
        self.importButton.setToolTip("AreaComp file (.mat), or a CSV of stations and elevations")
        self.exportButton = QPushButton("Export section…", side)
        self.exportButton.setToolTip("Write stations and elevations of the whole section as CSV")
        self.plotField = ChoiceField(side, [(name, name) for name in _PLOTS])
        self.plotField.setToolTip("What is plotted")
        self.plotField.show_value(_PLOTS[0])
        bar = QHBoxLayout()
        for widget in (self.importButton, self.exportButton):
            bar.addWidget(widget)
        bar.addStretch()
        bar.addWidget(QLabel("Plot"))
        bar.addWidget(self.plotField)
        self.sectionPlot, self.curvePlot = SectionPlot(side), Plot(side)
        self.curvePlot.hide()
        self.tables = QTabWidget(side)
        self.figuresTable = FiguresTable(side)
        self.surveysPage, self.pointsPage = SurveysPage(side), PointsPage(side)
        self.tables.addTab(self.figuresTable, "At the water level")
        self.tables.addTab(self.surveysPage, "Sub-surveys")
        self.tables.addTab(self.pointsPage, "Surveyed points")
        self.subsectionsPage = SubsectionsPage(side)
        self.tables.addTab(self.subsectionsPage, "Sub-sections")
        for name in ("importButton", "exportButton", "plotField", "tables", "figuresTable"):
            getattr(self, name).setObjectName(name)
        plots = QWidget(side)
        plot_layout = QVBoxLayout(plots)
        plot_layout.setContentsMargins(0, 0, 0, 0)
        plot_layout.addWidget(self.sectionPlot)
        plot_layout.addWidget(self.curvePlot)
        plot_layout.setSpacing(0)
        self.readout = Readout(self.sectionPlot, self.curvePlot, parent=plots)
        plot_layout.addWidget(self.readout)
        split = QSplitter(Qt.Vertical, side)
        split.addWidget(plots)
        split.addWidget(self.tables)
        split.setSizes([330, 230])
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(split, 1)
        return side

    def _take_line(self, *ends: float) -> None:
        self.drawButton.setChecked(False)
        self.presenter.draw_line(_line(ends))


def _line(ends: Sequence[float]) -> FloatArray:
    return np.array(ends, dtype=float).reshape(2, 2)
