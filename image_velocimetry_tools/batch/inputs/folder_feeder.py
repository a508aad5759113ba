"""New videos of a watched folder as jobs of the batch that watches it."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.errors import IvyError, Problem
from ..config import ScaffoldConfig
from ..plan.job_records import job_record
from ..plan.planner import JobPlanner
from ..store.records import JobRecord
from .batch_file import BatchFile
from .folder import folder_job_list
from .job_source import dated_settings, required_folder
from .watched_folder import WatchedFolder


class FolderFeeder:
    """Looks into the folder of a batch and makes jobs of what has arrived.

    A video without a level is said once and looked at again later.
    """

    def __init__(self, wanted: BatchFile, scaffold: ScaffoldConfig, known: Sequence[JobRecord] = ()) -> None:
        folder = required_folder(wanted)
        assert folder.path is not None
        self._folder, self._path, self._scaffold = folder, folder.path, scaffold
        self._validity = dated_settings(wanted, scaffold)
        self._watched = WatchedFolder(
            folder.path,
            pattern=folder.pattern,
            recursive=folder.recursive,
            known=[job.job.video_path for job in known],
            ignored=[wanted.output] if wanted.output is not None else [],
        )

        self._said: set[str] = set()
        self._has_warned = False

    def new_jobs(self, known: Sequence[JobRecord], planner: JobPlanner) -> tuple[list[JobRecord], list[str]]:
        """Jobs for videos that came since the last call, and sentences about those that can be none yet."""
        there = {job.job.video_path for job in known}
        videos = [path for path in self._watched.new_videos() if path not in there]
        remarks = self._watched.take_notices()
        if not videos:
            return [], remarks
        try:
            found = folder_job_list(
                self._path,
                self._scaffold,
                self._folder.model_copy(update={"strict": False}),
                videos=videos,
                taken_ids=[job.job_id for job in known],
                validity=self._validity,
            )
        except IvyError as error:
            self._watched.put_back(videos)
            return [], [*remarks, *self._new_remarks(error.problems)]
        taken = {planned.job.video_path for planned in found.jobs}
        self._watched.put_back([path for path in videos if path not in taken])
        first = max((job.position for job in known), default=-1) + 1
        jobs = [job_record(planner, "", first + index, planned) for index, planned in enumerate(found.jobs)]
        return jobs, [*remarks, *self._first(found.warnings), *self._new_remarks(found.left_out)]

    def _first(self, warnings: Sequence[str]) -> Sequence[str]:
        """What is to be known of the stage record; it grows, and is not told of again and again."""
        has_warned, self._has_warned = self._has_warned, True
        return () if has_warned else warnings

    def _new_remarks(self, problems: Sequence[Problem]) -> list[str]:
        """What has not been said before: a gauge's reading often comes a while after the video."""
        remarks = [f"left out for now: {problem}" for problem in problems]
        fresh = [remark for remark in remarks if remark not in self._said]
        self._said.update(fresh)
        return fresh
