"""What the presenter of the Batch panel hands its view: texts and shares, in display units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Cells = tuple[str, ...]

DRAFT = ""
"""Key of the batch that is being set up, among the keys of batches."""


@dataclass(frozen=True, slots=True)
class ShownBatch:
    """A batch in the list; ``key`` is its folder, ``fraction`` the share that is done or None if that means nothing.

    ``is_warning`` marks one that ended, but not with a result for every job.
    """

    key: str
    name: str
    state: str
    fraction: float | None = None
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the jobs table; ``kind`` is ``"text"``, ``"number"``, ``"share"`` (0 to 1) or ``"status"``.

    ``explained_by`` is the name of another column, whose text the tooltip of a cell shows.
    """

    name: str
    title: str
    kind: str = "text"
    width: int = 110
    is_editable: bool = False
    tip: str = ""
    explained_by: str = ""


@dataclass(frozen=True, slots=True)
class ShownSummary:
    """The selected batch as a whole; ``is_warning`` as in `ShownBatch`."""

    name: str
    state: str
    folder: str
    fraction: float = 0.0
    counts: str = ""
    pace: str = ""
    rest: str = ""
    memory: str = ""
    elapsed: str = ""
    notices: Sequence[str] = ()
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class ShownSetUp:
    """The form of a batch that is about to be started; every value as text."""

    name: str = ""
    scaffold: str = ""
    uses_current_project: bool = True
    current_project: str = ""
    output: str = ""
    jobs_at_a_time: str = "auto"
    alpha: str = ""
    usual_alpha: str = ""
    method: str = "stiv"
    methods: Sequence[str] = ("stiv",)
    max_retries: str = "3"
    job_timeout: str = ""
    save_projects: bool = True
    plots: bool = True
    allow_unknown_columns: bool = False
    settings_file: str = ""
    levels: str = ""


@dataclass(frozen=True, slots=True)
class ShownLevels:
    """Where the levels of videos that are added come from; ``source`` is ``"none"``, ``"constant"`` or ``"record"``."""

    source: str = "none"
    level: str = ""
    record: str = ""
    column: str = ""
    timezone: str = ""
    datum_offset: str = "0"
    max_gap_min: str = "30"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """A setting as a field of a form; ``kind`` is ``"switch"``, ``"choice"``, ``"text"`` or ``"secret"``."""

    name: str
    label: str
    kind: str
    value: str
    help: str = ""
    choices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ShownExporter:
    """A way to export, with its settings."""

    name: str
    title: str
    suffix: str = ""
    fields: Sequence[FormField] = ()


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """What the user chose: an exporter, and the settings that are not the usual ones."""

    exporter: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table of texts."""

    header: Cells
    rows: Sequence[Cells] = ()


@dataclass(frozen=True, slots=True)
class ShownComparison:
    """Two batches side by side."""

    totals: Sequence[str]
    jobs: ShownTable
    differences: ShownTable
