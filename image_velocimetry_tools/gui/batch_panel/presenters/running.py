"""The selected batch: followed, steered, its results opened, reported, exported and compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ....batch.models import JobStatus
from ....plugins.panels import PanelHost, PanelTaskControl
from ...presenters.dialogs import FileKind
from ..models import results, steering
from ..models.follower import BatchFollower, Look
from ..models.job_project import WITHOUT_IMAGES, JobProject, project_of_job
from ..models.permissions import CANCEL, PAUSE, REPORT, RESUME, RETRY
from ..shown import DRAFT, ShownBatch, ShownComparison
from .view import BatchPanelView

RESTING_LOOKS = 8
"""Of a batch that rests every so many ticks are used."""


class RunningPresenter:
    """One batch at a time.

    Parameters
    ----------
    start_engine
        Starts a process that resumes the batch of a folder.
    seen
        Told how the batch stands after each look.
    about_to_open
        Called before the project of a job takes the place of that in the window, with what opens it.
    """

    def __init__(
        self,
        view: BatchPanelView,
        host: PanelHost,
        start_engine: Callable[[Path], None],
        seen: Callable[[ShownBatch], None],
        about_to_open: Callable[[Callable[[], None]], None],
    ) -> None:
        self._view, self._host, self._start_engine, self._seen = view, host, start_engine, seen
        self._about_to_open = about_to_open
        self._follower: BatchFollower | None = None
        self._is_looking = False
        self._ticks = 0
        self._look: Look | None = None
        self._ids: dict[int, str] = {}
        self._statuses: dict[int, JobStatus] = {}
        self._selected: tuple[int, ...] = ()
        self._told_of_images: set[Path] = set()

    @property
    def folder(self) -> Path | None:
        """The batch that is shown."""
        return self._follower.folder if self._follower is not None else None

    # shown and hidden

    def show(self, folder: Path) -> None:
        """Follow the batch of a folder."""
        self.hide()
        self._follower = BatchFollower(folder)
        self._view.show_batch_page()
        self._view.show_table((), ())
        self._view.show_findings("", ())
        self._view.show_refusals(dict.fromkeys((PAUSE, RESUME, CANCEL, RETRY, REPORT), "The batch is being read."))
        self._ticks = 0
        self.tick()

    def hide(self) -> None:
        """Follow nothing."""
        follower, self._follower, self._look = self._follower, None, None
        self._ids, self._statuses, self._selected = {}, {}, ()
        if follower is not None and not self._is_looking:
            follower.close()

    def tick(self) -> None:
        """Look at the batch, unless the last look is still under way; now and then only where nothing happens."""
        rests = self._look is not None and not self._look.state.has_owner
        is_due = not rests or self._ticks % RESTING_LOOKS == 0
        self._ticks += 1
        if is_due:
            self.look()

    def look(self) -> None:
        """See what has changed."""
        follower = self._follower
        if follower is None or self._is_looking:
            return
        self._is_looking = True
        self._host.tasks.start(
            "Look at the batch",
            lambda control: follower.look(),
            lambda look: self._take(follower, look),
            failed=lambda error: self._cannot_look(follower, error),
            stopped=self._look_stopped,
            quiet=True,
        )

    def select_rows(self, rows: Sequence[int]) -> None:
        """The user selected rows of the table."""
        self._selected = tuple(rows)
        self._show_refusals()

    # commands

    def pause(self) -> None:
        """Let running jobs finish and start no others."""
        self._command("Pause the batch", steering.pause)

    def resume(self) -> None:
        """Go on."""
        folder = self.folder
        if folder is not None:
            self._host.tasks.start(
                "Resume the batch", lambda control: steering.go_on(folder), self._seen_to_run(folder)
            )

    def cancel(self) -> None:
        """Cancel the whole batch, after a question."""
        question = "Running jobs are ended, waiting ones are skipped. Finished results are kept."
        if self._host.dialogs.ask("Cancel the batch", question, yes="Cancel the batch", no="Go on"):
            self._command("Cancel the batch", steering.cancel)

    def cancel_jobs(self) -> None:
        """Cancel the selected jobs."""
        look = self._look
        ids = self._chosen(look.state.can_cancel_job) if look is not None else ()
        if ids:
            self._command("Cancel jobs", lambda folder: steering.cancel(folder, ids))

    def retry(self) -> None:
        """Run all jobs again that did not succeed."""
        self._retry(())

    def retry_jobs(self) -> None:
        """Run the selected ones of them again."""
        look = self._look
        ids = self._chosen(look.state.can_retry_job) if look is not None else ()
        if ids:
            self._retry(ids)

    # results

    def open_job(self, row: int) -> None:
        """Open the project of a job in the window."""
        folder = self.folder
        if folder is None or row not in self._ids:
            return
        job_id, status = self._ids[row], self._statuses[row]
        self._host.tasks.start(
            "Open the job",
            lambda control: project_of_job(folder, job_id, status),
            lambda found: self._open(folder, found),
            slot="batch open job",
        )

    def report(self) -> None:
        """Write the report and show it."""
        folder = self.folder
        if folder is not None:
            self._host.tasks.start(
                "Write the report", lambda control: results.write_report(folder, control), self._show_report
            )

    def export(self) -> None:
        """Export the results in a form that the user chooses."""
        folder = self.folder
        if folder is None:
            return
        known = results.exporters()
        choice = self._view.ask_export(known)
        if choice is None:
            return
        suffix = next((one.suffix for one in known if one.name == choice.exporter), "")
        suggested = str(folder / f"{folder.name}-{choice.exporter}{suffix}")
        target = self._host.dialogs.save_file("Export the results", FileKind.ANY, suggested)
        if target is None:
            return
        if suffix and not target.name.lower().endswith(suffix):
            target = target.with_name(f"{target.name}{suffix}")
        self._host.tasks.start(
            "Export the results",
            lambda control: results.export(folder, choice, target, control),
            self._say_written,
        )

    def compare(self) -> None:
        """Compare with another batch."""
        folder = self.folder
        other = self._host.dialogs.open_folder("Choose the folder of the batch to compare with")
        if folder is None or other is None:
            return

        def work(control: PanelTaskControl) -> ShownComparison:
            return results.side_by_side(folder, other)

        self._host.tasks.start("Compare batches", work, self._view.show_comparison)

    def open_folder(self) -> None:
        """Show the folder of the results in the system's own program."""
        if self.folder is not None:
            self._host.dialogs.show_document(self.folder)

    def _open(self, folder: Path, found: JobProject) -> None:
        if not found.has_images and folder not in self._told_of_images:
            self._told_of_images.add(folder)
            self._host.dialogs.show_warnings("Open the job", [WITHOUT_IMAGES])
        self._about_to_open(lambda: self._host.open_project(found.path))

    def _take(self, follower: BatchFollower, look: Look) -> None:
        self._is_looking = False
        if follower is not self._follower:
            follower.close()
            self.look()
            return
        self._look = look
        if look.is_first:
            self._statuses, self._selected = {}, ()
            self._view.show_table(look.columns, [look.rows[index] for index in sorted(look.rows)])
        elif look.rows:
            self._view.change_rows(look.rows)
        self._ids = {} if look.is_first else self._ids
        self._ids |= {index: cells[0] for index, cells in look.rows.items()}
        self._statuses |= look.statuses
        self._view.show_summary(look.summary)
        self._view.show_findings("", look.summary.notices)
        self._show_refusals()
        self._seen(look.shown)

    def _look_stopped(self) -> None:
        self._is_looking = False

    def _cannot_look(self, follower: BatchFollower, error: Exception) -> None:
        self._is_looking = False
        if follower is not self._follower:
            follower.close()
            return
        self._look = None
        self._view.show_findings("The batch cannot be read.", [str(error)])
        self._view.show_refusals(dict.fromkeys((PAUSE, RESUME, CANCEL, RETRY, REPORT), "The batch cannot be read."))

    def _show_refusals(self) -> None:
        if self._look is None:
            return
        state, refusals = self._look.state, self._look.state.refusals()
        chosen = [self._statuses[row] for row in self._selected if row in self._statuses]
        if not any(state.can_cancel_job(status) for status in chosen):
            refusals["cancel_jobs"] = "Select jobs that run or wait."
        if not any(state.can_retry_job(status) for status in chosen):
            refusals["retry_jobs"] = "Select jobs that did not succeed."
        elif RETRY in refusals:
            refusals["retry_jobs"] = refusals[RETRY]
        self._view.show_refusals(refusals)

    def _chosen(self, fits: Callable[[JobStatus], bool]) -> tuple[str, ...]:
        return tuple(self._ids[row] for row in self._selected if row in self._ids and fits(self._statuses[row]))

    def _command(self, title: str, command: Callable[[Path], None]) -> None:
        folder = self.folder
        if folder is not None:
            self._host.tasks.start(title, lambda control: command(folder), lambda nothing: self.look())

    def _retry(self, job_ids: Sequence[str]) -> None:
        folder = self.folder
        if folder is None:
            return

        self._host.tasks.start("Retry jobs", lambda control: steering.retry(folder, job_ids), self._seen_to_run(folder))

    def _seen_to_run(self, folder: Path) -> Callable[[bool], None]:
        """Takes whether a process runs a batch, and starts one if none does."""

        def take(is_run: bool) -> None:
            if is_run:
                self.look()
            else:
                self._start_engine(folder)

        return take

    def _show_report(self, written: results.Written) -> None:
        for path in written.paths:
            self._host.dialogs.show_document(path)
        self._say_written(written)

    def _say_written(self, written: results.Written) -> None:
        self._host.say(f"Written: {', '.join(map(str, written.paths))}")
        if written.missing:
            self._host.dialogs.show_warnings("Export the results", written.missing)


def key_of(folder: Path | None) -> str:
    """The key of a batch in the list."""
    return DRAFT if folder is None else str(folder)
