from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import image_velocimetry_tools
from image_velocimetry_tools.gui import application
from image_velocimetry_tools.gui.application import keep_own_plugins, main
from image_velocimetry_tools.gui.models.recovery import RecoveryFolder
from image_velocimetry_tools.services.project_files import open_project

HEAVY = ("cv2", "scipy", "matplotlib", "pyqtgraph", "av", "reportlab", "sqlalchemy")

_STARTED = """
import sys, time
begun = time.monotonic()
from PyQt5.QtCore import QTimer
from image_velocimetry_tools.gui import application
from image_velocimetry_tools.gui.composition import Desktop
show = Desktop.show
def shown(self, path=None):
    self.window.show()
    QTimer.singleShot(0, lambda: look(self, path))
def look(self, path):
    print("heavy", *[name for name in HEAVY if name in sys.modules])
    print("seconds", round(time.monotonic() - begun, 2), flush=True)
    self._begin(path)
    done = QTimer(self.window)
    done.timeout.connect(lambda: end(self))
    done.start(50)
def end(self):
    if self.tabs.is_complete:
        print("tabs", self.window.tabWidget.count(), "failures", *self.tabs._failures)
        print("platform", application_object().platformName(), flush=True)
        self.window.close()
def application_object():
    from PyQt5.QtGui import QGuiApplication
    return QGuiApplication.instance()
Desktop.show = shown
sys.exit(application.main(sys.argv[1:]))
""".replace("HEAVY", repr(HEAVY))


def _environment(home: Path, **other: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "XDG_", "DISPLAY"))}
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "CACHE", "DATA")}
    return kept | folders | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)} | other


def test_that_the_version_is_told_without_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == f"ivytools {image_velocimetry_tools.__version__}"


def test_that_a_file_named_from_the_working_folder_is_known_by_its_whole_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert application._parser().parse_args(["out/site.ivy"]).path == tmp_path / "out" / "site.ivy"
    assert application._parser().parse_args([]).path is None


def test_that_plugins_of_another_qt_are_left_out() -> None:
    environment = {
        "QT_QPA_PLATFORM_PLUGIN_PATH": "/venv/lib/python3.11/site-packages/cv2/qt/plugins",
        "QT_QPA_FONTDIR": "/venv/lib/python3.11/site-packages/cv2/qt/fonts",
        "QT_PLUGIN_PATH": "/opt/company/qt/plugins",
    }
    keep_own_plugins(environment)
    assert environment == {"QT_PLUGIN_PATH": "/opt/company/qt/plugins"}


def test_that_a_missing_pyqt5_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "PyQt5", None)
        assert main([]) == application.EXIT_UNUSABLE
    told = capsys.readouterr().err
    assert "needs PyQt5" in told
    assert len(told.splitlines()) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_that_a_missing_screen_is_told_in_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "image_velocimetry_tools.gui.application"]
    ended = subprocess.run(command, env=_environment(tmp_path), capture_output=True, text=True, timeout=60)
    assert ended.returncode == application.EXIT_UNUSABLE
    assert "there is no screen" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_that_nothing_heavy_is_loaded_before_the_window_shows_and_every_tab_comes(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _STARTED],
        env=_environment(tmp_path, QT_QPA_PLATFORM="offscreen"), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    lines = dict(line.partition(" ")[::2] for line in ended.stdout.splitlines())
    assert ended.returncode == 0, ended.stderr
    assert lines["heavy"] == ""
    assert lines["tabs"].split()[0] == "9"
    assert lines["tabs"].endswith("failures")
    assert list((tmp_path / "state" / "ivytools").rglob("*.ivy")) == []


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="there is no Xvfb")
def test_that_it_starts_on_a_real_screen_though_opencv_points_qt_elsewhere(tmp_path: Path) -> None:
    wrong = tmp_path / "site-packages" / "cv2" / "qt" / "plugins"
    wrong.mkdir(parents=True)
    ended = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 1280x800x24", sys.executable, "-c", _STARTED],
        env=_environment(tmp_path, QT_QPA_PLATFORM_PLUGIN_PATH=str(wrong)), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "platform xcb" in ended.stdout


_EDITED = """
import sys
from dataclasses import replace
from PyQt5.QtCore import QTimer
from image_velocimetry_tools.domain.project import DischargeSettings
from image_velocimetry_tools.gui import application
from image_velocimetry_tools.gui.composition import Desktop
show = Desktop.show
def shown(self, path=None):
    show(self, path)
    document = self.bench.document
    document.edit("Set alpha", replace(document.project, discharge=DischargeSettings(alpha=0.7)))
    QTimer.singleShot(0, lambda: print("ready", flush=True))
Desktop.show = shown
sys.exit(application.main([]))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are another matter there")
def test_that_a_request_to_end_keeps_unsaved_work_for_the_next_start(tmp_path: Path) -> None:
    environment = _environment(tmp_path, QT_QPA_PLATFORM="offscreen")
    with subprocess.Popen([sys.executable, "-c", _EDITED], env=environment, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline().strip() == b"ready"
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 128 + signal.SIGTERM
    (kept,) = RecoveryFolder(tmp_path / "state" / "ivytools" / "recovery").abandoned()
    assert open_project(kept.file).project.discharge.alpha == 0.7
