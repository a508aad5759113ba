"""Ways out for the results of a batch: the interface of exporters."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ..domain.errors import VideoError
from ..domain.units import DisplayUnits

EXPORTER_GROUP = "ivytools.exporters"

ExportProgress = Callable[[float, str], None]
"""Told the finished share, 0 to 1, and what is being done."""


@dataclass(frozen=True, slots=True)
class ExportedJob:
    """A job as exporters see it.

    ``result_path`` is its result file, None where the job has none; everything else of the job lies in the same
    folder. ``number`` counts from 1 in the order of the batch. ``message`` says why it has no result. Of a video with
    a URL, ``video_path`` is the name of the file alone.
    """

    number: int
    job_id: str
    status: str
    video_path: Path
    title: str = ""
    result_path: Path | None = None
    message: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    video_url: str | None = None

    @property
    def video_source(self) -> str:
        """Where the video is from: its URL or its path."""
        return self.video_url or str(self.video_path)

    def local_video(self) -> Path:
        """The path of the video, which need not be there.

        Raises
        ------
        VideoError
            If it has a URL: exporters fetch nothing.
        """
        if self.video_url is not None:
            remedy = "Download it, and run the batch on its path"
            what = "the video has a URL and is not fetched for an export"
            raise VideoError(what, where=self.video_url, remedy=remedy)
        return self.video_path

    def result(self) -> dict[str, Any]:
        """The content of the result file; it is read on demand, so that a large batch needs little memory.

        Raises
        ------
        OSError, ValueError
            If the file has gone or is damaged.
        """
        if self.result_path is None:
            raise FileNotFoundError(f"job {self.job_id} has no result")
        content: dict[str, Any] = json.loads(self.result_path.read_text(encoding="utf-8"))
        return content


@dataclass(frozen=True, slots=True)
class ExportSource:
    """The batch to export. ``is_finished`` tells whether more results may still come."""

    batch_id: str
    name: str
    output_directory: Path
    display_units: DisplayUnits
    jobs: tuple[ExportedJob, ...]
    is_finished: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and a sentence for everything that is missing from it."""

    paths: tuple[Path, ...]
    missing: tuple[str, ...] = ()


class Exporter(Protocol):
    """Writes the results of a batch in one form. The constructor takes the settings model of the plugin."""

    suffix: str
    """Ending of the file that it writes, e.g. ``".zip"``."""

    def export(
        self,
        source: ExportSource,
        target: Path,
        *,
        progress: ExportProgress | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Exported:
        """Write to ``target``, which appears whole or not at all.

        Raises
        ------
        IvyError
            If nothing can be written.
        Cancelled
            If ``cancel`` answers true; nothing is left of the export then.
        """
