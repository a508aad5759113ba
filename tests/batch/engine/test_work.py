"""The work of one attempt, and what comes back."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_runner import TinyRunner

from image_velocimetry_tools.batch.engine.fenced_method import created_method
from image_velocimetry_tools.batch.engine.work import MeasureJob, WorkValue
from image_velocimetry_tools.batch.folders.identity import MethodChoice
from image_velocimetry_tools.batch.models import JobStatus, PlannedJob

Make = Callable[..., list[PlannedJob]]


class Context:
    """Watches and never cancels, or always."""

    def __init__(self, is_cancelled: bool = False) -> None:
        self.told: list[tuple[str, float]] = []
        self._is_cancelled = is_cancelled

    def progress(self, stage: str, fraction: float) -> None:
        self.told.append((stage, fraction))

    def is_cancelled(self) -> bool:
        return self._is_cancelled


@pytest.fixture
def work(planned: Make, tmp_path: Path) -> Callable[[str], MeasureJob]:
    def make(behaviour: str) -> MeasureJob:
        marks = tmp_path / "marks"
        marks.mkdir(exist_ok=True)
        job = planned("a", comments=behaviour)[0]
        return MeasureJob(job, tmp_path / "jobs", 1, MethodChoice(), runner=TinyRunner(marks, MethodChoice()))

    return make


def test_that_work_survives_its_way_and_answers_with_the_figures(work: Callable[[str], MeasureJob]) -> None:
    context = Context()
    value = WorkValue.model_validate(pickle.loads(pickle.dumps(work("")))(context))
    assert value.result.success
    assert value.result.total_discharge == pytest.approx(101.5 * 0.85)
    assert context.told == [("decode", 0.5)]


@pytest.mark.parametrize(
    ("behaviour", "can_pass", "is_disk_full"), [("fail", False, False), ("trip", True, False), ("full", True, True)]
)
def test_that_a_failure_says_whether_another_attempt_is_worth_while(
    work: Callable[[str], MeasureJob], behaviour: str, can_pass: bool, is_disk_full: bool
) -> None:
    value = WorkValue.model_validate(work(behaviour)(Context()))
    assert value.result.status is JobStatus.FAILED
    assert (value.can_pass, value.is_disk_full, value.is_out_of_memory) == (can_pass, is_disk_full, False)


def test_that_work_that_is_asked_to_stop_answers_so(work: Callable[[str], MeasureJob]) -> None:
    value = WorkValue.model_validate(work("wait")(Context(is_cancelled=True)))
    assert value.result.status is JobStatus.CANCELLED


def test_that_a_lack_of_memory_inside_is_told(
    work: Callable[[str], MeasureJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(TinyRunner, "execute", no_memory)
    value = WorkValue.model_validate(work("")(Context()))
    assert (value.is_out_of_memory, value.can_pass) == (True, True)


def test_that_the_method_of_a_batch_is_made_from_its_reference() -> None:
    from image_velocimetry_tools.batch.config import RunSettings
    from image_velocimetry_tools.batch.job.velocimetry_choice import velocimetry_choice

    assert created_method(MethodChoice()) is None
    for name in ("stiv", "klt"):
        assert created_method(velocimetry_choice(RunSettings(method=name))) is not None
