"""The row of tools over the jobs table while it is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QHBoxLayout, QLabel, QWidget

from .controls import tool

if TYPE_CHECKING:
    from ..presenters.draft import DraftPresenter
    from .jobs_table import JobsTable


class SheetTools(QWidget):
    """Videos in, rows up and down, the table to and from a file."""

    def __init__(self, presenter: DraftPresenter, table: JobsTable) -> None:
        super().__init__()
        rows = table.selected_rows
        self.openJobsButton = tool("openJobsButton", "Open…", "Open a jobs CSV", presenter.open_jobs)
        self.saveJobsButton = tool("saveJobsButton", "Save…", "Save the table as a jobs CSV", presenter.save_jobs)
        self.addVideosButton = tool("addVideosButton", "Videos…", "Add a row for each video", presenter.add_videos)
        self.addFolderButton = tool(
            "addFolderButton", "Folder…", "Add the videos of a folder and of those below it", presenter.add_folder
        )
        self.addRowButton = tool("addRowButton", "Row", "Append an empty row", presenter.add_row)
        self.addColumnButton = tool(
            "addColumnButton",
            "Column…",
            "Append a column, such as a parameter of the scaffold that differs from row to row",
            presenter.add_column,
        )
        self.duplicateButton = tool(
            "duplicateButton", "Duplicate", "Copy the selected rows", lambda: presenter.duplicate_rows(rows())
        )
        self.removeButton = tool(
            "removeButton", "Remove", "Take the selected rows out", lambda: presenter.remove_rows(rows())
        )
        self.upButton = tool("upButton", "▲", "Move the selected rows up", lambda: presenter.move_rows(rows(), -1))
        self.downButton = tool("downButton", "▼", "Move the selected rows down", lambda: presenter.move_rows(rows(), 1))
        self.undoButton = tool("undoButton", "Undo", "Take back the last change of the table", presenter.undo)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        filing = (self.openJobsButton, self.saveJobsButton)
        adding = (self.addVideosButton, self.addFolderButton, self.addRowButton, self.addColumnButton)
        arranging = (self.duplicateButton, self.removeButton, self.upButton, self.downButton, self.undoButton)
        for word, group in (("Table:", filing), ("Add:", adding), ("Rows:", arranging)):
            layout.addWidget(QLabel(word))
            for made in group:
                layout.addWidget(made)
        layout.addStretch(1)
