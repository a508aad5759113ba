"""The panel of the clip: its times, and writing it to files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QGridLayout, QGroupBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from .object_names import name_widgets
from .widgets.number_fields import ChoiceField, SwitchField
from .widgets.text_field import TextField

if TYPE_CHECKING:
    from ..presenters.video_clip import ClipPresenter

_BETWEEN_PX = 6
_FORMATS = (("jpg", "JPEG"), ("png", "PNG"))


class ShortenedLabel(QLabel):
    """A text that is cut in the middle where it finds no room; the whole of it is in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def whole(self) -> str:
        """The text."""
        return self._whole

    def show_text(self, text: str) -> None:
        """Show a text."""
        self._whole = text
        self.setToolTip(text)
        self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width()))


class ClipPanel(QGroupBox):
    """Shows the clip; see ``ClipView``."""

    presenter: ClipPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Clip", parent)
        self.startField, self.endField = self._time_field("start"), self._time_field("end")
        self.startHereButton = QPushButton("Start here", self)
        self.startHereButton.setToolTip("Begin the clip with the frame that the player shows")
        self.endHereButton = QPushButton("End here", self)
        self.endHereButton.setToolTip("End the clip with the frame that the player shows")
        self.clearButton = QPushButton("Clear", self)
        self.clearButton.setToolTip("Measure the whole video")
        self.lengthLabel = QLabel(self)
        self.problemLabel = QLabel(self)
        self.problemLabel.setWordWrap(True)
        self.problemLabel.setStyleSheet("color: #d1453b; font-weight: bold")
        self.fileNameLabel = ShortenedLabel(self)
        self.stripAudioField = SwitchField("Strip audio", self)
        self.stripAudioField.setToolTip("Leave the sound out of clips that are written")
        self.createButton = QPushButton("Create video clip…", self)
        self.createButton.setToolTip("Write the clip, prepared as below, as a video of its own")
        self.extractButton = QPushButton("Extract frames…", self)
        self.extractButton.setToolTip("Write the frames of the clip as pictures into a folder")
        self.formatField = ChoiceField(self, _FORMATS)
        self.formatField.setToolTip("Kind of the extracted pictures")
        self.formatField.show_value("jpg")
        name_widgets(self)
        self._lay_out()

    def bind(self, presenter: ClipPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.startHereButton.clicked.connect(lambda: presenter.start_here())
        self.endHereButton.clicked.connect(lambda: presenter.end_here())
        self.clearButton.clicked.connect(lambda: presenter.clear())
        self.startField.entered.connect(lambda text: presenter.type_start(text))
        self.endField.entered.connect(lambda text: presenter.type_end(text))
        self.stripAudioField.switched.connect(lambda is_on: presenter.strip_audio(is_on))
        self.createButton.clicked.connect(lambda: presenter.create_clip())
        self.extractButton.clicked.connect(lambda: presenter.extract_frames(self._format()))

    def show_clip(self, start: str, end: str, length: str) -> None:
        """Show the times."""
        self.startField.show_text(start)
        self.endField.show_text(end)
        self.lengthLabel.setText(length)

    def show_problems(self, problems: list[str]) -> None:
        """Show what is wrong."""
        self.problemLabel.setText("\n".join(problems))
        self.problemLabel.setVisible(bool(problems))

    def show_file_name(self, name: str) -> None:
        """Show the name of the clip."""
        self.fileNameLabel.show_text(name)

    def show_strip_audio(self, is_on: bool) -> None:
        """Show whether the sound is left out."""
        self.stripAudioField.show_value(is_on)

    def allow(self, has_video: bool, has_clip: bool) -> None:
        """Turn on what can be done."""
        of_video = (self.startField, self.endField, self.startHereButton, self.endHereButton, self.clearButton)
        of_clip = (self.createButton, self.extractButton, self.formatField)
        for widgets, is_on in ((of_video, has_video), (of_clip, has_clip)):
            for widget in widgets:
                widget.setEnabled(is_on)

    def _format(self) -> Literal["jpg", "png"]:
        return "png" if self.formatField.shown_value() == "png" else "jpg"

    def _time_field(self, end: str) -> TextField:
        field = TextField(self, example=f"{end} of the video")
        field.setToolTip("hh:mm:ss.ss, mm:ss or seconds; empty for that of the video")
        return field

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 4, 8, 6)
        grid.setVerticalSpacing(4)
        for row, (name, field, button) in enumerate(
            (("Start", self.startField, self.startHereButton), ("End", self.endField, self.endHereButton))
        ):
            grid.addWidget(QLabel(name), row, 0)
            grid.addWidget(field, row, 1)
            grid.addWidget(button, row, 2)
        grid.addWidget(QLabel("Length"), 2, 0)
        grid.addWidget(self.lengthLabel, 2, 1)
        grid.addWidget(self.clearButton, 2, 2)
        grid.addWidget(self.problemLabel, 3, 0, 1, 3)
        grid.addWidget(QLabel("File"), 4, 0)
        grid.addWidget(self.fileNameLabel, 4, 1, 1, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(_BETWEEN_PX)
        buttons.addWidget(self.createButton)
        buttons.addWidget(self.stripAudioField)
        buttons.addStretch()
        frames = QHBoxLayout()
        frames.setSpacing(_BETWEEN_PX)
        frames.addWidget(self.extractButton)
        frames.addWidget(QLabel("as"))
        frames.addWidget(self.formatField)
        frames.addStretch()
        grid.addLayout(buttons, 5, 0, 1, 3)
        grid.addLayout(frames, 6, 0, 1, 3)
        grid.setColumnStretch(1, 1)
