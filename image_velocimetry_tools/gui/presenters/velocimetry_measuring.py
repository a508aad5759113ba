"""Measuring the velocities: what is missing, the run with its progress, and the new velocities as one edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ...domain.project import MeasuredVelocities, PointLayout, Project
from ...domain.sentences import begun_with_capital
from ...plugins.registry import PluginRegistry
from ...plugins.velocimetry import VELOCIMETRY_GROUP
from ...services.measured_project.measurement import measure_project
from ...services.measured_project.new_velocities import dropped_decisions, with_velocities
from ...services.measured_project.out_of_date import why_another_film
from ...services.project_setup.problems import missing_for_measurement
from ...services.project_setup.stated_bank import bank_remarks
from ..models.document import Change
from ..models.tasks import TaskControl
from ..models.velocimetry_stages import MeasurementStages
from ..models.workbench import Workbench

OUT_OF_DATE = "The settings were changed after these velocities were measured: measure again."
_SLOT = "measure velocities"
_BASIS = ("video", "calibration", "section", "grid", "velocimetry")


class MeasuringView(Protocol):
    """The button, the progress and the banner."""

    def bind(self, presenter: MeasuringPresenter) -> None: ...
    def show_findings(self, missing: Sequence[str], warnings: Sequence[str]) -> None: ...
    def show_running(self, is_running: bool) -> None: ...
    def show_progress(self, fraction: float | None, doing: str) -> None: ...


class MeasuringPresenter:
    """Measures beside the window, by ``measure``; one measurement at a time."""

    def __init__(
        self,
        view: MeasuringView,
        bench: Workbench,
        registry: PluginRegistry,
        measure: Callable[..., MeasuredVelocities] = measure_project,
    ) -> None:
        self._view = view
        self._bench = bench
        self._registry = registry
        self._measure_project = measure
        self._is_running = False
        self._control: TaskControl | None = None
        view.bind(self)
        bench.document.changed.subscribe(self._follow, while_hidden=True)
        self._show_findings()
        view.show_running(False)

    def measure(self) -> None:
        """Measure the velocities at the points, with everything as it is set now."""
        project = self._project
        if self._is_running or missing_for_measurement(project):
            return
        self._is_running = True
        self._view.show_running(True)
        self._control = self._bench.tasks.start(
            "Measure velocities",
            lambda control: self._measured(project, control),
            self._take,
            failed=self._fail,
            stopped=self._stop,
            slot=_SLOT,
        )

    def cancel(self) -> None:
        """Stop the measurement; the velocities stay as they were."""
        if self._is_running and self._control is not None:
            self._control.cancel()
            self._view.show_progress(self._control.fraction, "stopping")

    def refresh(self) -> None:
        """Show how far the measurement is; asked now and then while one runs."""
        if self._is_running and self._control is not None and not self._control.is_set():
            self._view.show_progress(self._control.fraction, self._control.doing)

    # in the thread of the task

    def _measured(self, project: Project, control: TaskControl) -> MeasuredVelocities:
        settings = project.velocimetry
        method = self._registry.create(VELOCIMETRY_GROUP, settings.method, settings.method_settings)
        return self._measure_project(project, method, stages=MeasurementStages(control), cancel=control)

    # afterwards

    def _take(self, measured: MeasuredVelocities) -> None:
        self._end()
        before, after = self._project, with_velocities(self._project, measured)
        self._bench.document.edit("Measure velocities", after)
        dropped = dropped_decisions(before, after)
        note = f"; what was decided by hand at {dropped} of the earlier points was of other images" if dropped else ""
        self._bench.said.emit(f"The velocities at {len(measured.speed_mps)} points are measured{note}")

    def _fail(self, error: Exception) -> None:
        self._end()
        self._bench.dialogs.show_error("Measure velocities", error)

    def _stop(self) -> None:
        self._end()
        self._bench.said.emit("The measurement was stopped; nothing has changed")

    def _end(self) -> None:
        self._is_running = False
        self._view.show_running(False)

    # showing

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    def _follow(self, change: Change) -> None:
        if self._is_running and all(change.touches(part) for part in _BASIS):
            # another project was opened: what is being measured is not its
            self._bench.tasks.cancel(_SLOT)
            self._end()
        if change.touches(*_BASIS, "velocities", "discharge", "display_units"):
            self._show_findings()

    def _show_findings(self) -> None:
        project = self._project
        missing = [str(problem) for problem in missing_for_measurement(project)]
        is_outdated = project.velocities is not None and not project.are_velocities_current
        lies_on_section = project.grid.layout is PointLayout.SECTION
        warnings = (
            *((_out_of_date(project),) if is_outdated else ()),
            *(bank_remarks(project) if lies_on_section else ()),
        )
        self._view.show_findings(missing, warnings)


def _out_of_date(project: Project) -> str:
    another = why_another_film(project)
    return f"{begun_with_capital(another)}." if another else OUT_OF_DATE
