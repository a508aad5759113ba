"""The Batch panel: which batches there are, which one is shown, and what happens when the window closes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ....domain.errors import IvyError, Problem
from ....plugins.panels import PanelHost, PanelTaskControl
from ....plugins.registry import plugin_registry
from ....plugins.velocimetry import VELOCIMETRY_GROUP
from ..models.engine_process import EngineProcess
from ..models.follower import glance, is_run
from ..models.jobs_sheet import SheetContent
from ..models.known_batches import KnownBatches, has_batch, require_batch
from ..models.panel_words import in_panel_words
from ..models.set_up import SetUp, write_set_up
from ..models.steering import ask_to_pause
from ..shown import DRAFT, ShownBatch
from .draft import DraftPresenter
from .running import RunningPresenter, key_of
from .view import BatchPanelView

GLANCE_EVERY = 12
"""Ticks between two looks at the batches that are not selected."""
MOST_TOLD = 20
"""Sentences in a box, which are as many as fit on a screen."""
LEAVE, PAUSE, STAY = "Leave running", "Pause", "Stay"
_NEW = ShownBatch(DRAFT, "New batch", "being set up")


class BatchPanelPresenter:
    """The list of batches; form and table of a new one are the ``draft``, the selected batch is ``running``."""

    def __init__(self, view: BatchPanelView, host: PanelHost, methods: Sequence[str] | None = None) -> None:
        self._view, self._host = view, host
        self._known = KnownBatches(host.memory)
        self._shown: dict[str, ShownBatch] = {}
        self._engines: list[EngineProcess] = []
        self._selected = DRAFT
        self._ticks, self._is_starting = 0, False
        names = methods if methods is not None else plugin_registry().names(VELOCIMETRY_GROUP)
        self.draft = DraftPresenter(view, host, names)
        self.running = RunningPresenter(view, host, self.resume, self._seen, self.draft.keep_scaffold)
        view.bind(self)
        self._glance()
        self._show_list()
        self.draft.show()

    def tick(self) -> None:
        """Four times a second, as long as the panel is visible."""
        self._ticks += 1
        self._attend_engines()
        if self._selected == DRAFT:
            self.draft.tick()
        else:
            self.running.tick()
        if self._ticks % GLANCE_EVERY == 0:
            self._glance()

    def select(self, key: str) -> None:
        """Show a batch, or the one that is being set up."""
        if key == self._selected:
            return
        if self._selected == DRAFT:
            self.draft.hide()
        else:
            self.running.hide()
        self._selected = key
        self._show_list()
        if key == DRAFT:
            self.draft.show()
        else:
            self.running.show(Path(key))

    def start(self) -> None:
        """Begin the batch that was set up, unless it is just being begun."""
        if self._is_starting:
            return
        missing = self.draft.missing()
        if missing:
            self._host.dialogs.show_warnings("Start the batch", missing)
            return
        chosen, content = self.draft.form.set_up, self.draft.sheet.content
        findings = self.draft.findings
        if findings is not None and findings.check.problem_count:
            told = [one for one, _ in findings.check.sentences[:MOST_TOLD]]
            self._host.dialogs.show_warnings("Start the batch", [findings.headline, *told])
            return
        assert chosen.output is not None
        if is_run(chosen.output):
            what = "a batch runs into this folder"
            error = IvyError(what, where=str(chosen.output), remedy="Wait for it, or choose another folder")
            self._host.dialogs.show_error("Start the batch", error)
        elif not has_batch(chosen.output) or self._may_replace(chosen.output):
            self._is_starting = True
            self._host.tasks.start(
                "Start the batch",
                lambda control: self._begin(chosen, content, control),
                lambda engine: self._draft_began(chosen, engine),
                failed=self._cannot_begin,
                stopped=self._not_begun,
            )

    def resume(self, folder: Path) -> None:
        """Start a process that goes on with a batch."""
        self._host.tasks.start("Resume the batch", lambda control: EngineProcess.resume(folder), self._began)

    def take_files(self, paths: Sequence[Path]) -> None:
        """Put videos, or a jobs CSV, into the table of the new batch."""
        self.select(DRAFT)
        self.draft.drop(paths)

    def add_batch(self) -> None:
        """List a batch that was begun elsewhere."""
        folder = self._host.dialogs.open_folder("Choose the output folder of a batch")
        if folder is None:
            return
        try:
            require_batch(folder)
        except IvyError as error:
            self._host.dialogs.show_error("Add a batch", error)
            return
        self._known.add(folder.absolute())
        self._glance()
        self.select(str(folder.absolute()))

    def forget_batch(self) -> None:
        """Take the selected batch off the list; nothing happens to it."""
        if self._selected != DRAFT:
            folder = Path(self._selected)
            self._known.forget(folder)
            self._shown.pop(self._selected, None)
            self.select(DRAFT)

    def may_close(self) -> bool:
        """Ask what becomes of an unsaved table and of batches that run; False if the window shall stay."""
        if self.draft.is_unsaved and not self._host.dialogs.ask(
            "Close the window",
            "The jobs table of the new batch was not saved and will be lost.",
            yes="Close without saving",
            no=STAY,
        ):
            return False
        running = [folder for folder in self._folders() if is_run(folder) or self._is_new(folder)]
        if not running:
            return True
        names = ", ".join(self._name(folder) for folder in running)
        what = f"A batch is running: {names}." if len(running) == 1 else f"{len(running)} batches are running: {names}."
        question = (
            f"{what}\nIt can go on without the window, or pause: running jobs finish then, and it can be resumed later."
        )
        answer = self._host.dialogs.choose("Close the window", question, (LEAVE, PAUSE, STAY))
        if answer == PAUSE:
            return self._pause_all(running)
        return answer == LEAVE

    def close(self) -> None:
        """The window closes; engines go on."""
        self.running.hide()
        self.draft.close()

    @property
    def selected(self) -> str:
        """The key of the batch that is shown."""
        return self._selected

    def _pause_all(self, folders: Sequence[Path]) -> bool:
        try:
            for folder in folders:
                ask_to_pause(folder)
        except IvyError as error:
            self._host.dialogs.show_error("Pause the batch", error)
            return False
        return True

    def _begin(self, chosen: SetUp, content: SheetContent, control: PanelTaskControl) -> EngineProcess:
        assert chosen.output is not None
        found = self.draft.checked(chosen, content, control)
        if found.check.problem_count:
            told = [one for one, _ in found.check.sentences[:MOST_TOLD]]
            raise IvyError.from_problems(Problem(one.rstrip(". ")) for one in (found.headline, *told))
        scaffold = self.draft.scaffold_for_engine(chosen)
        settings = write_set_up(chosen, content.in_units(found.units), scaffold)
        return EngineProcess.run(chosen.output, settings)

    def _draft_began(self, chosen: SetUp, engine: EngineProcess) -> None:
        self._is_starting = False
        self.draft.mark_begun(chosen)
        self._began(engine)

    def _cannot_begin(self, error: Exception) -> None:
        self._not_begun()
        self._host.dialogs.show_error("Start the batch", error)

    def _not_begun(self) -> None:
        self._is_starting = False

    def _began(self, engine: EngineProcess) -> None:
        self._engines.append(engine)
        folder = engine.output_directory.absolute()
        self._shown[str(folder)] = ShownBatch(str(folder), self._name(folder), "starting", 0.0)
        self._known.add(folder)
        self._show_list()
        if self._selected == str(folder):
            self.running.look()

    def _attend_engines(self) -> None:
        """Show a new batch once it is written down, and say why one did not come to be."""
        for engine in list(self._engines):
            folder = engine.output_directory.absolute()
            has_ended = engine.has_ended()
            failure = engine.failure() if has_ended else None
            if self._is_new(folder) and failure is None and has_batch(folder) and (has_ended or is_run(folder)):
                self._shown.pop(str(folder))
                self._glance()
                if self._selected == DRAFT:
                    self.select(str(folder))
            if has_ended:
                self._engines.remove(engine)
                self._ended(folder, failure)
            elif self._selected == str(folder):
                # it may rest no more since the last look
                self.running.look()

    def _ended(self, folder: Path, failure: IvyError | None) -> None:
        if self._is_new(folder):
            self._shown.pop(str(folder))
        if not has_batch(folder):
            self._known.forget(folder)
        self._glance()
        if self._selected == str(folder):
            self.running.look()
        if failure is not None:
            self._host.dialogs.show_error("Run the batch", in_panel_words(failure))

    def _is_new(self, folder: Path) -> bool:
        found = self._shown.get(str(folder))
        return found is not None and found.state == "starting"

    def _may_replace(self, folder: Path) -> bool:
        question = (
            f"{folder} holds a batch already. A new one takes its place; results that are up to date are kept, "
            "those of equal job ids that are not are replaced."
        )
        return self._host.dialogs.ask("Start the batch", question, yes="Start", no="Choose another folder")

    def _folders(self) -> list[Path]:
        return self._known.folders

    def _name(self, folder: Path) -> str:
        found = self._shown.get(str(folder))
        return found.name if found is not None else folder.name

    def _seen(self, batch: ShownBatch) -> None:
        if self._shown.get(batch.key) != batch:
            self._shown[batch.key] = batch
            self._show_list()

    def _glance(self) -> None:
        """Look at the batches that are not followed."""
        others = [folder for folder in self._folders() if str(folder) != self._selected and not self._is_new(folder)]
        if others:
            self._host.tasks.start(
                "Look at the batches",
                lambda control: [glance(folder) for folder in others],
                self._glanced,
                slot="batch glance",
                quiet=True,
            )
        else:
            self._show_list()

    def _glanced(self, batches: Sequence[ShownBatch]) -> None:
        known = {str(folder) for folder in self._folders()}
        self._shown |= {batch.key: batch for batch in batches if batch.key in known}
        self._show_list()

    def _show_list(self) -> None:
        listed = [self._shown.get(str(folder), _unknown(folder)) for folder in self._folders()]
        self._view.show_batches((_NEW, *listed), self._selected)


def _unknown(folder: Path) -> ShownBatch:
    return ShownBatch(key_of(folder), folder.name, "")
