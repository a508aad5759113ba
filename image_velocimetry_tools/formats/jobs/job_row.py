"""Rows of a jobs CSV as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...domain.alpha import AlphaSource


@dataclass(frozen=True, slots=True)
class JobRow:
    """One row, checked: levels in display units, times in seconds, paths absolute.

    Of a video with a URL, ``video_path`` is the name of the file alone.
    ``line`` is the row's first line in the file. ``overrides`` are texts by the name of a scaffold parameter (see
    :data:`.override_columns.OVERRIDE_COLUMNS`), each known to fit it; ``extra`` are unknown columns that were let
    through. ``alpha`` is None for a row that leaves it to the batch and its site; ``alpha_source`` says who gave it.
    """

    job_id: str
    video_path: Path
    water_surface_elevation: float
    start_s: float | None = None
    end_s: float | None = None
    alpha: float | None = None
    measurement_number: int | None = None
    measurement_date: str | None = None
    measurement_time: str | None = None
    gage_height: float | None = None
    comments: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    alpha_source: AlphaSource = field(default=AlphaSource.GIVEN, compare=False)
    video_url: str | None = None


@dataclass(frozen=True, slots=True)
class JobsTable:
    """The rows of a jobs CSV in file order, and what the user should know about them."""

    rows: tuple[JobRow, ...]
    warnings: tuple[str, ...] = ()
