"""``ivytools``: the desktop application."""

from __future__ import annotations

import argparse
import faulthandler
import logging
import os
import signal
import sys
from collections.abc import MutableMapping, Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QApplication

    from .composition import Desktop, Places

PROGRAM = "ivytools"
EXIT_UNUSABLE = 2
_LOG_BYTES = 1_000_000
_SWITCH_S = 0.001
_QT_PATHS = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_PLUGIN_PATH", "QT_QPA_FONTDIR")


def main(argv: Sequence[str] | None = None) -> int:
    """Start the program; the answer is its exit code."""
    arguments = _parser().parse_args(argv)
    keep_own_plugins(os.environ)
    problem = _missing()
    if problem:
        print(f"{PROGRAM}: {problem}", file=sys.stderr)
        return EXIT_UNUSABLE
    from .composition import Desktop
    from .start_check import StartCheck

    places = usual_places()
    _begin_log(places.log)
    application = make_application()
    desktop = Desktop(places)
    give_back = desktop.faults.install()
    try:
        check = StartCheck(application, desktop) if arguments.check else None
        return _run(application, desktop, arguments.path) or (0 if check is None else check.report())
    finally:
        give_back()


def keep_own_plugins(environment: MutableMapping[str, str]) -> None:
    """Undo what ``import cv2`` of opencv-python does: it points Qt to plugins that fit another Qt than PyQt5's."""
    for name in _QT_PATHS:
        if "cv2" in Path(environment.get(name, "")).parts:
            del environment[name]


def make_application() -> QApplication:
    """Qt's application object, sharp on displays of high resolution."""
    from PyQt5.QtCore import Qt
    from PyQt5.QtGui import QGuiApplication
    from PyQt5.QtWidgets import QApplication

    QApplication.setAttribute(Qt.ApplicationAttribute.AA_EnableHighDpiScaling)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_UseHighDpiPixmaps)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    # work beside the window hands the interpreter over sooner, so that the window need not wait for it
    sys.setswitchinterval(_SWITCH_S)
    application = QApplication([PROGRAM])
    application.setApplicationName("IVyTools")
    application.setApplicationVersion(__version__)
    return application


def usual_places() -> Places:
    """Where preferences, recovery copies and the log lie on this system."""
    import platformdirs

    from .composition import Places

    folders = platformdirs.PlatformDirs(PROGRAM, appauthor=False)
    return Places(
        preferences=folders.user_config_path / "preferences.json",
        recovery=folders.user_state_path / "recovery",
        log=folders.user_log_path / f"{PROGRAM}.log",
    )


def _absolute(text: str) -> Path:
    """A path that stays true when the working folder changes, and by which a project is known as one and the same."""
    return Path(text).absolute()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description="Measure river discharge from video, in a window.")
    parser.add_argument("path", nargs="?", type=_absolute, help="a project (.ivy) or a video to open")
    parser.add_argument(
        "--check", action="store_true", help="open the window with everything in it, say how long that took, and end"
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def _missing() -> str:
    try:
        from PyQt5 import QtSvg, QtWidgets  # noqa: F401
    except ImportError as error:
        return (
            f"the desktop application needs PyQt5, which cannot be used here ({error}). Install it: pip install pyqt5"
        )
    is_unix = sys.platform.startswith(("linux", "freebsd"))
    if is_unix and not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return "there is no screen to show a window on (DISPLAY is not set). Use ivytools-batch without one."
    return ""


def _begin_log(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8", delay=True)
        # crashes below Python leave their trace as well
        faulthandler.enable(path.with_suffix(".crash.log").open("a", encoding="utf-8"))
    except OSError as error:
        print(f"{PROGRAM}: no log is written, since {path} cannot be ({error.strerror})", file=sys.stderr)
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    package_logger = logging.getLogger("image_velocimetry_tools")
    package_logger.addHandler(handler)
    package_logger.setLevel(logging.INFO)


def _run(application: QApplication, desktop: Desktop, path: Path | None) -> int:
    is_interrupted = False

    def interrupt(number: int, _: object) -> None:
        nonlocal is_interrupted
        is_interrupted = True
        desktop.autosave.save_now()
        application.exit(128 + number)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, interrupt)
    desktop.show(path)
    code = application.exec()
    desktop.finish(keeps_copy=is_interrupted)
    return code


if __name__ == "__main__":
    sys.exit(main())
