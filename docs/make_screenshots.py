"""Pictures of the window for these pages, and a look at whether everything in it can be read.

    .ci/screen.sh run python docs/make_screenshots.py            writes docs/screenshots/*.png
    .ci/screen.sh run python docs/make_screenshots.py --check    writes nothing; exit 1 if a text is cut off

The real program measures the example of ``batch_test_data``, and the batch panel its three videos.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PyQt5.QtCore import QEvent, QPoint, Qt
from PyQt5.QtGui import QImage, QMouseEvent, QPixmap, qRgb
from PyQt5.QtWidgets import QApplication, QLabel, QPushButton, QWidget

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from layout_findings import findings, report, size_findings  # noqa: E402

from image_velocimetry_tools.domain.project import Comment, CommentCategory, Project  # noqa: E402
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits  # noqa: E402
from image_velocimetry_tools.gui.application import keep_own_plugins, make_application  # noqa: E402
from image_velocimetry_tools.gui.batch_panel.models.follower import is_run  # noqa: E402
from image_velocimetry_tools.gui.composition import Desktop, Places  # noqa: E402
from image_velocimetry_tools.gui.tab_set import TABS  # noqa: E402
from image_velocimetry_tools.gui.views.cross_section import CrossSectionTab  # noqa: E402
from image_velocimetry_tools.gui.views.help_window import HelpWindow  # noqa: E402
from image_velocimetry_tools.gui.views.video_sampling import SamplingPanel  # noqa: E402
from image_velocimetry_tools.gui.views.widgets.plot_base import Plot  # noqa: E402
from image_velocimetry_tools.services.project_setup.editing import with_roughness  # noqa: E402

INPUTS = ROOT / "batch_test_data" / "inputs"
PICTURES = Path(__file__).parent / "screenshots"
SIZE = (1280, 800)
PATIENCE_S = 120.0
COLOURS = 80
_ROOM_PX = 200
_COMMENTS = (
    ("10:05:00", CommentCategory.VIDEO, "Tripod on the left abutment; hardly any wind."),
    ("10:20:00", CommentCategory.ORTHORECTIFICATION, "All targets surveyed with the total station."),
    ("10:40:00", CommentCategory.DISCHARGE, "Station 6 lies behind the boulder."),
)


class Studio:
    """The program in a window that stands still while it is photographed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "Alder Mill"
        shutil.copytree(INPUTS, self.folder)
        (self.folder / "scaffold_project.ivy").rename(self.folder / "Alder Mill.ivy")
        self.desktop = Desktop(Places(None, folder / "recovery", folder / "log"))
        self.window, self.document = self.desktop.window, self.desktop.bench.document
        self.window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.window.resize(*SIZE)

    def begin(self, project: Path | None = None) -> None:
        """Show the window, with a project."""
        self.desktop.show(project)
        self.until(lambda: self.desktop.tabs.is_complete)
        self.until(lambda: project is None or self.document.path is not None)
        self.rest()

    def until(self, is_so: Callable[[], Any]) -> None:
        """Let the program work until something is the case."""
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError("the program did not come to where its picture is taken")
            QApplication.processEvents()
            time.sleep(0.005)

    def rest(self, seconds: float = 0.6) -> None:
        """Let the program finish what it does, and wait for what it would begin by itself."""
        ends = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > ends and self.desktop.tasks.is_idle)

    def edit(self, project: Project) -> None:
        """Change the project as a user would have."""
        self.document.edit("Work", project)
        self.rest()

    def go_to(self, name: str) -> None:
        """Bring a tab to the front."""
        self.window.show_tab(name)
        self.window.say("")
        self.rest()

    def find(self, kind: type, name: str) -> Any:
        """A widget by its name."""
        return self.window.findChild(kind, name)

    def close(self) -> None:
        """End the program; nothing is to be saved."""
        self.document.mark_saved(self.document.project, self.document.path)
        self.window.close()
        self.desktop.finish()


def set_the_scene(studio: Studio) -> None:
    """A measurement as it stands when it is nearly done: measured, reviewed, described."""
    presenter = studio.desktop.tabs.presenter
    studio.until(lambda: studio.document.project.video.metadata is not None)
    project = studio.document.project
    stamped = (Comment(category, "M. Rivera", f"05/14/2024 {at}", text) for at, category, text in _COMMENTS)
    reporting = replace(
        project.reporting, station_name="Alder Creek at Alder Mill", party="M. Rivera, T. Osei", weather="Overcast",
        measured_on=date(2024, 5, 14), measurement_number=118, station_number="", start_time=clock_time(10, 30),
        end_time=clock_time(10, 31), gage_height_m=3.4 * METRES_PER_FOOT,
    )  # fmt: skip
    described = replace(project, comments=tuple(stamped), reporting=reporting)
    studio.edit(with_roughness(described, (0.03, 0.055), (15.0 * METRES_PER_FOOT,)))
    expected = studio.window.findChild(SamplingPanel).velocityField
    expected.show_value(3.6)
    expected.edited.emit(3.6)
    presenter("grid").draw_mask(_beside_the_line(studio.document.project))
    presenter("velocimetry").measure()
    studio.until(lambda: studio.document.project.velocities is not None)
    studio.rest()
    presenter("discharge").set_used([5], is_used=False)
    presenter("discharge").select_points([5])
    review = presenter("velocimetry").review
    review.choose(8)
    review.draw_line(_streak(studio.document.project, 8))
    review.set_comment("Drawn along the streak of a leaf")
    studio.rest()


def _beside_the_line(project: Project) -> np.ndarray:
    """A mask on the bank, upstream of the section."""
    assert project.section.line_px is not None
    x, y = project.section.line_px[-1]
    return np.array([(x + 10, y - 70), (x + 60, y - 60), (x + 70, y + 20), (x + 25, y + 25)])


def _streak(project: Project, point: int) -> tuple[float, float, float, float]:
    """A line as steep as what was measured."""
    velocities = project.velocities
    assert velocities is not None
    height, width = velocities.images[point].shape
    slope = float(np.tan(np.radians(velocities.theta_deg[point])))
    run = min(0.6 * width, 0.7 * height / slope)
    return 0.2 * width, 0.15 * height, 0.2 * width + run, 0.15 * height + run * slope


def measure_the_batch(studio: Studio) -> None:
    """The three videos of the example, by a real engine."""
    view = studio.find(QWidget, "batchPanel")
    panel = view.presenter
    studio.go_to("panel_batch")
    panel.draft.load_jobs(studio.folder / "boneyard_batch.csv")
    studio.rest()
    panel.draft.form.change(name="May 2024", uses_current_project=True, plots=False, jobs_at_a_time="1")
    dialogs = studio.desktop.dialogs
    ask, dialogs.open_folder = dialogs.open_folder, lambda *_: studio.folder / "May 2024"
    panel.draft.form.choose_output()
    dialogs.open_folder = ask
    start = studio.find(QPushButton, "startButton")
    studio.until(start.isEnabled)
    start.click()
    state, folder = view.findChild(QLabel, "stateLabel"), view.findChild(QLabel, "folderLabel")
    studio.until(lambda: "completed" in state.text() and not is_run(studio.folder / "May 2024"))
    studio.rest(2.0)
    # where this script works says nothing to a reader
    folder.setText(folder.text().replace(str(studio.folder.parent), "/home/rivera"))


def point_at(plot: Plot, across: float, down: float) -> None:
    """Let the cursor rest on a plot, at shares of its width and height."""
    area = plot.canvas.viewport()
    place = QPoint(round(across * area.width()), round(down * area.height()))
    move = QMouseEvent(QEvent.Type.MouseMove, place, Qt.NoButton, Qt.NoButton, Qt.NoModifier)
    QApplication.sendEvent(area, move)


def pictures(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    """Bring one scene after the other to the front; the answers are their names, and what they are pictures of."""
    for tab in TABS:
        studio.go_to(tab.name)
        if tab.name == "orthorectification":
            studio.rest(1.5)
        yield tab.name, studio.window
        yield from _MORE.get(tab.name, lambda _: ())(studio)
    measure_the_batch(studio)
    yield "batch", studio.window


def _subsections(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    tab = studio.window.findChild(CrossSectionTab)
    side = tab.importButton.parentWidget()
    splitter = side.parentWidget()
    sizes = splitter.sizes()
    splitter.setSizes([sizes[0] - _ROOM_PX, sizes[1] + _ROOM_PX])
    tab.tables.setCurrentWidget(tab.subsectionsPage)
    studio.rest()
    point_at(tab.sectionPlot, 0.55, 0.5)
    yield "subsections", side
    tab.tables.setCurrentIndex(0)
    splitter.setSizes(sizes)


def _space_time_images(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    pages = studio.find(QWidget, "velocimetryPage").findChild(QWidget, "pages")
    pages.setCurrentIndex(1)
    studio.rest()
    yield "space_time_images", studio.window
    pages.setCurrentIndex(0)


def _help(studio: Studio) -> Iterator[tuple[str, QWidget]]:
    studio.desktop.help.begin()
    studio.rest()
    page = studio.find(HelpWindow, "helpWindow")
    yield "help", page
    page.close()


_MORE = {"cross_section": _subsections, "velocimetry": _space_time_images, "reporting": _help}


@contextmanager
def theme(studio: Studio, name: str) -> Iterator[None]:
    """Other looks for a while."""
    studio.window.presenter.choose_theme(name)
    studio.rest()
    yield
    studio.window.presenter.choose_theme("light")


def save(pixmap: QPixmap, path: Path) -> None:
    """Write a picture with few colours, the frequent ones unchanged, so that it stays small."""
    image = pixmap.toImage().convertToFormat(QImage.Format_RGB888)
    raw = image.constBits().asarray(image.bytesPerLine() * image.height())
    rows = np.frombuffer(raw, np.uint8).reshape(image.height(), image.bytesPerLine())
    rgb = np.ascontiguousarray(rows[:, : 3 * image.width()]).reshape(-1, 3)
    colours, which, counts = np.unique(rgb, axis=0, return_inverse=True, return_counts=True)
    palette = _palette(colours, counts)
    nearest = np.array([np.argmin(((palette - c.astype(np.float32)) ** 2).sum(axis=1)) for c in colours], np.uint8)
    indices = np.ascontiguousarray(nearest[which.ravel()].reshape(image.height(), image.width()))
    small = QImage(indices.data, image.width(), image.height(), image.width(), QImage.Format_Indexed8)
    small.setColorTable([qRgb(*(round(float(v)) for v in colour)) for colour in palette])
    if not small.save(str(path), "PNG", 0):
        raise OSError(f"{path} cannot be written")
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def _palette(colours: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The most frequent colours; those that are least like them, so that a small thing in red stays red; middles."""
    values = colours.astype(np.float32)
    if len(values) <= COLOURS:
        return values
    chosen = list(np.argsort(-counts, kind="stable")[: COLOURS // 2])
    distance = np.min([((values - values[index]) ** 2).sum(axis=1) for index in chosen], axis=0)
    for _ in range(COLOURS // 8):
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, ((values - values[chosen[-1]]) ** 2).sum(axis=1))
    rest = np.delete(values, chosen, axis=0)
    cv2.setRNGSeed(1)
    stop = (cv2.TERM_CRITERIA_MAX_ITER, 20, 0.0)
    _, _, middles = cv2.kmeans(rest, min(COLOURS - len(chosen), len(rest)), None, stop, 1, cv2.KMEANS_PP_CENTERS)
    return np.vstack([values[chosen], middles])


def photograph(studio: Studio, folder: Path) -> None:
    """Write all pictures."""
    folder.mkdir(exist_ok=True)
    set_the_scene(studio)
    for name, widget in pictures(studio):
        save(widget.grab(), folder / f"{name}.png")
    with theme(studio, "dark"):
        studio.go_to("discharge")
        save(studio.window.grab(), folder / "discharge_dark.png")


def check(studio: Studio) -> list[str]:
    """What cannot be read in any tab, in both units and both looks."""
    set_the_scene(studio)
    found: list[str] = []
    for name, widget in pictures(studio):
        for units in DisplayUnits:
            studio.edit(replace(studio.document.project, display_units=units))
            found += report(f"{name} in {units} units", findings(widget.window()) + size_findings(widget.window()))
        with theme(studio, "dark"):
            found += report(f"{name} in the dark", findings(widget.window()))
    return found


def main() -> int:
    """Make the pictures, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something cannot be read")
    parser.add_argument("-o", "--output", type=Path, default=PICTURES, help="folder of the pictures")
    arguments = parser.parse_args()
    keep_own_plugins(os.environ)
    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(Path(folder))
        studio.begin(studio.folder / "Alder Mill.ivy")
        found = check(studio) if arguments.check else photograph(studio, arguments.output)
        studio.close()
        application.processEvents()
    print("\n".join(found or []))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
