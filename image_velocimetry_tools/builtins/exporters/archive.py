"""The results of a batch as one ZIP archive, streamed: no temporary copies, and memory that stays small."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal
from zipfile import ZIP_DEFLATED, ZIP_STORED

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...domain.errors import OutputError
from ...formats.atomic_file import replace_file
from ...formats.results.batch_summary import FILE_NAME as SUMMARY_NAME
from ...formats.results.errors_log import FILE_NAME as ERRORS_NAME
from ...plugins.exporters import Exported, ExportedJob, ExportProgress, ExportSource
from ...plugins.interfaces import PluginSpec
from .archive_readme import README_NAME, readme
from .export_run import ExportRun, why_without_result

_PACKED = frozenset({".png", ".jpg", ".jpeg", ".ivy", ".zip", ".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".ts"})
_PATTERN_FIELDS = frozenset({"number", "job_id", "title"})
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_") | {chr(code): "_" for code in range(32)})


class ArchiveSettings(BaseModel):
    """What goes into the archive, and under which names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: Literal["numbered", "original", "custom"] = Field(
        default="numbered", description="folders: 0001_<job id>, <job id>, or after the pattern"
    )
    pattern: str = Field(
        default="{number}_{job_id}",
        description="name of a folder for custom names; may hold {number}, {job_id} and {title}",
    )
    prefix: str = Field(default="", description="text before the name of every folder")
    include_failed: bool = Field(default=True, description="a folder with the reason for every job without a result")
    videos: bool = Field(default=False, description="the source videos too")
    space_time_images: bool = Field(default=False, description="the space-time image of every point too")

    @field_validator("pattern")
    @classmethod
    def _known_fields(cls, pattern: str) -> str:
        try:
            names = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
        except ValueError as error:
            raise ValueError(f"the pattern is not complete ({error})") from error
        if not names <= _PATTERN_FIELDS:
            unknown = ", ".join(sorted(names - _PATTERN_FIELDS)) or "{}"
            raise ValueError(f"unknown field in the pattern: {unknown}; known are number, job_id and title")
        return pattern


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file to put into the archive; ``content`` instead of ``path`` for what is made up here."""

    name: str
    path: Path | None = None
    content: bytes = b""
    size_bytes: int = 0


class ArchiveExporter:
    """Writes results, plots, projects, summary and error log of a batch into one archive, job by job in their order."""

    suffix = ".zip"

    def __init__(self, settings: ArchiveSettings | None = None) -> None:
        self._settings = settings or ArchiveSettings()

    def export(
        self,
        source: ExportSource,
        target: Path,
        *,
        progress: ExportProgress | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Exported:
        """Write the archive; see :class:`~image_velocimetry_tools.plugins.exporters.Exporter`."""
        run = ExportRun(progress, cancel)
        entries = self._entries(source, run)
        with replace_file(target) as stream:
            archive = _Archive(stream, run, sum(entry.size_bytes for entry in entries))
            for entry in entries:
                archive.add(entry)
            archive.add(_made_up(README_NAME, readme(source, run.missing)))
            archive.close()
            run.check()
        return run.finished(target)

    def _entries(self, source: ExportSource, run: ExportRun) -> list[_Entry]:
        entries = []
        for name in (SUMMARY_NAME, ERRORS_NAME):
            found = _file(name, source.output_directory / name)
            if found is not None:
                entries.append(found)
            elif name == SUMMARY_NAME:
                run.missing.append(f"The summary of the batch, {name}, is not in its output folder.")
        folders = self._folders(source)
        for job in source.jobs:
            run.check()
            if job.result_path is not None or self._settings.include_failed:
                entries += self._job_entries(job, folders[job.number], run)
        return entries

    def _job_entries(self, job: ExportedJob, folder: str, run: ExportRun) -> Iterator[_Entry]:
        reason = why_without_result(job)
        if job.result_path is not None and not job.result_path.is_file():
            reason = f"its result file {job.result_path} has gone"
        if reason:
            run.missing.append(f"{job.job_id}: {reason}.")
            yield _made_up(f"{folder}/no_result.txt", f"{job.job_id}: {reason}.\nVideo: {job.video_source}\n")
        if job.result_path is not None:
            yield from _results(job.result_path.parent, folder, with_images=self._settings.space_time_images)
        if self._settings.videos and job.video_url is not None:
            run.missing.append(f"{job.job_id}: its video {job.video_url} has a URL and is not fetched.")
        elif self._settings.videos:
            video = _file(f"{folder}/{job.video_path.name}", job.video_path)
            if video is not None:
                yield video
            else:
                run.missing.append(f"{job.job_id}: its video {job.video_path} cannot be found.")

    def _folders(self, source: ExportSource) -> dict[int, str]:
        """Name of the folder of each job, by its number; no two are alike, not even on Windows."""
        width = max(4, len(str(len(source.jobs))))
        wanted = {job.number: self._folder(job, width) for job in source.jobs}
        uses = Counter(name.casefold() for name in wanted.values())
        return {
            number: name if uses[name.casefold()] == 1 else f"{name}_{number:0{width}d}"
            for number, name in wanted.items()
        }

    def _folder(self, job: ExportedJob, width: int) -> str:
        number = f"{job.number:0{width}d}"
        patterns = {"numbered": "{number}_{job_id}", "original": "{job_id}", "custom": self._settings.pattern}
        pattern = patterns[self._settings.names]
        name = pattern.format(number=number, job_id=job.job_id, title=job.title or job.job_id)
        return f"{self._settings.prefix}{name}".translate(_FORBIDDEN).strip(" .") or number


class _Archive:
    """A ZIP archive that is written as its files are read."""

    def __init__(self, stream: IO[bytes], run: ExportRun, total_bytes: int) -> None:
        from zipstream import ZipStream

        self._zip = ZipStream(compress_type=ZIP_DEFLATED)
        self._stream = stream
        self._run = run
        self._total_bytes = total_bytes
        self._done_bytes = 0

    def add(self, entry: _Entry) -> None:
        """Write a file; one that has gone since the archive was planned is noted as missing."""
        if entry.path is None:
            self._zip.add(entry.content, entry.name)
        else:
            try:
                with entry.path.open("rb"):
                    pass
            except OSError as error:
                self._run.missing.append(f"{entry.name}: cannot be read ({error.strerror or error}): {entry.path}.")
                return
            packed = entry.path.suffix.lower() in _PACKED
            self._zip.add_path(entry.path, entry.name, compress_type=ZIP_STORED if packed else ZIP_DEFLATED)
        self._drain(entry)
        self._done_bytes += entry.size_bytes

    def close(self) -> None:
        """Write the directory of the archive."""
        for chunk in self._zip.finalize():
            self._stream.write(chunk)

    def _drain(self, entry: _Entry) -> None:
        written = 0
        for chunk in _readable(self._zip.file(), entry):
            self._stream.write(chunk)
            written = min(entry.size_bytes, written + len(chunk))
            self._run.tell((self._done_bytes + written) / max(1, self._total_bytes), entry.name)


def _readable(chunks: Iterator[bytes], entry: _Entry) -> Iterator[bytes]:
    """The chunks of a file; a failure to read it is not taken for a failure to write the archive."""
    while True:
        try:
            chunk = next(chunks, None)
        except OSError as error:
            reason = error.strerror or str(error)
            raise OutputError(f"cannot be read ({reason})", where=str(entry.path), remedy="Try again") from error
        if chunk is None:
            return
        yield chunk


def _results(folder: Path, name: str, *, with_images: bool) -> Iterator[_Entry]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if "space_time_images" in inside.parts and not with_images:
            continue
        entry = _file(f"{name}/{inside.as_posix()}", path)
        if entry is not None:
            yield entry


def _file(name: str, path: Path) -> _Entry | None:
    try:
        return _Entry(name, path, size_bytes=path.stat().st_size) if path.is_file() else None
    except OSError:
        return None


def _made_up(name: str, text: str) -> _Entry:
    return _Entry(name, content=text.encode("utf-8"))


ZIP = PluginSpec(
    "zip", "Results, plots and projects of all jobs (ZIP archive)", ArchiveExporter, settings=ArchiveSettings
)
