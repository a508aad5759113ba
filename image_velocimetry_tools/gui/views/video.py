"""The Video tab: the player on the left, what is done to the video on the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QDragEnterEvent, QDropEvent
from PyQt5.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from .icons import drawn_icon
from .object_names import name_widgets
from .video_clip import ClipPanel, ShortenedLabel
from .video_player import PlayerPanel
from .video_preparation import PreparationPanel
from .video_sampling import SamplingPanel
from .widgets.banner import Banner

if TYPE_CHECKING:
    from ..presenters.video import VideoPresenter

_SIDE_PX = 380
_SHARES_OF_FACTS = (4, 5, 7)  # the width that the facts in each column need


class VideoTab(QWidget):
    """Shows the video; see ``VideoView``. A video file, or a folder of frames, can be dropped on it."""

    presenter: VideoPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.banner = Banner(self)
        self.openVideoButton = QPushButton(drawn_icon("video"), "Open video…", self)
        self.openVideoButton.setToolTip("Open the video to measure (Ctrl+V); its file can also be dropped here")
        self.importFramesButton = QPushButton(drawn_icon("frames"), "Import frames…", self)
        self.importFramesButton.setToolTip("Make a video of a folder of pictures and open it")
        self.nameLabel = ShortenedLabel(self)
        self.factsGrid = QGridLayout()
        self.player = PlayerPanel(self)
        self.clip = ClipPanel(self)
        self.sampling = SamplingPanel(self)
        self.preparation = PreparationPanel(self)
        name_widgets(self)
        self._lay_out()

    def bind(self, presenter: VideoPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.openVideoButton.clicked.connect(lambda: presenter.choose_video())
        self.importFramesButton.clicked.connect(lambda: presenter.import_frames_folder())
        self.banner.actionButton.clicked.connect(lambda: presenter.find_video())

    def show_video(self, name: str, folder: str, facts: Sequence[tuple[str, str]]) -> None:
        """Show what is known of the video."""
        self.nameLabel.show_text(name)
        self.nameLabel.setToolTip(str(Path(folder) / name) if name else "")
        while self.factsGrid.count():
            item = self.factsGrid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for number, (label, text) in enumerate(facts):
            row, column = divmod(number, len(_SHARES_OF_FACTS))
            title, value = QLabel(label, self), ShortenedLabel(self)
            title.setEnabled(False)
            value.show_text(text)
            self.factsGrid.addWidget(title, row, 2 * column)
            self.factsGrid.addWidget(value, row, 2 * column + 1)

    def show_problem(self, sentence: str, action: str = "") -> None:
        """Show what is wrong with the video."""
        self.banner.show_sentences([sentence] if sentence else [], action=action)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if _local_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        path = _local_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.presenter.open_dropped(path)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.openVideoButton)
        top.addWidget(self.importFramesButton)
        top.addWidget(self.nameLabel, 1)
        self.factsGrid.setHorizontalSpacing(12)
        self.factsGrid.setVerticalSpacing(2)
        for column, share in enumerate(_SHARES_OF_FACTS):
            self.factsGrid.setColumnStretch(2 * column + 1, share)
        left = QVBoxLayout()
        left.addLayout(top)
        left.addWidget(self.player, 1)
        left.addLayout(self.factsGrid)
        side = QWidget(self)
        panels = QVBoxLayout(side)
        panels.setContentsMargins(0, 0, 4, 0)
        panels.setSpacing(4)
        for panel in (self.clip, self.sampling, self.preparation):
            panels.addWidget(panel)
        panels.addStretch()
        scroll = QScrollArea(self)
        scroll.setWidget(side)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        scroll.setFixedWidth(max(_SIDE_PX, side.minimumSizeHint().width() + bar + 2))
        columns = QHBoxLayout()
        columns.addLayout(left, 1)
        columns.addWidget(scroll)
        layout = QVBoxLayout(self)
        layout.addWidget(self.banner)
        layout.addLayout(columns, 1)


def _local_file(event: QDropEvent) -> Path | None:
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    return next((Path(url.toLocalFile()) for url in urls if url.isLocalFile()), None)
