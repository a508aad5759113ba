"""The Reporting tab: fields of the measurement on the left, the report and the comments on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from .object_names import name_widgets
from .reporting_comments import CommentsPanel
from .reporting_fields import DateField, TextArea
from .reporting_output import OutputPanel
from .widgets.banner import Banner
from .widgets.text_field import TextField

if TYPE_CHECKING:
    from ..models.reporting import ReportForm
    from ..presenters.reporting import ReportingPresenter


class ReportingTab(QWidget):
    """Shows what is said of the measurement; see ``ReportingView``."""

    presenter: ReportingPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner(self)
        self.comments = CommentsPanel(self)
        self.output = OutputPanel(self)
        self._make_fields()
        name_widgets(self)
        right = QSplitter(Qt.Vertical, self)
        right.addWidget(self.output)
        right.addWidget(self.comments)
        right.setSizes([375, 225])
        whole = QSplitter(Qt.Horizontal, self)
        whole.addWidget(self._form())
        whole.addWidget(right)
        whole.setSizes([450, 790])
        whole.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.banner)
        layout.addWidget(whole, 1)

    def bind(self, presenter: ReportingPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.stationNameField.typed.connect(lambda text: presenter.set_text("station_name", text))
        self.stationNumberField.typed.connect(lambda text: presenter.set_text("station_number", text))
        self.partyField.typed.connect(lambda text: presenter.set_text("party", text))
        self.weatherField.typed.connect(lambda text: presenter.set_text("weather", text))
        self.descriptionField.typed.connect(lambda text: presenter.set_text("description", text))
        self.dateField.entered.connect(lambda text: presenter.set_date(text))
        self.dateField.chosen.connect(lambda day: presenter.choose_date(day))
        self.startTimeField.entered.connect(lambda text: presenter.set_start_time(text))
        self.endTimeField.entered.connect(lambda text: presenter.set_end_time(text))
        self.gageHeightField.entered.connect(lambda text: presenter.set_gage_height(text))
        self.numberField.entered.connect(lambda text: presenter.set_measurement_number(text))
        self.output.pdfButton.clicked.connect(lambda: presenter.export_pdf())
        self.output.htmlButton.clicked.connect(lambda: presenter.export_html())
        self.output.tablesButton.clicked.connect(lambda: presenter.export_tables())

    def show_form(self, form: ReportForm) -> None:
        """Show the fields."""
        self.stationNameField.show_text(form.station_name)
        self.stationNumberField.show_text(form.station_number)
        self.partyField.show_text(form.party)
        self.weatherField.show_text(form.weather)
        self.descriptionField.show_text(form.description)
        self.dateField.show_text(form.measured_on)
        self.startTimeField.show_text(form.start_time)
        self.endTimeField.show_text(form.end_time)
        self.midTimeLabel.setText(form.mid_time or "–")
        self.gageHeightField.show_text(form.gage_height)
        self.gageHeightLabel.setText(f"Gage height ({form.length_label})")
        self.numberField.show_text(form.measurement_number)

    def show_problem(self, sentence: str) -> None:
        """Say what was typed wrong."""
        self.banner.show_sentences([sentence] if sentence else [])

    def finish_typing(self) -> None:
        """Tell of fields in which the cursor still stands."""
        for field in (self.dateField, self.startTimeField, self.endTimeField, self.gageHeightField, self.numberField):
            field.finish_typing()

    def _make_fields(self) -> None:
        self.stationNameField = TextField(self)
        self.stationNameField.setToolTip("Name of the gaging station or site")
        self.stationNumberField = TextField(self)
        self.stationNumberField.setToolTip("Number or code of the station")
        self.partyField = TextField(self)
        self.partyField.setToolTip("Who made the measurement")
        self.weatherField = TextField(self)
        self.weatherField.setToolTip("Weather and wind during the measurement")
        self.dateField = DateField(self)
        self.dateField.textField.setToolTip("Date of the measurement; leave it empty if it is not known")
        self.startTimeField = TextField(self, example="14:05")
        self.startTimeField.setToolTip("Local time at which the video begins")
        self.endTimeField = TextField(self, example="14:10")
        self.endTimeField.setToolTip("Local time at which the video ends")
        self.midTimeLabel = QLabel(self)
        self.midTimeLabel.setToolTip("Half-way between start and end")
        self.gageHeightLabel = QLabel("Gage height", self)
        self.gageHeightField = TextField(self)
        self.gageHeightField.setToolTip("Reading of the gage; it does not enter the computation")
        self.numberField = TextField(self)
        self.numberField.setToolTip("Number of the measurement, 0 to 9999")
        self.descriptionField = TextArea(self)
        self.descriptionField.setToolTip("What a reader of the report should know of site and measurement")

    def _form(self) -> QWidget:
        page = QWidget(self)
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 4, 0)
        times = QHBoxLayout()
        times.addWidget(self.startTimeField, 1)
        times.addWidget(QLabel("to", page))
        times.addWidget(self.endTimeField, 1)
        rows: tuple[tuple[QLabel, QWidget | QHBoxLayout], ...] = (
            (QLabel("Station name", page), self.stationNameField),
            (QLabel("Station number", page), self.stationNumberField),
            (QLabel("Measurement no.", page), self.numberField),
            (QLabel("Party", page), self.partyField),
            (QLabel("Weather", page), self.weatherField),
            (QLabel("Date", page), self.dateField),
            (QLabel("Start and end", page), times),
            (QLabel("Mid time", page), self.midTimeLabel),
            (self.gageHeightLabel, self.gageHeightField),
        )
        for row, (label, field) in enumerate(rows):
            grid.addWidget(label, row, 0)
            if isinstance(field, QWidget):
                grid.addWidget(field, row, 1)
            else:
                grid.addLayout(field, row, 1)
        grid.addWidget(QLabel("Project description", page), len(rows), 0, 1, 2)
        grid.addWidget(self.descriptionField, len(rows) + 1, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(rows) + 1, 1)
        return page
