"""What every exporter has to do; subclass :class:`ExporterContract` in the tests of yours.

.. code-block:: python

    class TestMyExporter(ExporterContract):
        def make_exporter(self) -> Exporter:
            return MyExporter(MySettings())

Needs pytest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ..domain.errors import Cancelled, IvyError
from ..plugins.exporters import Exported, Exporter, ExportProgress, ExportSource
from .exporter_batch import FAILED_JOB, write_example_batch

OLD_CONTENT = b"what an earlier export wrote"


class ExporterContract:
    """The properties. ``reads_results`` is false for an exporter that takes result files as they are."""

    reads_results = True

    def make_exporter(self) -> Exporter:
        """A new exporter."""
        raise NotImplementedError("a test of an exporter says how to make it")

    def variants(self) -> list[Exporter]:
        """Exporters with other settings, above all with and without failed jobs."""
        return []

    @pytest.fixture(autouse=True)
    def _batch(self, tmp_path: Path) -> None:
        self.source = write_example_batch(tmp_path)
        self.folder = tmp_path / "exports"
        self.folder.mkdir()

    def exported(
        self,
        source: ExportSource | None = None,
        *,
        exporter: Exporter | None = None,
        progress: ExportProgress | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Exported:
        """Export the batch of the tests, or another one, into the folder of the tests."""
        return (exporter or self.make_exporter()).export(
            source or self.source, self.target, progress=progress, cancel=cancel
        )

    @property
    def target(self) -> Path:
        """The file that is written."""
        return self.folder / f"export{self.make_exporter().suffix}"

    def test_that_the_suffix_is_one(self) -> None:
        assert self.make_exporter().suffix.startswith(".")

    def test_that_the_file_is_written_and_nothing_else(self) -> None:
        exported = self.exported()
        assert exported.paths[0] == self.target
        assert sorted(self.folder.iterdir()) == sorted(exported.paths)
        assert all(path.stat().st_size > 0 for path in exported.paths)

    def test_that_an_earlier_export_is_replaced(self) -> None:
        self.target.write_bytes(OLD_CONTENT)
        self.exported()
        assert self.target.read_bytes() != OLD_CONTENT

    def test_that_progress_never_falls_and_ends_at_one(self) -> None:
        shares: list[float] = []
        self.exported(progress=lambda share, _: shares.append(share))
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        assert shares[0] >= 0.0

    @pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
    def test_that_a_cancelled_export_leaves_nothing(self, part: float) -> None:
        questions = self._questions()
        last = 1 + round(part * (questions - 1))
        with pytest.raises(Cancelled):
            self.exported(cancel=_CancelAt(last))
        assert list(self.folder.iterdir()) == []

    def test_that_a_cancelled_export_leaves_an_earlier_one_as_it_was(self) -> None:
        questions = self._questions()
        self.target.write_bytes(OLD_CONTENT)
        with pytest.raises(Cancelled):
            self.exported(cancel=_CancelAt(questions))
        assert self.target.read_bytes() == OLD_CONTENT
        assert list(self.folder.iterdir()) == [self.target]

    def test_that_a_result_that_has_gone_is_said_and_not_fatal(self) -> None:
        gone = self.source.jobs[1]
        assert gone.result_path is not None
        gone.result_path.unlink()
        exported = self.exported()
        assert any(gone.job_id in sentence for sentence in exported.missing)
        assert self.target.is_file()

    def test_that_a_damaged_result_is_said_and_not_fatal(self) -> None:
        if not self.reads_results:
            pytest.skip("result files are taken as they are")
        damaged = self.source.jobs[0]
        assert damaged.result_path is not None
        damaged.result_path.write_text('{"job_id": "job_001", "points": [', encoding="utf-8")
        exported = self.exported()
        assert any(damaged.job_id in sentence for sentence in exported.missing)
        assert self.target.is_file()

    def test_that_a_batch_that_still_runs_can_be_exported(self) -> None:
        *finished, last = self.source.jobs
        waiting = replace(last, status="running", result_path=None)
        assert self.exported(replace(self.source, jobs=(*finished, waiting), is_finished=False)).paths

    def test_that_every_setting_takes_failed_jobs(self) -> None:
        assert any(job.job_id == FAILED_JOB for job in self.source.jobs)
        for exporter in self.variants():
            assert self.exported(exporter=exporter).paths[0].stat().st_size > 0

    def test_that_without_anything_to_export_nothing_partial_is_left(self) -> None:
        jobs = tuple(
            replace(job, status="failed", result_path=None, video_path=Path("gone.mp4")) for job in self.source.jobs
        )
        try:
            exported = self.exported(replace(self.source, jobs=jobs))
        except IvyError:
            assert list(self.folder.iterdir()) == []
        else:
            assert exported.missing
            assert sorted(self.folder.iterdir()) == sorted(exported.paths)

    def test_that_a_folder_that_does_not_exist_is_an_error_for_people(self) -> None:
        self.folder.rmdir()
        with pytest.raises(IvyError):
            self.exported()
        assert not self.folder.exists()

    def test_that_the_batch_itself_is_left_alone(self) -> None:
        before = _contents(self.source.output_directory)
        self.exported()
        assert _contents(self.source.output_directory) == before

    def test_that_nothing_is_printed(self, capfd: pytest.CaptureFixture[str]) -> None:
        # the terminal belongs to the program
        self.exported()
        assert capfd.readouterr().out == ""

    def _questions(self) -> int:
        """How often an undisturbed export asks whether it is cancelled."""
        counter = _CancelAt(None)
        self.exported(cancel=counter)
        for path in self.folder.iterdir():
            path.unlink()
        assert counter.asked > 0, "the export never asks whether it is cancelled"
        return counter.asked


class _CancelAt:
    """Answers true from one question on, or never."""

    def __init__(self, question: int | None) -> None:
        self.asked = 0
        self._question = question

    def __call__(self) -> bool:
        self.asked += 1
        return self._question is not None and self.asked >= self._question


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
