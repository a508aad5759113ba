"""A picture of a batch drawn to fit a terminal: how it stands, the jobs that run, the last ones over, the next ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ...batch.following.picture import BatchPicture, JobRow
from ...batch.following.picture_words import (
    attempt_words,
    count_words,
    discharge_words,
    display_units,
    memory_words,
    rate_words,
    rest_words,
    time_words,
    word,
)
from ...batch.models import BatchStatus, JobStatus

MOST_ENDED, MOST_WAITING = 5, 3
_HEAD_LINES = 3
_NARROW = 100
_ID_WIDTH, _BAR_WIDTH = 18, 9
# A terminal echoes Ctrl+C as ^C behind the last line. If that wrapped, the table would be a line off ever after.
_ECHO_WIDTH = 3
_STYLES = {
    JobStatus.COMPLETED: "green",
    JobStatus.FAILED: "red",
    JobStatus.TIMED_OUT: "red",
    JobStatus.OUT_OF_MEMORY: "red",
    JobStatus.CANCELLED: "yellow",
    JobStatus.PENDING: "dim",
}


def drawing(picture: BatchPicture, now: datetime, width: int, height: int) -> RenderableType:
    """The batch within ``width`` columns and ``height`` lines, however many jobs it has."""
    running, ended, waiting = _shown(picture, max(0, height - _HEAD_LINES - 1))
    left_out = len(picture.running()) - len(running)
    table = _table(width)
    id_width = _ID_WIDTH if width < _NARROW else 2 * _ID_WIDTH
    running, ended, waiting = ([_with_short_id(row, id_width) for row in rows] for rows in (running, ended, waiting))
    for row in running:
        _add_running(table, row, picture, now)
    if left_out:
        table.add_row(Text(f"and {left_out} more running", style="dim"))
    for row in ended:
        _add_ended(table, row, picture, now)
    for row in waiting:
        _add_waiting(table, row, picture)
    return Constrain(Group(*_head(picture, now, width), table), width - _ECHO_WIDTH)


def _shown(picture: BatchPicture, lines: int) -> tuple[list[JobRow], list[JobRow], list[JobRow]]:
    """Which jobs find room: those that run first, then the last ended and the next."""
    running = picture.running()
    if len(running) > lines:
        running = running[: max(0, lines - 1)]
        return running, [], []
    lines -= len(running)
    ended = picture.last_ended(min(MOST_ENDED, (lines + 1) // 2))
    waiting = picture.waiting(min(MOST_WAITING, lines - len(ended)))
    return running, ended, waiting


def _head(picture: BatchPicture, now: datetime, width: int) -> Iterable[RenderableType]:
    sample = picture.sample
    first = Table.grid(padding=(0, 2), expand=True)
    first.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for _ in range(4):
        first.add_column(no_wrap=True)
    # one that pauses or is cancelled ends before the rest is done
    rest = rest_words(sample) if picture.status is BatchStatus.RUNNING else ""
    times = ", ".join(part for part in (time_words(picture.elapsed_s(now)), rest) if part)
    first.add_row(
        Text(picture.batch.name, style="bold"),
        Text(word(picture.status), style=_batch_style(picture.status)),
        ProgressBar(total=1.0, completed=picture.fraction, width=_BAR_WIDTH if width < _NARROW else 3 * _BAR_WIDTH),
        f"{100.0 * picture.fraction:.0f} %",
        times,
    )
    jobs = Text(count_words(picture), no_wrap=True, overflow="ellipsis")
    memory = f"memory {memory_words(sample)}" if sample is not None else ""
    slots = f"{sample.running} of {sample.slots} slots" if sample is not None else ""
    waiting_for = f"waits for {sample.waiting_for}" if sample is not None and sample.waiting_for else picture.reason
    figures = "   ".join(part for part in (rate_words(sample), memory, slots, waiting_for) if part)
    return first, jobs, Text(figures, style="dim", no_wrap=True, overflow="ellipsis")


def _table(width: int) -> Table:
    table = Table.grid(padding=(0, 1), expand=True)
    narrow = width < _NARROW
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", min_width=11, max_width=13)
    table.add_column(width=_BAR_WIDTH if narrow else 3 * _BAR_WIDTH)
    table.add_column(justify="right", width=5)
    table.add_column(justify="right", no_wrap=True, width=9)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    return table


def _add_running(table: Table, row: JobRow, picture: BatchPicture, now: datetime) -> None:
    bar = ProgressBar(total=1.0, completed=row.job_fraction)
    percent = f"{100.0 * row.job_fraction:.0f} %"
    note = ", ".join(part for part in (attempt_words(row, picture.max_retries), row.title) if part)
    table.add_row(
        Text(row.job_id), Text(row.stage or "starting"), bar, percent, time_words(row.elapsed_s(now)), Text(note)
    )


def _add_ended(table: Table, row: JobRow, picture: BatchPicture, now: datetime) -> None:
    status = Text(word(row.status), style=_STYLES.get(row.status, ""))
    note = discharge_words(row, display_units(picture)) or " ".join(row.message.split())
    table.add_row(Text(row.job_id), status, "", "", time_words(row.elapsed_s(now)), Text(note))


def _add_waiting(table: Table, row: JobRow, picture: BatchPicture) -> None:
    attempt = attempt_words(row, picture.max_retries)
    if row.not_before is not None:
        attempt = f"{attempt} at {row.not_before.astimezone():%H:%M:%S}"
    note = ", ".join(part for part in (attempt, row.title) if part)
    table.add_row(*(Text(cell, style="dim") for cell in (row.job_id, "waiting", "", "", "", note)))


def _with_short_id(row: JobRow, width: int) -> JobRow:
    """A long id loses its middle: ids mostly differ at their ends."""
    if len(row.job_id) <= width:
        return row
    tail = width // 2
    return replace(row, job_id=f"{row.job_id[: width - tail - 1]}…{row.job_id[-tail:]}")


def _batch_style(status: BatchStatus) -> str:
    if status is BatchStatus.FAILED:
        return "red"
    return "green" if status in (BatchStatus.RUNNING, BatchStatus.COMPLETED) else "yellow"
