"""The videos of a batch as a playlist, titled with what was measured in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ...batch.job.result import JobResult
from ...domain.errors import IvyError, OutputError
from ...domain.units import unit_system
from ...formats.atomic_file import write_bytes
from ...formats.results.m3u8_playlist import PlaylistEntry, format_playlist
from ...plugins.exporters import Exported, ExportedJob, ExportProgress, ExportSource
from ...plugins.interfaces import PluginSpec
from .export_run import ExportRun
from .job_title import failed_title, job_title


class PlaylistSettings(BaseModel):
    """Which videos are listed, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    paths: Literal["relative", "absolute"] = Field(
        default="relative", description="paths from the playlist's folder, or in full"
    )
    include_failed: bool = Field(default=True, description="list the videos of jobs without a result too")
    measured_part_only: bool = Field(default=False, description="play only what was measured (VLC knows how)")
    clips_folder: Path | None = Field(
        default=None, description="list <job id>.mp4 of this folder instead of the source videos, where there is one"
    )


class PlaylistExporter:
    """Writes the playlist; every video is looked at for its duration."""

    suffix = ".m3u8"

    def __init__(self, settings: PlaylistSettings | None = None) -> None:
        self._settings = settings or PlaylistSettings()

    def export(
        self,
        source: ExportSource,
        target: Path,
        *,
        progress: ExportProgress | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Exported:
        """Write the playlist; see :class:`~image_velocimetry_tools.plugins.exporters.Exporter`."""
        run = ExportRun(progress, cancel)
        entries = []
        for done, job in enumerate(source.jobs):
            run.tell(done / len(source.jobs), job.job_id)
            entry = self._entry(source, job, run)
            if entry is not None:
                entries.append(entry)
        run.check()
        if not entries:
            remedy = "Check where the videos are, or wait until a job is completed"
            raise OutputError("no video of the batch can be listed", where=str(target), remedy=remedy)
        folder = target.absolute().parent if self._settings.paths == "relative" else None
        write_bytes(target, format_playlist(entries, source.name or source.batch_id, folder).encode("utf-8"))
        return run.finished(target)

    def _entry(self, source: ExportSource, job: ExportedJob, run: ExportRun) -> PlaylistEntry | None:
        result = run.result(job) if job.result_path is not None else None
        if result is None and not self._settings.include_failed:
            return None
        try:
            entry = self._listed(job)
        except IvyError as error:
            run.missing.append(f"{job.job_id}: {error.problems[0]}")
            return None
        if result is None:
            return replace(entry, title=failed_title(job))
        entry = replace(entry, title=job_title(job, result, unit_system(source.display_units)))
        is_source = entry.path == job.video_path
        return _measured_part(entry, result) if self._settings.measured_part_only and is_source else entry

    def _listed(self, job: ExportedJob) -> PlaylistEntry:
        """The video of a job without its title; how long one with a URL lasts is not asked."""
        path = self._video(job)
        if job.video_url is not None and path == job.video_path:
            return PlaylistEntry(path, "", url=job.video_url)
        return PlaylistEntry(path, "", _duration_s(path))

    def _video(self, job: ExportedJob) -> Path:
        if self._settings.clips_folder is not None:
            clip = self._settings.clips_folder / f"{job.job_id}.mp4"
            if clip.is_file():
                return clip
        return job.video_path


def _duration_s(path: Path) -> float:
    from ...media.probing import probe

    return probe(path).duration_s


def _measured_part(entry: PlaylistEntry, result: JobResult) -> PlaylistEntry:
    parameters = result.provenance.parameters
    start_s, end_s = parameters.get("clip_start_s"), parameters.get("clip_end_s")
    lasts_s = [one_s for one_s in (entry.duration_s, end_s) if one_s is not None]
    length_s = min(lasts_s) - (start_s or 0.0) if lasts_s else None
    return replace(entry, duration_s=length_s, start_s=start_s, end_s=end_s)


PLAYLIST = PluginSpec(
    "playlist", "The videos of the batch, titled with what was measured (M3U8)", PlaylistExporter, PlaylistSettings
)
