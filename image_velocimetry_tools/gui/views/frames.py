"""The Frames tab: a list of frames, the viewer, and contrast."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QItemSelectionModel
from PyQt5.QtGui import QHideEvent, QShowEvent
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...domain.video import ContrastFilters
from .frames_contrast import ContrastPanel
from .frames_list import FrameList
from .gui_thread import GuiThread
from .icons import drawn_icon
from .object_names import name_widgets
from .widgets.banner import Banner
from .widgets.image_view import ImageView
from .widgets.number_fields import WholeField

if TYPE_CHECKING:
    from ..presenters.frames import FramesPresenter


class FramesTab(QWidget):
    """Shows the frames of the clip; see ``FramesView``."""

    presenter: FramesPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thread = GuiThread(self)
        self.banner = Banner(self)
        self.frameList = FrameList(self)
        self.frameList.setToolTip("Frames that are measured, with their times in the video")
        self.frameView = ImageView(self)
        self.titleLabel = QLabel(self)
        self.previousFrameButton = self._button("frame back", "Previous frame (Ctrl+Left)")
        self.nextFrameButton = self._button("frame on", "Next frame (Ctrl+Right)")
        self.numberField = WholeField(self, minimum=1, maximum=1)
        self.numberField.setToolTip("Go to the frame of a number")
        self.contrastPanel = ContrastPanel(self)
        self.calibrationButton = QPushButton(drawn_icon("image"), "Use as calibration image", self)
        self.calibrationButton.setToolTip("Digitise the control points in this frame, upright and free of distortion")
        self.saveFrameButton = QPushButton("Save this frame…", self)
        self.saveFrameButton.setToolTip("Save the frame as it is shown as a picture")
        name_widgets(self)
        self._lay_out()

    def bind(self, presenter: FramesPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.previousFrameButton.clicked.connect(lambda: presenter.previous_frame())
        self.nextFrameButton.clicked.connect(lambda: presenter.next_frame())
        self.numberField.edited.connect(lambda number: presenter.select(round(number) - 1))
        selection = self.frameList.selectionModel()
        assert selection is not None
        selection.currentChanged.connect(lambda now, before: presenter.select(now.row()))
        self.calibrationButton.clicked.connect(lambda: presenter.use_as_calibration_image())
        self.saveFrameButton.clicked.connect(lambda: presenter.save_frame())
        self.contrastPanel.report_to(presenter)
        self.frameList.report_to(presenter.look_at_rows)

    def deliver(self, work: Callable[[], None]) -> None:
        """Call a function in the thread of the window."""
        self._thread.call(work)

    def show_frames(self, times: list[str]) -> None:
        """List the frames."""
        selection = self.frameList.selectionModel()
        assert selection is not None
        blocked = selection.blockSignals(True)
        width = len(str(len(times)))
        rows = [f"{number:>{width}}".replace(" ", "\u2007") for number in range(1, len(times) + 1)]
        self.frameList.rows.show_texts([f"{number}   {time}" for number, time in zip(rows, times, strict=True)])
        selection.blockSignals(blocked)
        self.frameList.tell_rows()
        self.numberField.setRange(1, max(1, len(times)))

    def show_thumbnail(self, row: int, picture: NDArray[np.uint8] | None) -> None:
        """Show a small picture in a row of the list."""
        self.frameList.rows.show_picture(row, picture)

    def show_current(self, index: int, title: str) -> None:
        """Show which frame is seen."""
        selection, model = self.frameList.selectionModel(), self.frameList.model()
        assert selection is not None
        assert model is not None
        blocked = selection.blockSignals(True)
        place = model.index(index, 0)
        selection.setCurrentIndex(place, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        selection.blockSignals(blocked)
        viewport = self.frameList.viewport()
        assert viewport is not None
        viewport.update()  # the list did not hear of the selection
        if index >= 0:
            self.frameList.scrollTo(place)
        self.titleLabel.setText(title)
        self.numberField.show_value(index + 1 if index >= 0 else None)
        self.previousFrameButton.setEnabled(index > 0)
        self.nextFrameButton.setEnabled(0 <= index < model.rowCount() - 1)

    def show_picture(self, picture: NDArray[np.uint8]) -> None:
        """Show a picture."""
        self.frameView.set_marker_text("")
        self.frameView.show_picture(picture)

    def show_message(self, text: str) -> None:
        """Show a text in place of the picture."""
        self.frameView.clear()
        self.frameView.set_marker_text(text)

    def show_filters(self, filters: ContrastFilters) -> None:
        """Show the contrast filters."""
        self.contrastPanel.show_filters(filters)

    def show_filter_problems(self, problems: list[str]) -> None:
        """Show what is wrong with them."""
        self.contrastPanel.show_problems(problems)

    def show_filter_state(self, text: str, can_apply: bool, can_compare: bool) -> None:
        """Show whether they are those of the measurement."""
        self.contrastPanel.show_state(text, can_apply, can_compare)

    def show_hint(self, text: str) -> None:
        """Show what could be done next."""
        self.banner.show_note(text)

    def allow(self, has_frames: bool) -> None:
        """Turn on what needs a frame."""
        for widget in (self.numberField, self.calibrationButton, self.saveFrameButton, self.frameList):
            widget.setEnabled(has_frames)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to decode."""
        super().showEvent(event)
        if hasattr(self, "presenter"):
            self.presenter.look(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Decode nothing that nobody sees."""
        super().hideEvent(event)
        if hasattr(self, "presenter"):
            self.presenter.look(False)

    def _button(self, icon: str, tooltip: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(drawn_icon(icon))
        button.setToolTip(tooltip)
        button.setAutoRaise(True)
        button.setAutoRepeat(True)
        return button

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        for widget in (self.previousFrameButton, self.nextFrameButton, QLabel("Go to"), self.numberField):
            bar.addWidget(widget)
        bar.addWidget(self.titleLabel, 1)
        middle = QVBoxLayout()
        middle.addLayout(bar)
        middle.addWidget(self.frameView, 1)
        side = QVBoxLayout()
        side.addWidget(self.calibrationButton)
        side.addWidget(self.saveFrameButton)
        side.addWidget(self.contrastPanel)
        side.addStretch()
        self.contrastPanel.setFixedWidth(300)
        columns = QHBoxLayout()
        columns.addWidget(self.frameList)
        columns.addLayout(middle, 1)
        columns.addLayout(side)
        layout = QVBoxLayout(self)
        layout.addWidget(self.banner)
        layout.addLayout(columns, 1)
