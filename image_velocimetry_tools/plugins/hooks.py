"""Being told what a batch does: the interface of hooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOOK_GROUP = "ivytools.hooks"


@dataclass(frozen=True, slots=True)
class BatchNews:
    """A batch as hooks see it; ``counts`` is the number of jobs by status."""

    batch_id: str
    name: str
    status: str
    output_directory: Path
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobNews:
    """A job as hooks see it; ``result`` are its figures (SI), empty before it is finished.

    Of a video with a URL, ``video_path`` is the name of the file alone.
    """

    batch: BatchNews
    job_id: str
    status: str
    attempt: int
    video_path: Path
    message: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    video_url: str | None = None


class BatchHooks:
    """Base of hook plugins: override what is of interest. The constructor takes the settings model of the plugin.

    Hooks run in a thread of their own, one after the other, in the order of the events; what they raise is logged and
    shown as a warning, and harms nothing else.
    """

    def on_batch_started(self, batch: BatchNews) -> None:
        """The batch begins, or goes on after a pause or a crash."""

    def on_job_started(self, job: JobNews) -> None:
        """An attempt at a job begins."""

    def on_job_finished(self, job: JobNews) -> None:
        """A job has come to an end, good or bad; a retry that is still to come is not an end."""

    def on_batch_finished(self, batch: BatchNews) -> None:
        """The batch is over: completed, failed or cancelled."""

    def close(self) -> None:
        """Nothing more will be told."""
