"""The discharge of one job of a batch made anew from its stored velocities, and put in the place of the old one."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from ... import __version__
from ...domain.alpha import AlphaSource
from ...domain.errors import IvyError
from ...domain.scaffold import Scaffold
from ...services.discharge_service import GapRule
from ...services.measuring.recomputation import DischargeRules, RecomputedDischarge, VelocityFilter, recompute
from ..config import ProcessingResult
from ..folders.identity import JobIdentity
from ..folders.job_folder import job_folder
from ..folders.manifest import Manifest, write_manifest
from ..folders.recomputation_record import RecomputationRecord, recomputed_identity, recorded_inputs
from ..job.attempt import completed_result, result_path
from ..job.result import JobResult, Recomputed
from ..models import BatchJob, PlannedJob
from ..plan.job_checks import level_problems
from ..plan.planner import JobPlanner
from ..store.records import JobRecord
from .recomputed_result import renewed_result, stored_figures, stored_velocities
from .stored_measurement import StoredMeasurement, section_line, stored_measurement
from .wishes import RecomputeWishes, ReplacedSection

SECTION_PLOT, PROJECT_SUFFIX = "section.png", ".ivy"


@dataclass(frozen=True, slots=True, eq=False)
class RecomputedJob:
    """A job with its new result, not yet written. ``inputs`` are those of its row from now on."""

    job: BatchJob
    scaffold: Scaffold
    before: JobResult
    after: JobResult
    discharge: RecomputedDischarge
    manifest: Manifest
    identity: JobIdentity
    inputs: dict[str, Any]
    folder: Path

    @property
    def is_changed(self) -> bool:
        """Whether anything in the result is another."""
        return self.after != self.before

    @property
    def leaves_project(self) -> bool:
        """Whether a project lies with the old result, which does not fit the new one."""
        return any(file.path.endswith(PROJECT_SUFFIX) for file in self.manifest.files)


class JobRecomputer:
    """Makes the discharges of the jobs of one batch anew.

    Parameters
    ----------
    planner
        Of the batch.
    wishes, section
        What is different; None is the section of each result.
    plots
        Draw the section where it was drawn before.
    """

    def __init__(
        self,
        planner: JobPlanner,
        wishes: RecomputeWishes,
        section: ReplacedSection | None = None,
        *,
        plots: bool = True,
    ) -> None:
        self._planner, self._wishes, self._section, self._plots = planner, wishes, section, plots

    def recomputed(self, record: JobRecord) -> RecomputedJob:
        """The new result of a job that has one.

        Raises
        ------
        IvyError
            If there is no whole result, the site has changed since, or the job's level lies outside the section.
        """
        stored = stored_measurement(self._planner, record)
        rules = self._wishes.rules(stored.rules)
        replaced = stored.replaced if self._section is None else self._section
        scaffold = stored.planned.scaffold
        if replaced is not None:
            scaffold = replace(scaffold, section=replaced.section)
            problems = level_problems(scaffold, record.job.water_surface_elevation_m)
            if problems:
                raise IvyError.from_problems(problems)
        result, discharge = _renewed(stored, scaffold, rules, _note(stored, rules, replaced))
        is_same = rules.alpha == record.job.alpha
        source = record.job.alpha_source if is_same else AlphaSource.GIVEN
        job = replace(record.job, alpha=rules.alpha, alpha_source=source)
        planned = self._planner.identity(PlannedJob(job, stored.planned.scaffold))
        measured = stored.manifest.identity
        has_plots = measured.has_plots and self._plots
        identity = recomputed_identity(measured, planned, _particulars(rules, replaced), has_plots=has_plots)
        inputs = recorded_inputs(record.inputs, RecomputationRecord(planned=planned, result=identity))
        folder = self._planner.jobs_directory / job.job_id
        return RecomputedJob(job, scaffold, stored.result, result, discharge, stored.manifest, identity, inputs, folder)


def write_recomputed(one: RecomputedJob, jobs_directory: Path) -> ProcessingResult:
    """Put a new result into ``jobs_directory/<job_id>``, whole or not at all.

    Space-time images are carried over, the section is drawn anew; a project is left out, as it holds the old discharge.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    job_id, stays = one.job.job_id, one.folder.parent == jobs_directory
    with job_folder(jobs_directory, job_id, one.manifest.attempt) as folder:
        for file in one.manifest.files:
            if file.path not in (f"{job_id}.json", SECTION_PLOT) and not file.path.endswith(PROJECT_SUFFIX):
                _carry_over(one.folder / file.path, folder / file.path, links=stays)
        if one.identity.has_plots and (one.folder / SECTION_PLOT).exists():
            _draw_section(folder / SECTION_PLOT, one)
        (folder / f"{job_id}.json").write_text(one.after.model_dump_json(indent=1) + "\n", encoding="utf-8")
        write_manifest(folder, job_id, one.manifest.attempt, one.identity, one.manifest.inputs)
    path = result_path(jobs_directory, job_id)
    return completed_result(one.job, one.after, path, one.after.timings_s.total)


def _renewed(
    stored: StoredMeasurement, scaffold: Scaffold, rules: DischargeRules, note: Recomputed | None
) -> tuple[JobResult, RecomputedDischarge]:
    """The result and the discharge through the section of ``scaffold``."""
    result = stored.result
    line, stations, ratio = section_line(stored.planned.scaffold, stored.section), None, None
    if scaffold.section is not stored.section:
        # the points stay where they were measured; another survey may count its stations from elsewhere
        places = line.xy_of([point.station_m for point in result.points])
        line = section_line(stored.planned.scaffold, scaffold.section)
        stations, ratio = line.station_of(places), line.length_ratio
    velocities = stored_velocities(result, stations)
    level_m = result.water_surface_elevation_m
    figures = stored_figures(result)
    discharge = recompute(velocities, scaffold.section, level_m, rules, figures, line_length_ratio=ratio)
    return renewed_result(result, discharge, rules.alpha, line, scaffold.section, note), discharge


def _note(stored: StoredMeasurement, rules: DischargeRules, replaced: ReplacedSection | None) -> Recomputed | None:
    """What is said of the recomputation; as before if nothing changes."""
    before = stored.result.provenance.recomputed
    changes = _changes(stored, rules, replaced)
    if not changes:
        return before
    measured = before.measured if before is not None else _measured(stored)
    return Recomputed(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=__version__,
        measured=measured,
        changes=changes,
        gap_rule=rules.gap_rule.value,
        velocity_filter=dataclasses.asdict(rules.velocity_filter),
        section=None if replaced is None else replaced.as_dict(),
    )


def _measured(stored: StoredMeasurement) -> dict[str, Any]:
    result, identity = stored.result, stored.manifest.identity
    figures = {"discharge_m3s": result.discharge_m3s, "alpha": result.alpha, "verdict": result.quality.verdict}
    return {**figures, "identity": identity.model_dump()}


def _changes(stored: StoredMeasurement, rules: DischargeRules, replaced: ReplacedSection | None) -> tuple[str, ...]:
    before = stored.rules
    changes = []
    if rules.alpha != before.alpha:
        changes.append(f"alpha {before.alpha:g} -> {rules.alpha:g}")
    if replaced is not None and replaced is not stored.replaced:
        changes.append(f"section from {Path(replaced.path).name}")
    if rules.gap_rule != before.gap_rule:
        changes.append(f"gap rule {before.gap_rule} -> {rules.gap_rule}")
    was = dataclasses.asdict(before.velocity_filter)
    for name, value in dataclasses.asdict(rules.velocity_filter).items():
        if value != was[name]:
            changes.append(f"{name.replace('_', ' ')} {_word(was[name])} -> {_word(value)}")
    return tuple(changes)


def _word(value: object) -> str:
    words: Mapping[object, str] = {None: "of the method", True: "on", False: "off"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


def _particulars(rules: DischargeRules, replaced: ReplacedSection | None) -> dict[str, Any]:
    """What no jobs file can ask for; empty if the result is what a measurement with this alpha would give."""
    particulars: dict[str, Any] = {}
    if rules.gap_rule is not GapRule.FROUDE:
        particulars["gap_rule"] = rules.gap_rule.value
    if rules.velocity_filter != VelocityFilter():
        particulars["velocity_filter"] = dataclasses.asdict(rules.velocity_filter)
    if replaced is not None:
        particulars["section"] = {name: replaced.as_dict()[name] for name in ("station_m", "elevation_m")}
    return particulars


def _carry_over(source: Path, target: Path, *, links: bool) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if links:
        # the old folder goes away; where a file system knows no second name for a file, it is copied
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        return
    shutil.copy2(source, target)


def _draw_section(path: Path, one: RecomputedJob) -> None:
    from ..job.plots import DrawnDischarge, write_section_plot

    normal_mps = np.array(
        [np.nan if p.normal_velocity_mps is None else p.normal_velocity_mps for p in one.after.points], dtype=float
    )
    discharge = one.discharge
    drawn = DrawnDischarge(discharge.measurement, discharge.station_m, normal_mps, discharge.verdict)
    write_section_plot(path, one.job, one.scaffold, drawn)
