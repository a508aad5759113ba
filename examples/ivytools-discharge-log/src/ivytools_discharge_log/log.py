"""Appends a line per finished job to a CSV file."""

from __future__ import annotations

import csv
import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.plugins.hooks import BatchHooks, JobNews

if TYPE_CHECKING:
    from . import DischargeLogSettings

COLUMNS = (
    "finished_utc",
    "batch",
    "job_id",
    "status",
    "discharge_m3s",
    "area_m2",
    "mean_velocity_mps",
    "quality",
    "video",
    "message",
)


class DischargeLog(BatchHooks):
    """A growing table of discharges, SI."""

    def __init__(self, settings: DischargeLogSettings) -> None:
        self._settings = settings

    def on_job_finished(self, job: JobNews) -> None:
        """Append the line of a job.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        if job.result.get("total_discharge") is None and not self._settings.failures:
            return
        path = job.batch.output_directory / self._settings.path
        try:
            self._append(path, _row(job))
        except OSError as error:
            reason = error.strerror or str(error)
            raise OutputError(f"cannot be written ({reason})", where=str(path), remedy="Choose another path") from error

    def _append(self, path: Path, row: tuple[str, ...]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Opened for appending and written in one call, so that two batches do not mix their lines.
        with path.open("ab", buffering=0) as stream:
            header = b"" if stream.tell() else self._line(COLUMNS)
            stream.write(header + self._line(row))
            os.fsync(stream.fileno())

    def _line(self, cells: tuple[str, ...]) -> bytes:
        line = io.StringIO()
        csv.writer(line, delimiter=self._settings.separator, lineterminator="\n").writerow(cells)
        return line.getvalue().encode("utf-8")


def _row(job: JobNews) -> tuple[str, ...]:
    figures = (job.result.get(name) for name in ("total_discharge", "area_m2", "mean_velocity_mps"))
    return (
        datetime.now(UTC).isoformat(timespec="seconds"),
        job.batch.name,
        job.job_id,
        job.status,
        *("" if figure is None else f"{figure:.4g}" for figure in figures),
        str(job.result.get("quality") or ""),
        str(job.video_path),
        " ".join(job.message.split()),
    )
