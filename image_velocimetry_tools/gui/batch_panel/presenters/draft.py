"""Setting a batch up: the form, the jobs table and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ....domain.errors import IvyError
from ....domain.units import DisplayUnits, unit_system
from ....plugins.panels import PanelHost, PanelTaskControl
from ...presenters.dialogs import FileKind
from ..models.draft_check import DraftChecker, DraftFindings
from ..models.jobs_sheet import JobsSheet, SheetContent, read_sheet
from ..models.set_up import SetUp, form_problems, scaffold_words
from ..models.sheet_columns import sheet_columns
from ..models.sheet_units import LENGTH_COLUMNS, cells_in_unit, typed_cell, unit_of
from ..models.video_rows import VideoRows, rows_of_videos, videos_among
from ..shown import ShownLevels
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
        self.form = FormPresenter(view, host, methods)
        self._units: DisplayUnits | None = None
        self._project_path = host.project_path()
        self._begun: Path | None = None
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
        self._follow_project()
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
        self._follow_project()
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
            levels, chosen = self.form.levels, self.form.set_up
            self._host.tasks.start(
                "Add videos", lambda control: self._rows_of(videos_among(paths), levels, chosen), self._take_videos
            )

    def edit_cells(self, cells: Mapping[tuple[int, int], str]) -> None:
        """Write texts into cells (row, column); rows that are missing are appended."""
        missing = max((row for row, _ in cells), default=-1) + 1 - len(self.sheet.content.rows)
        columns, delimiter = self.sheet.content.columns, self.sheet.content.delimiter
        unit = "" if self._units is None else unit_system(self._units).length_label
        inside = {
            place: typed_cell(columns[place[1]], text, unit, delimiter)
            for place, text in cells.items()
            if place[1] < len(columns)
        }
        if self._units is not None and any(columns[column] in LENGTH_COLUMNS for _, column in inside):
            self.sheet.type_in(self._units)
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
            if self._units is not None:
                self.sheet.show_in(self._units)
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
        label = "" if self._units is None else unit_system(self._units).length_label
        self._view.show_table(sheet_columns(content.columns, label), content.rows)
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
        rows = [{**row, "job_id": job_id} for row, job_id in zip(found.rows, ids, strict=True)]
        if found.units is not None:
            self.sheet.type_in(self._units or found.units.name)
            units = unit_system(self.sheet.content.units or found.units.name)
            rows = [cells_in_unit(row, found.units, units) for row in rows]
        self.sheet.add(rows)
        if self._is_shown:
            self._show_table(range(first, len(self.sheet.content.rows)))
        if found.remarks:
            self._host.dialogs.show_warnings("Add videos", _shortened(found.remarks))

    def _rows_of(self, videos: Sequence[Path], levels: ShownLevels, chosen: SetUp) -> VideoRows:
        typed = self._units
        if levels.source != "none" and typed is None:
            typed = self._checker.scaffold(chosen).display_units
        return rows_of_videos(videos, levels, unit_of(levels, unit_system(typed or DisplayUnits.METRIC)))

    def _project_changed(self, change: object) -> None:
        self._checker.forget_current_project()
        if self.form.set_up.uses_current_project:
            is_same = self._host.project_path() == self._project_path
            if is_same and self._units is not None and self._units is not self._host.display_units:
                self.sheet.type_in(self._units)
            self._follow_project()
            self.form.revision += 1
            if self._is_shown:
                self.form.show()
        self._project_path = self._host.project_path()

    def _follow_project(self) -> None:
        """The open project, where it is the scaffold, says its units at once; a file does when it was read."""
        if self.form.set_up.uses_current_project:
            self._use_units(self._host.display_units)

    def _use_units(self, units: DisplayUnits) -> None:
        """The scaffold has these units: levels that were typed keep their meaning, those of a file are in these."""
        before, self._units = self._units, units
        label = unit_system(units).length_label
        if self.sheet.show_in(units):
            self._host.say(f"The levels of the jobs table were converted to {label}.")
        elif before not in (None, units) and self.sheet.content.units is None and self.sheet.content.has_levels:
            self._host.say(f"The levels of the jobs table are taken in {label}, the unit of the scaffold.")
        if before is not units:
            self.form.use_units(unit_system(units))
            if self._is_shown:
                self._show_table()

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
            lambda found: self._take_findings(found, revision, chosen),
            failed=lambda error: self._cannot_check(error, revision),
            stopped=self._check_stopped,
            quiet=True,
        )

    def _take_findings(self, found: DraftFindings, revision: int, chosen: SetUp) -> None:
        self._is_checking = False
        self._findings = (revision, found)
        if not chosen.uses_current_project and _is_same_scaffold(chosen, self.form.set_up):
            self._use_units(found.units)
        if not self._is_shown or revision != self._revision:
            return
        self.form.show_usual_alpha(found.alpha)
        self._view.mark_cells(found.check.marks)
        told = found.check.sentences
        places = [place for _, place in told[:MOST_SENTENCES]]
        self._view.show_findings(found.headline, _shortened([one for one, _ in told]), places)

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

    def keep_scaffold(self, then: Callable[[], None]) -> None:
        """Another project is about to be opened in the window: go on with a copy of the one that is open."""
        chosen, begun = self.form.set_up, self._begun
        if not chosen.uses_current_project or chosen.output is None:
            then()
            return

        def kept(path: Path | None) -> None:
            if path is not None:
                self.form.use_scaffold(path)
                self._host.say(f"The new batch keeps its scaffold: {scaffold_words(path)}")
            then()

        self._host.tasks.start("Keep the scaffold", lambda control: self._checker.kept_scaffold(chosen, begun), kept)

    def mark_begun(self, chosen: SetUp) -> None:
        """A batch was begun with the table as it stands, which is among the files for the engine."""
        self._begun = chosen.output
        self.mark_saved()

    def missing(self) -> list[str]:
        """What keeps the batch from being started before anything is checked."""
        return [str(one) for one in form_problems(self.form.set_up, len(self.sheet.content.rows))]


def _is_same_scaffold(a: SetUp, b: SetUp) -> bool:
    return (a.uses_current_project, a.scaffold) == (b.uses_current_project, b.scaffold)


def _shortened(sentences: Sequence[str]) -> Sequence[str]:
    """No more than people read."""
    more = len(sentences) - MOST_SENTENCES
    return sentences if more <= 0 else (*sentences[:MOST_SENTENCES], f"{more} more are not shown.")
