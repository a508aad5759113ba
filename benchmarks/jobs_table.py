"""How smoothly the jobs table of the Batch panel scrolls through 10,000 jobs while some of them change."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

import numpy as np
from harness.report import print_table

if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QKeyEvent, QWheelEvent
from PyQt5.QtWidgets import QApplication

from image_velocimetry_tools.domain.units import unit_system
from image_velocimetry_tools.gui.batch_panel.models.live_table import live_columns
from image_velocimetry_tools.gui.batch_panel.shown import Cells
from image_velocimetry_tools.gui.batch_panel.views.jobs_table import JobsTable

ROWS = 10_000
RUNNING = 8
MARK_EVERY = 3
FRAME_S, CHANGE_EVERY_S = 1 / 60, 0.25
HEADER = ("10,000 rows", "problems marked", "frames", "median (ms)", "p99 (ms)", "worst (ms)", "late", "shown (ms)")

Push = Callable[[JobsTable, bool], None]


def main() -> None:
    """Turn pages and wheels 60 times a second, four changes of running jobs a second, and time each frame."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--smoke", action="store_true", help="only show that the benchmark runs, in seconds")
    seconds = 0.5 if parser.parse_args().smoke else 10.0
    application = QApplication(sys.argv[:1])
    ways: dict[str, Push] = {"page up and down": _turn_page, "wheel": _turn_wheel}
    rows = [
        _row(name, push, seconds, are_marked=are_marked) for name, push in ways.items() for are_marked in (False, True)
    ]
    print(f"screen: {application.platformName()}")
    print_table(HEADER, rows)


def _row(name: str, push: Push, seconds: float, *, are_marked: bool) -> list[str]:
    table = JobsTable()
    table.resize(1060, 560)
    table.show()
    QApplication.processEvents()
    began = time.perf_counter()
    table.show_table(live_columns(unit_system("English")), [_cells(row, "waiting", 0.0) for row in range(ROWS)])
    QApplication.processEvents()
    shown_s = time.perf_counter() - began
    frames_s = np.array(_frames(table, push, seconds, are_marked=are_marked))
    table.close()
    table.deleteLater()
    median, p99 = np.percentile(frames_s, [50, 99])
    figures = (f"{1000 * value:.1f}" for value in (median, p99, frames_s.max()))
    late = f"{100 * np.mean(frames_s > FRAME_S):.1f} %"
    return [name, "yes" if are_marked else "no", str(len(frames_s)), *figures, late, f"{1000 * shown_s:.0f}"]


def _frames(table: JobsTable, push: Push, seconds: float, *, are_marked: bool) -> list[float]:
    """Seconds from an event to the picture that answers it."""
    bar = table.verticalScrollBar()
    assert bar is not None
    frames: list[float] = []
    is_down, changes, began = True, 0, time.perf_counter()
    while (now := time.perf_counter()) - began < seconds:
        is_down = bar.value() < bar.maximum() if is_down else bar.value() <= bar.minimum()
        if now - began >= changes * CHANGE_EVERY_S:
            _change(table, changes, are_marked=are_marked)
            changes += 1
        push(table, is_down)
        QApplication.processEvents()
        frames.append(time.perf_counter() - now)
        time.sleep(max(0.0, FRAME_S - frames[-1]))
    return frames


def _change(table: JobsTable, number: int, *, are_marked: bool) -> None:
    """Running jobs go on, half of them where one looks; the check of the table marks its cells anew."""
    seen = max(0, table.rowAt(0))
    running = [*range(seen, min(ROWS, seen + RUNNING // 2)), *range(number * RUNNING, number * RUNNING + RUNNING // 2)]
    table.change_rows({row % ROWS: _cells(row % ROWS, "running", (number % 40) / 40) for row in running})
    if are_marked:
        marked = range(number % MARK_EVERY, ROWS, MARK_EVERY)
        table.jobs.mark_cells({(row, 2): "The level is above the section." for row in marked})


def _cells(row: int, status: str, share: float) -> Cells:
    texts = {0: f"job_{row + 1:05d}", 1: f"video_{row + 1:05d}.mp4", 2: "413.4", 3: status, 5: f"{share:.3f}"}
    return tuple(texts.get(column, "") for column in range(13))


def _turn_page(table: JobsTable, is_down: bool) -> None:
    key = Qt.Key_PageDown if is_down else Qt.Key_PageUp
    for kind in (QEvent.KeyPress, QEvent.KeyRelease):
        QApplication.sendEvent(table, QKeyEvent(kind, key, Qt.NoModifier))


def _turn_wheel(table: JobsTable, is_down: bool) -> None:
    viewport = table.viewport()
    assert viewport is not None
    place = QPointF(viewport.rect().center())
    turned = QPoint(0, -120 if is_down else 120)
    event = QWheelEvent(
        place, place, QPoint(), turned, Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False, Qt.MouseEventNotSynthesized
    )
    QApplication.sendEvent(viewport, event)


if __name__ == "__main__":
    main()
