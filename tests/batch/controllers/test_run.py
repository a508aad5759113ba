"""The presenter of the commands that run batches: what is said, what is left behind, and the exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from recorded_view import RecordedView
from stand_in_results import summary_rows

from image_velocimetry_tools.batch.controllers.run import RunController, Wanted, with_plugin_settings
from image_velocimetry_tools.batch.engine.stop_control import Stop, StopControl
from image_velocimetry_tools.batch.following.from_outside import standing
from image_velocimetry_tools.batch.inputs.batch_file import batch_file
from image_velocimetry_tools.batch.job import executor as job_executor
from image_velocimetry_tools.batch.models import BatchStatus
from image_velocimetry_tools.batch.running import run_plan
from image_velocimetry_tools.batch.store.records import BatchRecord, JobRecord, StoredEvent
from image_velocimetry_tools.domain.errors import Cancelled, IvyError, OutputError, Problem, VideoError


class Monitor:
    """Remembers what it was shown."""

    def __init__(self) -> None:
        self.jobs: list[str] = []
        self.events: list[str] = []
        self.begun = self.closed = 0

    def begin(self, batch: BatchRecord, jobs: Sequence[JobRecord]) -> None:
        self.begun += 1
        self.jobs += [job.job_id for job in jobs]

    def event(self, stored: StoredEvent, jobs: Sequence[JobRecord]) -> None:
        assert self.begun == 1
        assert not self.closed
        self.events.append(stored.event.type)

    def close(self) -> None:
        self.closed += 1


class Desk:
    """A controller with what it shows things on, and the files of a user."""

    def __init__(self, loader: Any, folder: Path) -> None:
        self.view, self.monitor, self.control = RecordedView(), Monitor(), StopControl()
        self.loader, self.out, self.csv = loader, folder / "out", folder / "jobs.csv"
        self.folder = folder
        self.controller = RunController(self.view, self.monitor, self.control, loader)

    def renew(self) -> None:
        """Another command of the same user."""
        self.__init__(self.loader, self.folder)  # type: ignore[misc]

    def wanted(self, **changes: Any) -> Wanted:
        given = {"scaffold": "site.ivy", "jobs_csv": str(self.csv), "output": str(self.out), "executor": "inline"}
        return Wanted({key: value for key, value in {**given, **changes}.items() if value is not None})

    @property
    def status(self) -> BatchStatus:
        return standing(self.out).batch.status

    @property
    def rows(self) -> list[tuple[str, ...]]:
        return self.view.tables[-1][1]


@pytest.fixture
def desk(loader: Any, executor: Any, video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The stand-in measures wherever the program would make its own executor of jobs."""
    monkeypatch.setattr(job_executor, "JobExecutor", lambda **parts: executor)
    rows = [f"videos/{video.name},333,{job_id}" for job_id in "ab"]
    (tmp_path / "jobs.csv").write_text("\n".join(["video_path,water_surface_elevation,job_id", *rows]))
    return Desk(loader, tmp_path)


def test_that_a_batch_ends_with_a_table_and_its_failures(desk: Desk, executor: Any) -> None:
    executor.outcomes["b"] = VideoError("broken", remedy="Copy it", stage="decode")
    assert desk.controller.run(desk.wanted()) == 1
    assert [row[:6] for row in desk.rows] == [
        ("a", "completed", "70.63", "6.5 %", "95.0 %", "doubtful"),
        ("b", "failed", "", "", "", ""),
    ]
    assert desk.view.problems == ["b failed in stage decode: broken. Copy it."]
    assert desk.view.said[-1].startswith("1 of 2 jobs completed in ")
    assert desk.view.warnings[0] == "old file"
    assert "measures the same clip" in desk.view.warnings[1]
    assert (desk.monitor.begun, desk.monitor.jobs) == (1, ["a", "b"])
    assert {"batch_started", "job_completed", "job_failed", "batch_completed"} <= set(desk.monitor.events)
    assert desk.monitor.closed


def test_that_all_jobs_completed_is_0_and_so_is_all_up_to_date(desk: Desk, executor: Any) -> None:
    for expected in ("completed", "skipped"):
        assert desk.controller.run(desk.wanted()) == 0
        assert [row[:3] for row in desk.rows] == [(job_id, expected, "70.63") for job_id in "ab"]
        desk.renew()
    assert executor.measured_ids == ["a", "b"]


def test_that_ctrl_c_lets_the_running_job_finish_and_says_how_to_go_on(desk: Desk, executor: Any) -> None:
    executor.before = lambda job: desk.control.next_step() and None
    assert desk.controller.run(desk.wanted()) == 130
    assert [row[1] for row in desk.rows] == ["completed", "pending"]
    assert desk.view.said[-1] == f"go on with: ivytools-batch resume {desk.out}"
    assert desk.status is BatchStatus.PAUSED
    executor.before = lambda job: None
    desk.renew()
    assert desk.controller.resume(desk.out) == 0
    assert [row[1] for row in desk.rows] == ["completed", "completed"]
    assert executor.measured_ids == ["a", "b"]


def test_that_a_second_ctrl_c_cancels(desk: Desk, executor: Any) -> None:
    def press_twice(job: Any) -> None:
        assert [desk.control.next_step(), desk.control.next_step()] == [Stop.FINISH, Stop.CANCEL]
        executor.wait_for_cancel(job)

    executor.before = press_twice
    assert desk.controller.run(desk.wanted()) == 130
    assert [row[1] for row in desk.rows] == ["completed", "skipped"]
    assert desk.status is BatchStatus.CANCELLED


def test_that_a_request_to_terminate_leaves_a_batch_that_can_be_resumed(desk: Desk, executor: Any) -> None:
    def terminate(job: Any) -> None:
        desk.control.ask(Stop.INTERRUPT)
        executor.wait_for_cancel(job)
        raise Cancelled

    executor.before = terminate
    assert desk.controller.run(desk.wanted()) == 130
    assert [row[1] for row in desk.rows] == ["interrupted", "pending"]
    assert desk.view.said[-1] == f"go on with: ivytools-batch resume {desk.out}"
    executor.before = lambda job: None
    desk.renew()
    assert desk.controller.resume(desk.out) == 0
    assert executor.measured_ids == ["a", "a", "b"]


def test_that_a_batch_that_its_time_limit_pauses_is_3(desk: Desk, executor: Any) -> None:
    def outlast(job: Any) -> None:
        executor.wait_for_cancel(job)
        raise Cancelled

    executor.before = outlast
    assert desk.controller.run(desk.wanted(batch_timeout="0.1 s")) == 3
    assert desk.status is BatchStatus.PAUSED
    assert desk.view.said[-1] == f"go on with: ivytools-batch resume {desk.out}"


def test_that_settings_changed_on_resuming_hold_from_then_on(desk: Desk, executor: Any) -> None:
    executor.before = lambda job: desk.control.next_step() and None
    desk.controller.run(desk.wanted())
    executor.before = lambda job: None
    desk.renew()
    assert desk.controller.resume(desk.out, changes=lambda: {"plots": False, "max_retries": 1}) == 0
    assert [options["plots"] for _, _, options in executor.calls] == [True, False]
    assert standing(desk.out).batch.settings.max_retries == 1


def test_that_a_batch_without_a_failure_has_nothing_to_retry(desk: Desk) -> None:
    desk.controller.run(desk.wanted())
    desk.renew()
    assert desk.controller.resume(desk.out, retries=[]) == 2
    assert "no job of the batch failed" in desk.view.problems[0]


def test_that_a_folder_without_a_batch_cannot_be_resumed(desk: Desk, tmp_path: Path) -> None:
    assert desk.controller.resume(tmp_path) == 2
    assert desk.view.problems == [
        f"{tmp_path}: the folder holds no batch. Give the output folder of an earlier 'ivytools-batch run'."
    ]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_that_every_problem_of_a_csv_is_a_line(desk: Desk) -> None:
    desk.csv.write_text("video_path,water_surface_elevation\nx.mp4,333\ny.mp4,1\n")
    assert desk.controller.run(desk.wanted()) == 2
    assert len(desk.view.problems) == 3
    assert not desk.out.exists()
    assert desk.monitor.begun == 0


@pytest.mark.parametrize(("key", "word"), [("scaffold", "scaffold"), ("output", "results"), ("jobs_csv", "videos")])
def test_that_what_is_missing_is_named(desk: Desk, key: str, word: str) -> None:
    assert desk.controller.run(desk.wanted(**{key: None})) == 2
    assert word in desk.view.problems[0]
    assert not desk.out.exists()


def test_that_wrong_values_are_said_together(desk: Desk) -> None:
    assert desk.controller.run(desk.wanted(jobs=0, max_retries=-1)) == 2
    assert [line.split(":")[0] for line in desk.view.problems] == ["--jobs", "--max-retries"]


def test_that_a_summary_that_could_not_be_written_is_not_a_success(desk: Desk) -> None:
    (desk.out / "batch_summary.csv").mkdir(parents=True)
    assert desk.controller.run(desk.wanted()) == 1
    assert any("batch_summary.csv" in line for line in desk.view.problems)


def test_that_a_batch_into_which_another_process_writes_is_refused(desk: Desk, executor: Any, loader: Any) -> None:
    inner = Desk(loader, desk.folder)
    codes: list[int] = []
    executor.before = lambda job: codes.append(inner.controller.run(inner.wanted())) if not codes else None
    assert desk.controller.run(desk.wanted()) == 0
    assert codes == [2]
    assert len(inner.view.problems) == 1
    assert executor.measured_ids == ["a", "b"]


def test_that_resuming_a_running_batch_tells_its_owner(desk: Desk, executor: Any, loader: Any) -> None:
    """The command is answered by the loop of the engine while the job is still measured."""
    other, codes = Desk(loader, desk.folder), []
    executor.before = lambda job: codes.append(other.controller.resume(desk.out))
    assert desk.controller.run(desk.wanted()) == 0
    assert codes == [0, 0]
    told = f"the process that runs the batch was told to go on; see it with: ivytools-batch watch {desk.out}"
    assert (other.view.said, other.view.problems, other.view.tables) == ([told, told], [], [])


def test_that_a_failed_job_is_retried_by_the_process_that_runs_the_batch(
    desk: Desk, executor: Any, loader: Any
) -> None:
    other, codes = Desk(loader, desk.folder), []
    executor.outcomes["a"] = [VideoError("broken", stage="decode"), 2.0]
    executor.before = lambda job: (
        codes.append(other.controller.resume(desk.out, retries=["a"])) if job.job_id == "b" else None
    )
    assert desk.controller.run(desk.wanted()) == 0
    assert codes == [0]
    assert "was told to retry" in other.view.said[0]
    assert executor.measured_ids == ["a", "b", "a"]


# -- plans ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_looking(monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    """Videos count as sound but for these problems."""
    problems: list[Problem] = []
    monkeypatch.setattr(run_plan, "look_into_videos", lambda jobs: problems if jobs else [])
    return problems


def test_that_a_plan_writes_nothing_and_says_what_would_happen(
    desk: Desk, executor: Any, no_looking: list[Problem]
) -> None:
    old = desk.out / "jobs" / "b" / "b.json"
    old.parent.mkdir(parents=True)
    old.write_text("{}")
    assert desk.controller.plan(desk.wanted()) == 0
    assert [row[-2:] for row in desk.rows] == [
        ("whole video", "runs"),
        ("whole video", "runs, replaces an earlier result"),
    ]
    assert desk.view.said[-1] == "to run: 2; nothing was written"
    assert desk.view.said[0].startswith("about ")
    assert executor.calls == []
    assert [p.name for p in desk.out.iterdir()] == ["jobs"]
    assert [p.name for p in old.parent.iterdir()] == ["b.json"]


def test_that_a_plan_knows_what_is_up_to_date(desk: Desk, no_looking: list[Problem]) -> None:
    desk.controller.run(desk.wanted())
    desk.csv.write_text(desk.csv.read_text().replace("333,b", "334,b"))
    for force, expected in ((False, "up to date, skipped"), (True, "runs, replaces an earlier result")):
        desk.renew()
        assert desk.controller.plan(desk.wanted(force=force)) == 0
        assert [row[-1] for row in desk.rows] == [expected, "runs, replaces an earlier result"]
    desk.renew()
    desk.controller.plan(desk.wanted())
    assert desk.view.said[-1] == "to run: 1, up to date: 1; nothing was written"


def test_that_a_plan_of_a_bad_video_is_2(desk: Desk, no_looking: list[Problem]) -> None:
    no_looking.append(Problem("too short", "job a"))
    assert desk.controller.plan(desk.wanted()) == 2
    assert desk.view.problems == ["job a: too short."]


# -- the demonstration ------------------------------------------------------------------------------------------------


def test_that_a_case_that_cannot_be_written_is_one_sentence(desk: Desk) -> None:
    def write(directory: Path, say: Callable[[str], None]) -> Path:
        raise OutputError("the disk is full", where=str(directory), remedy="Free some space")

    assert desk.controller.demo(desk.folder / "case", desk.folder / "case" / "results", write) == 2
    assert desk.view.problems == [f"{desk.folder / 'case'}: the disk is full. Free some space."]


# -- settings of plugins ----------------------------------------------------------------------------------------------


def test_that_options_of_plugins_go_before_a_file_and_reach_the_chosen_ones() -> None:
    said = {"method": "klt", "hooks": ["notifier"], "method_settings": {"klt": {"window_px": 9, "levels": 2}}}
    wanted = batch_file(said, base=Path.cwd(), place=str)
    asked: list[set[str]] = []

    def of_chosen(chosen: set[str]) -> dict[str, dict[str, Any]]:
        asked.append(chosen)
        return {"klt": {"levels": 3}, "local": {"start_method": "spawn"}}

    run = with_plugin_settings(wanted, of_chosen).run_settings()
    assert asked == [{"klt", "local", "notifier"}]
    assert run.method_settings == {"window_px": 9, "levels": 3}
    assert run.executor_settings == {"start_method": "spawn"}


def test_that_the_command_line_goes_before_the_file(desk: Desk, executor: Any, tmp_path: Path) -> None:
    config = tmp_path / "batch.yaml"
    config.write_text("plots: false\nname: from the file\nmax_retries: 7\n")
    given = {**desk.wanted().given, "name": "from the command line"}
    assert desk.controller.run(Wanted(given, config)) == 0
    batch = standing(desk.out).batch
    assert (batch.name, batch.settings.max_retries, batch.settings.plots) == ("from the command line", 7, False)
    assert executor.calls[0][2]["plots"] is False


def test_that_a_template_that_does_not_exist_is_named(desk: Desk, tmp_path: Path, monkeypatch: Any) -> None:
    assert desk.controller.run(Wanted(desk.wanted().given, template="no such template")) == 2
    assert "no such template" in desk.view.problems[0]
    assert not desk.out.exists()


def test_that_the_summary_counts_every_row_of_a_failed_batch(desk: Desk, executor: Any) -> None:
    executor.outcomes |= {job_id: IvyError("broken", stage="decode") for job_id in "ab"}
    assert desk.controller.run(desk.wanted()) == 1
    assert desk.status is BatchStatus.FAILED
    assert [(row["job_id"], row["status"]) for row in summary_rows(desk.out)] == [("a", "failed"), ("b", "failed")]
    assert json.loads((desk.out / ".ivytools" / "batch.json").read_text())["batch_id"]
