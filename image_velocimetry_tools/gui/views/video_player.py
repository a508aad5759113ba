"""The player: picture, slider, and the buttons that move through the film."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtGui import QHideEvent, QKeySequence, QShowEvent
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QShortcut, QToolButton, QVBoxLayout, QWidget

from .gui_thread import GuiThread
from .icons import drawn_icon
from .object_names import name_widgets
from .video_slider import TimeSlider
from .widgets.image_view import ImageView
from .widgets.number_fields import SwitchField

if TYPE_CHECKING:
    from ..presenters.video_player import PlayerPresenter

_WIDTH_STEP_PX = 160


class PlayerPanel(QWidget):
    """Shows a film; see ``PlayerView``. Space plays, comma and full stop step by a frame."""

    presenter: PlayerPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thread = GuiThread(self)
        self.pictureView = ImageView(self)
        self.timeSlider = TimeSlider(self)
        self.playButton = self._button("play", "Play or pause (Space)")
        self.previousButton = self._button("frame back", "Previous frame (,)")
        self.nextButton = self._button("frame on", "Next frame (.)")
        self.timeLabel, self.durationLabel, self.frameLabel = QLabel(self), QLabel(self), QLabel(self)
        self.preparedField = SwitchField("Prepared", self)
        self.preparedField.setToolTip(
            "Show rotation, flip, lens correction and contrast as they are measured, not as the camera recorded them"
        )
        self.preparedField.show_value(True)
        self.timeSlider.setToolTip("Drag through the film; the frame is exact when you let go. Green is the clip")
        self.pictureView.viewport().installEventFilter(self)
        name_widgets(self)
        self._lay_out()

    def bind(self, presenter: PlayerPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.playButton.clicked.connect(lambda: presenter.toggle_playing())
        self.previousButton.clicked.connect(lambda: presenter.step(-1))
        self.nextButton.clicked.connect(lambda: presenter.step(1))
        self.timeSlider.dragged.connect(lambda time_s: presenter.drag(time_s))
        self.timeSlider.released.connect(lambda time_s: presenter.seek(time_s))
        self.timeSlider.stepped.connect(lambda frames: presenter.step(frames))
        self.preparedField.switched.connect(lambda is_on: presenter.show_prepared(is_on))
        self._shortcut("Space", lambda: presenter.toggle_playing(), repeats=False)
        self._shortcut(",", lambda: presenter.step(-1))
        self._shortcut(".", lambda: presenter.step(1))

    def deliver(self, work: Callable[[], None]) -> None:
        """Call a function in the thread of the window."""
        self._thread.call(work)

    def show_picture(self, picture: NDArray[np.uint8]) -> None:
        """Show a picture."""
        self.pictureView.set_marker_text("")
        self.pictureView.show_picture(picture)

    def show_message(self, text: str) -> None:
        """Show a text in place of the picture."""
        self.pictureView.clear()
        self.pictureView.set_marker_text(text)

    def show_position(self, time_s: float, time: str, frame: str) -> None:
        """Show where in the film the picture is."""
        self.timeSlider.show_time(time_s)
        self.timeLabel.setText(time)
        self.frameLabel.setText(frame)

    def show_duration(self, duration_s: float, frame_s: float, text: str) -> None:
        """Show how long the film is."""
        self.timeSlider.show_duration(duration_s, frame_s)
        self.durationLabel.setText(f"/ {text}")
        for button in (self.playButton, self.previousButton, self.nextButton):
            button.setEnabled(duration_s > 0)

    def show_clip(self, start_s: float | None, end_s: float | None) -> None:
        """Colour the clip on the slider."""
        self.timeSlider.show_clip(start_s, end_s)

    def show_playing(self, is_playing: bool) -> None:
        """Show whether the film is played."""
        self.playButton.setIcon(drawn_icon("pause" if is_playing else "play"))
        self.playButton.setProperty("isPlaying", is_playing)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for pictures of the size in which they are seen."""
        if event.type() == QEvent.Type.Resize and hasattr(self, "presenter"):
            pixels = self.pictureView.viewport().width() * self.devicePixelRatioF()
            self.presenter.set_width(_WIDTH_STEP_PX * max(2, -(-round(pixels) // _WIDTH_STEP_PX)))
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks again."""
        super().showEvent(event)
        if hasattr(self, "presenter"):
            self.presenter.look(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stand still while nobody looks."""
        super().hideEvent(event)
        if hasattr(self, "presenter"):
            self.presenter.look(False)

    def _button(self, icon: str, tooltip: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(drawn_icon(icon))
        button.setToolTip(tooltip)
        button.setAutoRaise(True)
        return button

    def _shortcut(self, keys: str, do: Callable[[], None], *, repeats: bool = True) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(repeats)
        shortcut.activated.connect(do)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        for button in (self.previousButton, self.playButton, self.nextButton):
            button.setAutoRepeat(button is not self.playButton)
            bar.addWidget(button)
        bar.addWidget(self.timeSlider, 1)
        bar.addWidget(self.timeLabel)
        bar.addWidget(self.durationLabel)
        self.frameLabel.setMinimumWidth(self.fontMetrics().horizontalAdvance("Frame 00000"))
        bar.addWidget(self.frameLabel)
        bar.addWidget(self.preparedField)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.pictureView, 1)
        layout.addLayout(bar)
