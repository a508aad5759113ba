"""The desktop application: start-up, how late its event loop is while it works, and how quickly work stops."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from harness.cases import generated_case
from harness.processes import REPOSITORY, measured, python
from harness.report import print_table

TIMES, ROWS = 20, 10_000
LEVEL_M = 413.4 * 0.3048
_START = """
import os, sys, time
import psutil
from pathlib import Path
from image_velocimetry_tools.gui.application import keep_own_plugins, make_application
keep_own_plugins(os.environ)
application = make_application()
from image_velocimetry_tools.gui.composition import Desktop, Places
from PyQt5.QtCore import QTimer
folder = Path(sys.argv[1])
desktop = Desktop(Places(None, folder / "recovery", folder / "log"))
stages = [
    lambda: desktop.window.isVisible(),
    lambda: desktop.tabs.is_built("video"),
    lambda: desktop.tabs.is_complete and desktop.tasks.is_idle,
]
def look():
    if stages[0]():
        print(time.time() - psutil.Process().create_time(), flush=True)
        stages.pop(0)
    if not stages:
        application.quit()
timer = QTimer()
timer.timeout.connect(look)
timer.start(5)
desktop.show()
application.exec()
desktop.window.close()
desktop.finish()
"""
_STAGES = ("window shown", "first tab to work in", "all tabs built")


def main() -> None:
    """Start the program some times, then work in it."""
    chosen = _options()
    if not os.environ.get("DISPLAY") and "QT_QPA_PLATFORM" not in os.environ:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="ivytools-") as name:
        folder = Path(name)
        if "start" in chosen.parts:
            _measure_start(folder, 1 if chosen.smoke else chosen.repeats)
        if {"loop", "cancel"} & set(chosen.parts):
            _measure_window(folder, chosen)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--smoke", action="store_true", help="only show that the benchmark runs, in seconds")
    parser.add_argument("--repeats", type=int, default=5, help="how often the program is started")
    parser.add_argument("--data", type=Path, help="a folder with scaffold_project.ivy and videos, not a generated one")
    parser.add_argument("--level", type=float, default=LEVEL_M, help="water surface elevation of that video, metres")
    parser.add_argument("--parts", nargs="+", choices=("start", "loop", "cancel"), default=("start", "loop", "cancel"))
    return parser.parse_args()


def _measure_start(folder: Path, repeats: int) -> None:
    found: dict[str, list[float]] = {}
    for _ in range(repeats):
        only_qt = measured(python("-c", "from PyQt5.QtWidgets import *"))
        found.setdefault("import of Qt's widgets", []).append(only_qt.wall_s)
        answer = subprocess.run(
            python("-c", _START, str(folder)), cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True
        )
        for stage, seconds in zip(_STAGES, answer.stdout.split(), strict=True):
            found.setdefault(stage, []).append(float(seconds))
    rows = [(name, *(f"{x:.2f}" for x in (min(of), statistics.median(of), max(of)))) for name, of in found.items()]
    print_table(("seconds from the start of the process", "best", "median", "slowest"), rows)


def _measure_window(folder: Path, chosen: argparse.Namespace) -> None:
    from harness.desktop_work import Site, activities, cancellations
    from harness.event_loop import HEADER, Watchdog
    from harness.window import DrivenWindow

    from image_velocimetry_tools.gui.application import keep_own_plugins, make_application

    keep_own_plugins(os.environ)
    scaffold, video = _site(chosen)
    application = make_application()
    watchdog = Watchdog()
    watchdog.begin("start")
    window = DrivenWindow(folder)
    site = Site(scaffold, video, chosen.level, folder, None if chosen.smoke else generated_case(3840, 2160, 1).scaffold)
    times, rows = (4, 100) if chosen.smoke else (TIMES, ROWS)
    try:
        for name, do in activities(window, site, times=times, rows=rows):
            watchdog.begin(name)
            do()
        watchdog.end()
        if "cancel" in chosen.parts:
            stopped = [(name, f"{1000 * stop():.0f}") for name, stop in cancellations(window, site)]
    finally:
        watchdog.close()
    print(f"\nplatform {application.platformName()}, load {os.getloadavg()[0]:.1f}, {video.name}")
    print_table(HEADER, [seen.row() for seen in (*watchdog.seen, watchdog.whole())])
    for seen in watchdog.seen:
        for place, count in seen.blockers.most_common(3):
            print(f"{seen.name}: {count} x {place}")
    if "cancel" in chosen.parts:
        print_table(("from cancel to stillness", "ms"), stopped)
    if window.dialogs.told:
        print("said:", *window.dialogs.told, sep="\n  ")
    window.close()
    sys.stdout.flush()


def _site(chosen: argparse.Namespace) -> tuple[Path, Path]:
    if chosen.data is None and chosen.smoke:
        chosen.data = REPOSITORY / "batch_test_data" / "inputs"
    if chosen.data is not None:
        return chosen.data / "scaffold_project.ivy", sorted((chosen.data / "videos").glob("*.mp4"))[0]
    case = generated_case(1280, 720, 20)
    return case.scaffold, case.video


if __name__ == "__main__":
    main()
