"""What users do in the desktop application, one activity after the other."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PyQt5.QtWidgets import QWidget

from image_velocimetry_tools.domain.units import DisplayUnits, unit_system
from image_velocimetry_tools.gui.composition import TABS

from .window import DrivenWindow


@dataclass(frozen=True, slots=True)
class Site:
    """A scaffold and a video of its site, the level in metres, where to write, and a scaffold with a large image."""

    scaffold: Path
    video: Path
    level_m: float
    folder: Path
    large: Path | None = None


Activity = tuple[str, Callable[[], object]]


def activities(window: DrivenWindow, site: Site, *, times: int, rows: int) -> Iterator[Activity]:
    """Everything up to a saved project with a report; ``times`` is how often small edits are repeated."""
    work = _Work(window, site, times)
    yield "nothing", lambda: window.pause(50 * times)
    if site.large is not None:
        yield "open one with a 4K image", lambda: work.open_project(site.large)
        yield "change its level", work.change_level
        yield "drag a point in it", work.drag_point
    yield "open a project", lambda: work.open_project(site.scaffold)
    yield "open a video", work.open_video
    yield "drag the slider", work.drag_slider
    yield "change the level", work.change_level
    yield "drag a point", work.drag_point
    yield "measure velocities", work.measure
    yield "show all tabs", work.show_tabs
    yield "edit stations", work.edit_stations
    yield "review images", work.review
    yield "switch units", work.switch_units
    yield "switch the theme", work.switch_theme
    yield "undo and redo", work.undo_redo
    yield "write the report", work.write_report
    yield "save", work.save
    yield "autosave", work.autosave
    yield "open it again", lambda: work.open_project(site.folder / "saved.ivy")
    yield f"{rows} rows of a batch", lambda: work.load_jobs(rows)


class _Work:
    def __init__(self, window: DrivenWindow, site: Site, times: int) -> None:
        self._window, self._site, self._times = window, site, times

    def open_project(self, path: Path | None) -> None:
        self._window.desktop.projects.open(path)
        self._window.settle()

    def open_video(self) -> None:
        self._window.tab("video").open_video(self._site.video)
        self._window.settle()

    def drag_slider(self) -> None:
        presenter = self._window.tab("video")
        duration_s = self._window.project.video.metadata.duration_s
        for step in range(10 * self._times):
            presenter.player.drag(duration_s * step / (10 * self._times))
            self._window.pause(16)
        presenter.player.seek(0.5 * duration_s)
        self._window.settle()

    def change_level(self) -> None:
        presenter = self._window.tab("orthorectification")
        unit = self._length_unit()
        level_m = self._window.project.calibration.water_surface_elevation_m or self._site.level_m
        for step in range(self._times // 2):
            presenter.set_level((level_m + 0.02 * (step % 2)) * unit)
            self._window.settle()
        presenter.set_level(self._site.level_m * unit)
        self._window.settle()

    def drag_point(self) -> None:
        editor = self._window.tab("orthorectification").points
        points = self._window.project.calibration.points.points
        row = next(i for i, point in enumerate(points) if point.is_digitised)
        x_px, y_px = points[row].x_px, points[row].y_px
        editor.select([row])
        for step in range(self._times):
            editor.place(row, x_px + step % 3, y_px)
            self._window.pause(16)
        editor.place(row, x_px, y_px)
        self._window.settle()

    def measure(self) -> None:
        self._window.tab("velocimetry").measure()
        self._window.settle()
        if self._window.project.velocities is None:
            raise SystemExit(f"no velocities came. {self._window.dialogs.told}")

    def show_tabs(self) -> None:
        for tab in TABS:
            self._window.tab(tab.name)
            self._window.pause(100)

    def edit_stations(self) -> None:
        presenter = self._window.tab("discharge")
        for step in range(self._times):
            presenter.set_alpha(0.85 + 0.01 * (step % 2), only_selected=False)
            self._window.pause()
        for step in range(self._times):
            presenter.set_used([5], bool(step % 2))
            self._window.pause()
        self._window.settle()

    def review(self) -> None:
        presenter = self._window.tab("velocimetry")
        for _ in range(self._times // 2):
            presenter.review.step(1)
            self._window.pause()
            presenter.review.draw_line((5.0, 3.0, 25.0, 28.0))
            self._window.pause()
        self._window.settle()

    def switch_units(self) -> None:
        for units in (DisplayUnits.METRIC, DisplayUnits.ENGLISH) * 2:
            self._window.desktop.presenter.choose_units(units)
            self._window.settle()

    def switch_theme(self) -> None:
        for theme in ("dark", "light") * 2:
            self._window.desktop.presenter.choose_theme(theme)
            self._window.settle()

    def undo_redo(self) -> None:
        for step in (self._window.document.undo, self._window.document.redo):
            for _ in range(self._times):
                step()
                self._window.pause()
        self._window.settle()

    def write_report(self) -> None:
        presenter = self._window.tab("reporting")
        self._window.dialogs.answer = self._site.folder / "report.pdf"
        presenter.output.export_pdf()
        self._window.settle()
        if not self._window.dialogs.answer.exists():
            raise SystemExit(f"no report was written. {self._window.dialogs.told}")

    def save(self) -> None:
        self._window.dialogs.answer = self._site.folder / "saved.ivy"
        self._window.desktop.projects.save_as()
        self._window.settle()

    def autosave(self) -> None:
        document = self._window.document
        autosave = self._window.desktop.autosave
        document.edit("Comment", replace(document.project, discharge=replace(document.project.discharge, alpha=0.8)))
        autosave._waiting_since = -1e9  # as if ten minutes had passed
        autosave.tick()
        self._window.settle()

    def load_jobs(self, rows: int) -> None:
        target = self._site.folder / "jobs.csv"
        _write_jobs(target, self._site, rows, self._length_unit())
        panel: Any = self._window.window.findChild(QWidget, "batchPanel")
        self._window.desktop.bench.shown.emit("panel_batch")
        self._window.pause()
        panel.presenter.draft.load_jobs(target)
        self._window.settle()
        self._window.pause(1000)
        self._window.settle()

    def _length_unit(self) -> float:
        return unit_system(self._window.project.display_units).length


def _write_jobs(path: Path, site: Site, rows: int, unit: float) -> None:
    shutil.copy(site.scaffold, path.with_name("scaffold_project.ivy"))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["video_path", "water_surface_elevation", "start_time", "end_time", "alpha", "comments"])
        for row in range(rows):
            writer.writerow([str(site.video), f"{site.level_m * unit:.4f}", "", "", "0.85", f"Row {row}"])


def cancellations(window: DrivenWindow, site: Site) -> Iterator[tuple[str, Callable[[], float]]]:
    """Long work that is stopped in full swing; each answers the seconds until nothing runs."""
    shown = window.desktop.tasks

    def running(title: str) -> Callable[[], bool]:
        # in full swing is what has reported something
        return lambda: any(one.title == title and (one.fraction or one.doing) for one in shown.shown)

    def measuring() -> float:
        window.tab("velocimetry").measure()
        return window.cancel_when(running("Measure velocities"))

    def report() -> float:
        window.dialogs.answer = site.folder / "stopped.pdf"
        window.tab("reporting").output.export_pdf()
        return window.cancel_when(running("Write the report"))

    def opening() -> float:
        window.desktop.projects.open(site.folder / "saved.ivy")
        return window.cancel_when(lambda: True)

    def clip() -> float:
        project = window.project
        # only a prepared clip is encoded anew, which takes its time
        turned = replace(project.video, preparation=replace(project.video.preparation, rotation_deg=180))
        window.document.edit("Rotate", replace(project, video=turned))
        window.dialogs.answer = site.folder / "clip.mp4"
        window.tab("video").clip.create_clip()
        stopped_s = window.cancel_when(running("Create video clip"))
        window.document.undo()
        window.settle()
        return stopped_s

    def frames() -> float:
        window.dialogs.answer = site.folder / "frames"
        window.dialogs.answer.mkdir(exist_ok=True)
        window.tab("orthorectification").export_frames()
        return window.cancel_when(running("Export rectified frames"))

    yield "measure velocities", measuring
    yield "write the report", report
    yield "open a project", opening
    yield "create a clip", clip
    yield "export rectified frames", frames
