"""What is said of a batch that is looked at or steered from another terminal."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from store_values import BATCH, a_batch, a_result, completed, failed, some_jobs, started

from image_velocimetry_tools.batch.config import ScaffoldConfig, VideoConfig
from image_velocimetry_tools.batch.controllers import control as control_controller
from image_velocimetry_tools.batch.controllers.control import ControlController
from image_velocimetry_tools.batch.engine.batch_run import BatchRun
from image_velocimetry_tools.batch.engine.mailbox import Mailbox
from image_velocimetry_tools.batch.events import (
    AnyEvent,
    BatchCompleted,
    BatchFailed,
    BatchPaused,
    BatchPausing,
    BatchSampled,
    BatchStarted,
    JobProgressed,
    JobRetried,
    JobsAdded,
)
from image_velocimetry_tools.batch.folders.owner_lock import OwnerLock
from image_velocimetry_tools.batch.folders.state_folder import state_folder
from image_velocimetry_tools.batch.following.from_outside import standing
from image_velocimetry_tools.batch.job.velocimetry_choice import velocimetry_choice
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.batch.plan.planner import JobPlanner
from image_velocimetry_tools.batch.plan.scaffold_loader import ScaffoldLoader
from image_velocimetry_tools.batch.store import BatchStore
from image_velocimetry_tools.batch.store.records import BatchRecord, JobRecord, StoredEvent

FEET = 0.3048


@dataclass
class Heard:
    """A view that keeps what it is told."""

    said: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    rows: list[Sequence[str]] = field(default_factory=list)

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        self.labels = dict(rows)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        assert all(len(row) == len(header) for row in rows)
        self.rows = list(rows)

    def say(self, text: str) -> None:
        self.said.append(text)

    def problem(self, text: str) -> None:
        self.problems.append(text)

    detail = warn = say

    def progress(self, label: str, fraction: float) -> None:
        raise AssertionError("no progress is expected")

    def end_progress(self) -> None:
        pass


@dataclass
class Watched:
    """A monitor that keeps what it is told."""

    begun: list[BatchRecord] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    closed: bool = False
    raises: BaseException | None = None

    def begin(self, batch: BatchRecord, jobs: Sequence[JobRecord]) -> None:
        self.begun.append(batch)
        if self.raises is not None:
            raise self.raises

    def event(self, stored: StoredEvent, jobs: Sequence[JobRecord]) -> None:
        self.types.append(stored.event.type)
        self.added += [job.job_id for job in jobs]

    def close(self) -> None:
        self.closed = True


@dataclass
class Folder:
    """The output folder of a batch that was written down, with a scaffold that is there."""

    path: Path
    site: ScaffoldConfig
    jobs: int = 3

    def __post_init__(self) -> None:
        scaffold = self.path.parent / "site.ivy"
        scaffold.write_bytes(b"a project")
        self.state = state_folder(self.path)
        self.state.prepare()
        with self.store() as store:
            batch = a_batch(output_directory=self.path, scaffold_path=scaffold, display_units="English")
            store.create_batch(batch, some_jobs(self.jobs))
        self.state.point_to(BATCH)

    @contextmanager
    def store(self) -> Iterator[BatchStore]:
        with BatchStore.open(self.state.database_url) as store:
            yield store

    def record(self, *events: AnyEvent) -> None:
        with self.store() as store:
            store.record_all(events)

    def statuses(self) -> dict[str, JobStatus]:
        return {job.job_id: job.status for job in standing(self.path).jobs}

    @contextmanager
    def owned(self) -> Iterator[None]:
        """A thread owns the batch and obeys commands, as the engine does."""
        over, ready = threading.Event(), threading.Event()

        def obey() -> None:
            with OwnerLock(self.state.own), self.store() as store:
                settings = store.batch(BATCH).settings
                planner = JobPlanner(self.site, settings, velocimetry_choice(settings), self.path / "jobs")
                mailbox = Mailbox(BatchRun(store, BATCH, planner, self.state))
                ready.set()
                while not over.wait(0.05):
                    mailbox.apply()

        thread = threading.Thread(target=obey)
        thread.start()
        assert ready.wait(10.0)
        try:
            yield
        finally:
            over.set()
            thread.join()


@pytest.fixture
def folder(tmp_path: Path, site: ScaffoldConfig) -> Folder:
    return Folder(tmp_path / "out", site)


@pytest.fixture
def view() -> Heard:
    return Heard()


@pytest.fixture
def controller(view: Heard, loader: ScaffoldLoader) -> ControlController:
    return ControlController(view, loader=loader)


RUNS = (BatchStarted(batch_id=BATCH), started("job_1"), completed("job_1"), started("job_2"))


def test_that_a_status_tells_state_counts_and_places(
    folder: Folder, view: Heard, controller: ControlController
) -> None:
    progress = JobProgressed(batch_id=BATCH, job_id="job_2", attempt=1, stage="decode", fraction=0.5)
    sample = BatchSampled(
        batch_id=BATCH,
        memory_bytes=2**30,
        memory_limit_bytes=2**31,
        slots=2,
        running=1,
        seconds_to_go_range=(170.0, 320.0),
    )
    folder.record(*RUNS, progress, sample)
    with folder.owned():
        assert controller.status(folder.path) == 0
    assert view.labels["batch"] == "Boneyard, May (batch_001)"
    assert view.labels["state"].startswith("running, run by process ")
    assert view.labels["jobs"] == "3: 1 completed, 1 running, 1 waiting"
    assert view.labels["time"].endswith("3 to 5 min left")
    assert view.labels["memory"] == "1.1 GB of 2.1 GB"
    assert view.labels["results"] == str(folder.path)
    assert [row[:4] for row in view.rows] == [("job_2", "running", "decode", "31 %")]


def test_that_a_batch_whose_process_is_gone_is_said_to_be_interrupted(
    folder: Folder, view: Heard, controller: ControlController
) -> None:
    folder.record(*RUNS)
    assert controller.status(folder.path) == 0
    assert view.labels["state"] == (f"interrupted: no process runs it; go on with: ivytools-batch resume {folder.path}")
    assert [row[:2] for row in view.rows] == [("job_2", "interrupted")]


def test_that_failures_are_listed_with_attempt_and_reason(
    folder: Folder, view: Heard, controller: ControlController
) -> None:
    folder.record(*RUNS, failed("job_2"))
    folder.record(JobRetried(batch_id=BATCH, job_id="job_2", is_automatic=True))
    folder.record(started("job_2", attempt=2), failed("job_2", attempt=2))
    controller.status(folder.path)
    assert [(row[0], row[1], row[5]) for row in view.rows] == [("job_2", "failed", "retry 1/3, the clip is empty")]
    controller.status(folder.path, all_jobs=True)
    assert [row[0] for row in view.rows] == ["job_1", "job_2", "job_3"]
    assert view.rows[0][5] == f"{2.5 / FEET**3:.4g} ft³/s"


def test_that_a_batch_that_is_over_offers_no_resume(folder: Folder, view: Heard, controller: ControlController) -> None:
    folder.record(BatchStarted(batch_id=BATCH))
    for number in (1, 2, 3):
        folder.record(started(f"job_{number}"), completed(f"job_{number}"))
    folder.record(BatchCompleted(batch_id=BATCH))
    controller.status(folder.path)
    assert (view.labels["state"], view.labels["done"], view.rows) == ("completed", "100 %", [])


def test_that_a_status_is_one_json_object_if_asked(folder: Folder, view: Heard, controller: ControlController) -> None:
    folder.record(*RUNS)
    written: list[str] = []
    assert controller.status(folder.path, write_json=written.append) == 0
    (text,) = written
    status = json.loads(text)
    assert (status["status"], status["is_running"], status["is_interrupted"]) == ("running", False, True)
    assert status["resume_command"] == f"ivytools-batch resume {folder.path}"
    assert status["counts"]["completed"] == 1
    assert status["jobs"][0] | {"discharge_m3s": 2.5, "status": "completed"} == status["jobs"][0]
    assert status["last_event"] == standing(folder.path).last_event
    assert (view.said, view.labels) == ([], {})


@pytest.mark.parametrize("command", ["status", "pause", "cancel", "watch", "add"])
def test_that_a_folder_without_a_batch_is_refused(
    command: str, tmp_path: Path, view: Heard, controller: ControlController
) -> None:
    more: dict[str, tuple[object, ...]] = {"watch": (Watched(),), "add": ([],)}
    assert getattr(controller, command)(tmp_path, *more.get(command, ())) == 2
    assert "holds no batch" in view.problems[0]


def test_that_a_paused_batch_starts_no_more_jobs_and_says_so(
    folder: Folder, view: Heard, controller: ControlController
) -> None:
    folder.record(*RUNS)
    with folder.owned():
        assert controller.pause(folder.path) == 0
        assert standing(folder.path).batch.status is BatchStatus.PAUSING
        assert view.said == [
            f"the batch starts no more jobs; 1 job will finish; go on with: ivytools-batch resume {folder.path}"
        ]
        assert controller.pause(folder.path) == 2
    assert "Only a running batch can be paused" in view.problems[0]


def test_that_jobs_can_be_cancelled_one_by_one(folder: Folder, view: Heard, controller: ControlController) -> None:
    folder.record(*RUNS)
    with folder.owned():
        assert controller.cancel(folder.path, ["job_3", "job_2"]) == 0
        assert view.said == ["job_2 will be ended within 20 s; job_3 is skipped (cancelled before it ran)"]
        assert controller.cancel(folder.path, ["job_1"]) == 2
        assert controller.cancel(folder.path, ["job_22"]) == 2
    assert "job_1 is completed" in view.problems[0]
    assert "the batch has no job job_22" in view.problems[1]


def test_that_a_whole_batch_can_be_cancelled(folder: Folder, view: Heard, controller: ControlController) -> None:
    folder.record(*RUNS)
    with folder.owned():
        assert controller.cancel(folder.path) == 0
    assert view.said == ["the batch is cancelled; 1 job will be ended within 20 s; finished results are kept"]
    assert folder.statuses()["job_3"] is JobStatus.SKIPPED


def test_that_a_batch_nobody_runs_is_cancelled_at_once(
    folder: Folder, view: Heard, controller: ControlController
) -> None:
    assert controller.cancel(folder.path) == 0
    assert view.said == ["the batch is cancelled; finished results are kept"]
    assert standing(folder.path).batch.status is BatchStatus.CANCELLED
    assert controller.cancel(folder.path) == 2


@pytest.fixture
def videos_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_controller, "look_into_videos", lambda planned: [])


def a_video(path: Path, **values: object) -> VideoConfig:
    return VideoConfig.model_validate({"video_path": path, "water_surface_elevation": 101.5 / FEET, **values})


@pytest.mark.usefixtures("videos_can_be_read")
def test_that_videos_join_a_running_batch_under_free_ids(
    folder: Folder, view: Heard, controller: ControlController, video: Path
) -> None:
    folder.record(*RUNS)
    with folder.owned():
        assert controller.add(folder.path, [a_video(video), a_video(video)]) == 0
        assert controller.add(folder.path, [a_video(video)]) == 0
    assert list(folder.statuses()) == ["job_1", "job_2", "job_3", "flood_1", "flood_1_2", "flood_1_3"]
    assert view.said[0] == "2 jobs added to the batch (flood_1, flood_1_2); it runs, and they with it"
    added = standing(folder.path).jobs[3].job
    assert (added.video_path, added.water_surface_elevation_m) == (video, pytest.approx(101.5))


@pytest.mark.usefixtures("videos_can_be_read")
def test_that_a_batch_that_is_over_waits_to_be_resumed_when_videos_were_added(
    folder: Folder, view: Heard, controller: ControlController, video: Path
) -> None:
    folder.record(BatchStarted(batch_id=BATCH), BatchFailed(batch_id=BATCH))
    assert controller.add(folder.path, [a_video(video, job_id="late")]) == 0
    assert view.said == [f"1 job added to the batch (late); run them with: ivytools-batch resume {folder.path}"]
    assert folder.statuses()["late"] is JobStatus.PENDING
    controller.status(folder.path)
    assert f"ivytools-batch resume {folder.path}" in view.labels["state"]


@pytest.mark.usefixtures("videos_can_be_read")
def test_that_everything_wrong_with_added_videos_is_said_and_nothing_added(
    folder: Folder, view: Heard, controller: ControlController, video: Path, tmp_path: Path
) -> None:
    wrong = [a_video(video, water_surface_elevation=900.0), a_video(tmp_path / "none.mp4")]
    assert controller.add(folder.path, wrong) == 2
    assert len(view.problems) == 2
    assert controller.add(folder.path, [a_video(video, job_id="job_2")]) == 2
    assert "used twice" in view.problems[-1]
    assert len(folder.statuses()) == 3


def test_that_videos_that_cannot_be_decoded_are_not_added(
    folder: Folder, view: Heard, controller: ControlController, video: Path
) -> None:
    assert controller.add(folder.path, [a_video(video)]) == 2
    assert str(video.name) in view.problems[0]
    assert len(folder.statuses()) == 3


def test_that_watching_a_batch_at_rest_says_how_it_ended(
    folder: Folder, view: Heard, controller: ControlController
) -> None:
    failure = failed("job_2", result=a_result("job_2", JobStatus.FAILED, error_message="dark", problems=("dark.",)))
    folder.record(*RUNS, failure, BatchPausing(batch_id=BATCH), BatchPaused(batch_id=BATCH))
    monitor = Watched()
    assert controller.watch(folder.path, monitor) == 3
    assert (len(monitor.begun), monitor.types, monitor.closed) == (1, [], True)
    assert view.problems == ["job_2 failed: dark."]
    assert view.said == [f"paused; go on with: ivytools-batch resume {folder.path}; 1 of 3 jobs have a discharge"]


@pytest.mark.parametrize(("ends", "code"), [(completed("job_1"), 0), (failed("job_1"), 1)])
def test_that_the_exit_code_of_watching_is_that_of_the_run(
    ends: AnyEvent, code: int, tmp_path: Path, site: ScaffoldConfig, controller: ControlController
) -> None:
    folder = Folder(tmp_path / "out", site, jobs=1)
    folder.record(BatchStarted(batch_id=BATCH), started("job_1"), ends)
    folder.record(BatchCompleted(batch_id=BATCH) if code == 0 else BatchFailed(batch_id=BATCH))
    assert controller.watch(folder.path, Watched()) == code


def test_that_earlier_events_can_be_seen_again_with_the_jobs_that_came(
    folder: Folder, controller: ControlController
) -> None:
    with folder.store() as store:
        store.add_jobs(BATCH, some_jobs(1, first=4))
    folder.record(BatchStarted(batch_id=BATCH), BatchFailed(batch_id=BATCH))
    monitor = Watched()
    controller.watch(folder.path, monitor, after=1)
    assert monitor.types == [JobsAdded.model_fields["type"].default, "batch_started", "batch_failed"]
    assert monitor.added == ["job_4"]


def test_that_an_interruption_ends_the_watching_only(
    folder: Folder, view: Heard, controller: ControlController
) -> None:
    folder.record(*RUNS)
    monitor = Watched(raises=KeyboardInterrupt())
    with folder.owned():
        assert controller.watch(folder.path, monitor) == 130
        assert standing(folder.path).batch.status is BatchStatus.RUNNING
    assert monitor.closed
    assert view.said == ["no longer watched; the batch itself was not touched"]


def test_that_watching_ends_when_asked(folder: Folder, controller: ControlController) -> None:
    folder.record(*RUNS)
    asked: Callable[[], bool] = lambda: True  # noqa: E731
    with folder.owned():
        assert controller.watch(folder.path, Watched(), until=asked) == 1
