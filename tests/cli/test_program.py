"""The program as a process: what it imports, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import image_velocimetry_tools
from image_velocimetry_tools.cli import main as module

HEAVY = ("numpy", "cv2", "av", "scipy", "pydantic", "pandas", "matplotlib", "rich")


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    root = Path(image_velocimetry_tools.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=False
    )


def test_that_the_version_is_printed_without_importing_anything_heavy() -> None:
    code = (
        "import sys\nfrom image_velocimetry_tools.cli.main import main\n"
        f"try: main()\nfinally: print([m for m in {HEAVY} if m in sys.modules])"
    )
    done = run_python(code, "--version")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [f"ivytools-batch {image_velocimetry_tools.__version__}", "[]"]


def test_that_help_names_the_commands_and_exit_codes() -> None:
    done = run_python("from image_velocimetry_tools.cli.main import main; main()", "--help")
    assert done.returncode == 0
    assert all(name in done.stdout for name in ("process", "run", "validate", "info", "demo", "make-csv"))
    assert "130 interrupted" in " ".join(done.stdout.split())


def test_that_a_single_measurement_loads_no_table_or_plot_library(shared_data: Path, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom image_velocimetry_tools.cli.main import main\n"
        "unwanted = ('pandas', 'matplotlib', 'scipy', 'rich', 'PyQt5')\n"
        "try: main()\nfinally: print([m for m in unwanted if m in sys.modules])"
    )
    case = shared_data / "trapezoid"
    arguments = [str(case / "scaffold_project.ivy"), str(case / "videos" / "trapezoid_201.mp4"), "--wse", "0.9"]
    options = ["--end", "1.5", "--output", str(tmp_path / "out"), "--quiet", "--no-plots"]
    done = run_python(code, "process", *arguments, *options)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "[]\n")


def test_that_a_request_to_terminate_is_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(**options: object) -> None:
        signal.raise_signal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(module, "app", killed)
    try:
        with pytest.raises(SystemExit) as ended:
            module.main()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended.value.code == 130


def test_that_a_defect_of_the_program_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**options: object) -> None:
        raise ZeroDivisionError("division by zero")

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(module, "app", broken)
    try:
        for arguments, has_traceback in ((["x"], False), (["x", "--verbose"], True)):
            monkeypatch.setattr(sys, "argv", arguments)
            with pytest.raises(SystemExit) as ended:
                module.main()
            error = capsys.readouterr().err
            assert ended.value.code == 1
            assert "an unexpected error of the program (ZeroDivisionError: division by zero)" in error
            assert ("Traceback" in error) == has_traceback
    finally:
        signal.signal(signal.SIGTERM, before)
