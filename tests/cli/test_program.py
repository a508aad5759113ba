"""The program as a process: what it imports, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from known_rivers import LEVEL_M, film, mill_site, mill_video, write_settings

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
    commands = ("process", "run", "plan", "resume", "retry", "plugins", "validate", "info", "demo", "make-csv")
    assert [name for name in commands if f" {name} " not in done.stdout] == []
    codes = "0 all completed, 1 some job failed, 2 bad input or usage, 3 paused, 130 interrupted"
    assert codes in " ".join(done.stdout.split())


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


def modules_after(arguments: list[str], *names: str) -> list[str]:
    """Which of these modules are loaded when the program has carried out a command without a word."""
    code = (
        "import sys\nfrom image_velocimetry_tools.cli.main import main\n"
        f"try: main()\nfinally: print([m for m in {names} if m in sys.modules])"
    )
    done = run_python(code, *arguments, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    found: list[str] = json.loads(done.stdout.replace("'", '"'))
    return found


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A site, a film, and a list of one job."""
    write_settings(mill_site(), tmp_path / "site.ivy")
    film(mill_site(), mill_video(), tmp_path / "mill.mp4")
    (tmp_path / "jobs.csv").write_text(f"video_path,water_surface_elevation\nmill.mp4,{LEVEL_M}\n")
    return tmp_path


def test_that_a_single_measurement_loads_neither_database_nor_engine_nor_live_table(case: Path) -> None:
    batch = "image_velocimetry_tools.batch"
    unwanted = (
        "sqlalchemy",
        "alembic",
        "psutil",
        "rich.live",
        f"{batch}.store",
        f"{batch}.engine",
        f"{batch}.running.batch_runs",
    )
    wanted = ("cv2", "av", f"{batch}.running.single_video")
    command = ["process", str(case / "site.ivy"), str(case / "mill.mp4"), "--wse", str(LEVEL_M), "--no-plots"]
    loaded = modules_after([*command, "--output", str(case / "out")], *unwanted, *wanted)
    assert loaded == list(wanted)
    assert (case / "out" / "jobs" / "mill" / "mill.json").exists()


def test_that_the_process_that_runs_a_batch_loads_nothing_that_measures(case: Path) -> None:
    """It only watches: what measures is loaded where the attempts run."""
    unwanted = ("cv2", "scipy", "av", "matplotlib", "pandas", "numba", "distributed", "PyQt5", "fastapi")
    command = ["run", str(case / "site.ivy"), str(case / "jobs.csv"), "--output", str(case / "out"), "--no-plots"]
    assert modules_after(command, *unwanted, "sqlalchemy") == ["sqlalchemy"]
    assert (case / "out" / "jobs" / "job_001" / "job_001.json").exists()
    assert modules_after(["resume", str(case / "out")], *unwanted) == []


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
