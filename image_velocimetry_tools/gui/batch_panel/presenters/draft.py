"""Setting a batch up: the form, the jobs table and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ....domain.errors import IvyError
from ....plugins.panels import PanelHost, PanelTaskControl
from ...presenters.dialogs import FileKind
from ..models.draft_check import DraftChecker, DraftFindings
from ..models.jobs_sheet import JobsSheet, SheetContent, read_sheet
from ..models.set_up import SetUp, form_problems
from ..models.sheet_columns import sheet_columns
from ..models.video_rows import VideoRows, rows_of_videos, videos_among
from .form import FormPresenter
from .view import BatchPanelView

MOST_SENTENCES = 100


class DraftPresenter:
    """The batch that is not started yet.

    Parameters
    ----------
    view, host
        Where everything is shown, and the window round it.
    methods
        Velocimetry methods to choose from.
    """

    def __init__(self, view: BatchPanelView, host: PanelHost, methods: Sequence[str] = ("stiv",)) -> None:
        self._view, self._host = view, host
        self.sheet = JobsSheet()
        self._checker = DraftChecker(host)
        self.form = FormPresenter(view, host, methods, lambda: self._checker.length_label)
        self._is_shown = self._is_checking = False
        self._seen_revision, self._checked_revision = 0, -1
        self._findings: tuple[int, DraftFindings] | None = None
        self._saved_revision = 0
        self._unsubscribe: Callable[[], None] = host.changed.subscribe(self._project_changed)

    # shown and hidden

    def show(self) -> None:
        """Bring form and table to the view."""
        self._is_shown = True
        self._view.show_draft_page()
        self.form.show()
        self._show_table()

    def hide(self) -> None:
        """Another batch takes the place of this one."""
        self._is_shown = False
        self._checked_revision = -1

    def close(self) -> None:
        """Nothing is shown any more."""
        self._is_shown = False
        self._unsubscribe()

    def tick(self) -> None:
        """Check the table once it has rested for a moment."""
        revision = self._revision
        is_due = revision == self._seen_revision and revision != self._checked_revision
        if self._is_shown and is_due and not self._is_checking:
            self._check()
        self._seen_revision = revision

    # the table

    def open_jobs(self) -> None:
        """Open a jobs CSV."""
        path = self._host.dialogs.open_file("Open a jobs table", FileKind.JOBS)
        if path is not None:
            self.load_jobs(path)

    def load_jobs(self, path: Path) -> None:
        """Show the table of a jobs CSV."""
        self._host.tasks.start("Open the jobs table", lambda control: read_sheet(path), self._take_content)

    def save_jobs(self) -> None:
        """Save the table as a jobs CSV."""
        path = self._host.dialogs.save_file("Save the jobs table", FileKind.JOBS, "jobs.csv")
        if path is not None:
            content, revision = self.sheet.content, self.sheet.revision
            self._host.tasks.start(
                "Save the jobs table", lambda control: content.write(path), lambda nothing: self._saved(path, revision)
            )

    def add_videos(self) -> None:
        """Choose videos; each becomes a row."""
        self.drop(self._host.dialogs.open_files("Add videos", FileKind.VIDEO))

    def add_folder(self) -> None:
        """Add all videos of a folder and of those below it."""
        folder = self._host.dialogs.open_folder("Add the videos of a folder")
        self.drop([folder] if folder is not None else [])

    def drop(self, paths: Sequence[Path]) -> None:
        """Add videos; a folder stands for those in it, a CSV for a whole table."""
        tables = [path for path in paths if path.suffix.lower() == ".csv"]
        if tables and len(paths) == 1:
            self.load_jobs(tables[0])
        elif paths:
            levels = self.form.levels
            self._host.tasks.start(
                "Add videos", lambda control: rows_of_videos(videos_among(paths), levels), self._take_videos
            )

    def edit_cells(self, cells: Mapping[tuple[int, int], str]) -> None:
        """Write texts into cells (row, column); rows that are missing are appended."""
        missing = max((row for row, _ in cells), default=-1) + 1 - len(self.sheet.content.rows)
        columns = len(self.sheet.content.columns)
        inside = {place: text for place, text in cells.items() if place[1] < columns}
        if missing > 0:
            self.sheet.add([{}] * missing)
        changed = self.sheet.set_cells(inside)
        if missing > 0:
            self._show_table()
        elif changed:
            rows = self.sheet.content.rows
            self._view.change_rows({row: rows[row] for row in changed})

    def add_row(self) -> None:
        """Append an empty row."""
        self.sheet.add([{}])
        self._show_table([len(self.sheet.content.rows) - 1])

    def add_column(self) -> None:
        """Append a column: a parameter of the scaffold that differs from row to row."""
        name = self._host.dialogs.ask_text("Add a column", "Name of the column (a jobs CSV may have it)")
        if name is not None:
            self.sheet.add_column(name.strip())
            self._show_table()

    def remove_column(self, column: int) -> None:
        """Take a column out."""
        self.sheet.remove_column(column)
        self._show_table()

    def remove_rows(self, rows: Sequence[int]) -> None:
        """Take rows out."""
        if rows:
            self.sheet.remove(rows)
            self._show_table()

    def duplicate_rows(self, rows: Sequence[int]) -> None:
        """Copy rows, each with an id of its own."""
        if rows:
            self._show_table(self.sheet.duplicate(rows))

    def move_rows(self, rows: Sequence[int], by: int) -> None:
        """Move rows up (-1) or down (1)."""
        if rows:
            self._show_table(self.sheet.move(rows, by))

    def undo(self) -> None:
        """Take back the last edit of the table."""
        if self.sheet.undo():
            self._show_table()

    @property
    def findings(self) -> DraftFindings | None:
        """What the last check found, if nothing has changed since."""
        return self._findings[1] if self._findings is not None and self._findings[0] == self._revision else None

    @property
    def is_unsaved(self) -> bool:
        """Whether rows would be lost with the window."""
        return bool(self.sheet.content.rows) and self.sheet.revision != self._saved_revision

    def mark_saved(self) -> None:
        """The table as it stands is in some file."""
        self._saved_revision = self.sheet.revision

    @property
    def _revision(self) -> int:
        return self.sheet.revision + self.form.revision

    def _show_table(self, selected: Sequence[int] = ()) -> None:
        content = self.sheet.content
        self._view.show_table(sheet_columns(content.columns, self._checker.length_label), content.rows)
        if selected:
            self._view.select_rows(selected)

    def _take_content(self, content: SheetContent) -> None:
        self.sheet.replace(content)
        self.mark_saved()
        if self._is_shown:
            self._show_table()

    def _saved(self, path: Path, revision: int) -> None:
        self._saved_revision = revision
        self._host.say(f"The jobs table was saved to {path}.")

    def _take_videos(self, found: VideoRows) -> None:
        first = len(self.sheet.content.rows)
        ids = self.sheet.free_ids(row.get("job_id", "") for row in found.rows)
        self.sheet.add([{**row, "job_id": job_id} for row, job_id in zip(found.rows, ids, strict=True)])
        if self._is_shown:
            self._show_table(range(first, len(self.sheet.content.rows)))
        if found.remarks:
            self._host.dialogs.show_warnings("Add videos", _shortened(found.remarks))

    def _project_changed(self, change: object) -> None:
        self._checker.forget_current_project()
        if self.form.set_up.uses_current_project:
            self.form.revision += 1
            if self._is_shown:
                self.form.show()

    def _check(self) -> None:
        revision = self._checked_revision = self._revision
        content, chosen = self.sheet.content, self.form.set_up
        if not content.rows:
            self._view.mark_cells({})
            self._view.show_findings("Drag videos or a jobs CSV into the table.", ())
            return
        self._is_checking = True
        self._view.show_findings("Checking the table", ())
        self._host.tasks.start(
            "Check the jobs table",
            lambda control: self._checker.check(content, chosen, control.is_set),
            lambda found: self._take_findings(found, revision),
            failed=lambda error: self._cannot_check(error, revision),
            stopped=self._check_stopped,
            quiet=True,
        )

    def _take_findings(self, found: DraftFindings, revision: int) -> None:
        self._is_checking = False
        self._findings = (revision, found)
        if not self._is_shown or revision != self._revision:
            return
        if found.has_other_units:
            self._show_table()
        self._view.mark_cells(found.check.marks)
        self._view.show_findings(found.headline, _shortened((*found.check.others, *found.check.warnings)))

    def _check_stopped(self) -> None:
        self._is_checking = False

    def _cannot_check(self, error: Exception, revision: int) -> None:
        self._is_checking = False
        if not isinstance(error, IvyError):
            self._host.dialogs.show_error("Check the jobs table", error)
        elif self._is_shown and revision == self._revision:
            self._view.mark_cells({})
            self._view.show_findings("The table cannot be checked yet.", [str(one) for one in error.problems])

    def checked(self, chosen: SetUp, content: SheetContent, control: PanelTaskControl) -> DraftFindings:
        """Check a table once more, right before it is started; raises IvyError if the scaffold cannot be used."""
        return self._checker.check(content, chosen, control.is_set)

    def scaffold_for_engine(self, chosen: SetUp) -> Path:
        """The file of the scaffold that the engine reads; raises IvyError if it cannot be written."""
        return self._checker.scaffold_for_engine(chosen)

    def missing(self) -> list[str]:
        """What keeps the batch from being started before anything is checked."""
        return [str(one) for one in form_problems(self.form.set_up, len(self.sheet.content.rows))]


def _shortened(sentences: Sequence[str]) -> Sequence[str]:
    """No more than people read."""
    more = len(sentences) - MOST_SENTENCES
    return sentences if more <= 0 else (*sentences[:MOST_SENTENCES], f"{more} more are not shown.")
