"""One job from its video to its result folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ...domain.errors import Cancelled, IvyError
from ...domain.scaffold import Scaffold
from ...formats.jobs.override_columns import ALIASES
from ..folders.identity import FileStamp, JobIdentity, MethodChoice, identity_of
from ..folders.job_folder import job_folder
from ..folders.manifest import write_manifest
from ..models import BatchJob, PlannedJob
from .result import InputFile, JobResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...services.discharge_service import DischargeService
    from ...services.measuring.measured_job import MeasuredJob
    from ...services.measuring.velocimetry import Velocimetry
    from ...services.rectification.job_geometry import JobGeometryService
    from ...services.video_service import VideoService

StageProgress = Callable[[str, float], None]
CancelCheck = Callable[[], bool]
_OWN_FILES = {"bathymetry_ac3_filename": "cross_section", "orthotable_file_name": "ground_control"}


class JobExecutor:
    """Measures one video and leaves its result folder.

    Parameters
    ----------
    video_service, geometry_service, stiv_service, discharge_service
        Parts of the measurement; None takes the program's own.
    threads
        Cores to use; None takes all of them. Results do not depend on it.
    method
        What ``stiv_service`` is, for the record.
    """

    def __init__(
        self,
        *,
        video_service: VideoService | None = None,
        geometry_service: JobGeometryService | None = None,
        stiv_service: Velocimetry | None = None,
        discharge_service: DischargeService | None = None,
        threads: int | None = None,
        method: MethodChoice | None = None,
    ) -> None:
        self._method = method or MethodChoice()
        self._video_service = video_service
        self._geometry_service = geometry_service
        self._stiv_service = stiv_service
        self._discharge_service = discharge_service
        self._threads = threads

    def execute(
        self,
        job: BatchJob,
        scaffold: Scaffold,
        jobs_directory: Path,
        *,
        plots: bool = True,
        save_project: bool = False,
        attempt: int = 1,
        progress: StageProgress | None = None,
        cancel: CancelCheck | None = None,
    ) -> JobResult:
        """Measure a job and write ``jobs_directory/<job_id>/<job_id>.json``, with plots and a project if wanted.

        A manifest beside them says what lies there and what it was made from.

        Raises
        ------
        IvyError
            If the job fails; nothing is left in its folder but what an earlier run put there.
        Cancelled
            If ``cancel`` answers true.
        """
        stages = _Stages(progress or (lambda stage, fraction: None))
        token = CancelToken(cancel)
        with ThreadPoolExecutor(1) as background:
            inputs = background.submit(_input_files, job, scaffold, token)
            # what makes the result of a measurement is imported while the video is decoded
            background.submit(import_module, f"{__package__}.measured_result")
            try:
                measured = self._measure(job, scaffold, stages, token)
                files = inputs.result()
            finally:
                token.stop()
        identity = identity_of(PlannedJob(job, scaffold), self._method, plots=plots, save_project=save_project)
        with stages.entered("output"), job_folder(jobs_directory, job.job_id, attempt) as folder:
            result = self._written(folder, job, scaffold, measured, files, identity)
            write_manifest(folder, job.job_id, attempt, identity, files)
            return result

    def _written(
        self,
        folder: Path,
        job: BatchJob,
        scaffold: Scaffold,
        measured: MeasuredJob,
        files: dict[str, FileStamp],
        identity: JobIdentity,
    ) -> JobResult:
        from .measured_result import job_result

        if identity.has_plots:
            from .plots import write_plots

            write_plots(folder, job, scaffold, measured)
        if identity.has_project:
            from .saved_project import save_job_project

            save_job_project(folder / f"{job.job_id}.ivy", job, scaffold, measured, self._method)
        inputs = {name: _input_file(file) for name, file in files.items()}
        result = job_result(job, scaffold, measured, inputs, self._method)
        text = result.model_dump_json(indent=1)
        (folder / f"{job.job_id}.json").write_text(text + "\n", encoding="utf-8")
        return result

    def _measure(self, job: BatchJob, scaffold: Scaffold, stages: _Stages, token: CancelToken) -> MeasuredJob:
        # the numerics are imported with the first job, so that reading this module costs nothing
        from ...services.measuring.measured_job import JobMeasurer

        measurer = JobMeasurer(
            self._video_service, self._geometry_service, self._stiv_service, self._discharge_service, self._threads
        )
        return measurer.measure(
            job.video_path, job.clip, scaffold, job.water_surface_elevation_m, job.alpha, stages, token
        )


class CancelToken:
    """Asks the caller, and can be set from inside when the job fails."""

    def __init__(self, check: CancelCheck | None) -> None:
        self._check = check
        self._stopped = False

    def is_set(self) -> bool:
        """Whether the work shall stop."""
        return self._stopped or (self._check is not None and self._check())

    def stop(self) -> None:
        """Stop what still runs in the background."""
        self._stopped = True


@dataclass(slots=True)
class _Stages:
    """Tells the caller the stage, and puts its name on errors that come out of it."""

    report: StageProgress

    @contextmanager
    def entered(self, stage: str) -> Iterator[Callable[[float], None]]:
        self.report(stage, 0.0)
        try:
            yield lambda fraction: self.report(stage, fraction)
        except IvyError as error:
            error.stage = error.stage or stage
            raise


def _input_files(job: BatchJob, scaffold: Scaffold, token: CancelToken) -> dict[str, FileStamp]:
    """Stamps of everything that the job reads, by what it is."""
    paths = {"video": job.video_path, "scaffold": scaffold.source_path}
    for given, text in job.overrides.items():
        kind = _OWN_FILES.get(ALIASES.get(given, given))
        if kind is not None:
            paths[kind] = Path(text)
    stamps = {name: _stamped(path, token) for name, path in paths.items()}
    if job.video_url is not None:  # its copy on this machine is nobody's concern
        stamps["video"] = stamps["video"].model_copy(update={"path": job.video_url, "mtime_ns": 0})
    return stamps


def _stamped(path: Path, token: CancelToken) -> FileStamp:
    import hashlib

    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as handle:
            changed_ns = os.fstat(handle.fileno()).st_mtime_ns
            while block := handle.read(1 << 20):
                if token.is_set():
                    raise Cancelled
                digest.update(block)
                size += len(block)
    except OSError as error:
        what = f"it cannot be read any more ({error.strerror or error})"
        raise IvyError(what, where=str(path), remedy="Put it back and run the job again", stage="output") from error
    return FileStamp(path=str(path), size_bytes=size, mtime_ns=changed_ns, sha256=digest.hexdigest())


def _input_file(file: FileStamp) -> InputFile:
    return InputFile(path=file.path, sha256=file.sha256 or "", size_bytes=file.size_bytes)
