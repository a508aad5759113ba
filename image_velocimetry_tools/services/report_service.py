"""Use cases of the report: the measurement as PDF or HTML, and its tables as CSV."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ..domain.errors import Cancelled
from ..domain.project import Project
from ..formats.atomic_file import write_bytes
from ..media.decoding import CancelToken
from .measured_project.discharge import ProjectDischarge
from .measurement_report.blocks import ReportContents
from .measurement_report.contents import report_contents, report_head
from .measurement_report.csv_tables import CsvTable, encoded_csv, target_file
from .measurement_report.sources import Picture, ReportSources, report_sources, sources_of_head
from .measurement_report.writers.html import write_html
from .measurement_report.writers.pdf import PaperSize, write_pdf
from .orthorectification_service import Orthorectification

__all__ = ["CsvTable", "PaperSize", "ReportContents", "ReportService"]

# pictures are encoded while the contents are put together, which takes about half of the time
_CONTENTS_SHARE = 0.5


class ReportService:
    """Writes what is known of a measurement, complete or not; no state, no window, usable alone from Python.

    All writers take what the caller has at hand already, so that it is not worked out again: the ``discharge``, the
    solved ``rectification``, and the ``rectified`` calibration image, uint8 (height, width) or (height, width, 3) in
    red, green, blue. ``user`` is who makes the report, ``made`` when (now if None).
    """

    def head(self, project: Project, *, discharge: ProjectDischarge | None = None) -> ReportContents:
        """What stands on top of the report, verdict and key figures; its parts are empty, and no image is looked at."""
        return report_head(sources_of_head(project, discharge))

    def write_pdf(
        self,
        path: str | Path,
        project: Project,
        *,
        discharge: ProjectDischarge | None = None,
        rectification: Orthorectification | None = None,
        rectified: Picture | None = None,
        user: str = "",
        made: datetime | None = None,
        paper: PaperSize | str = PaperSize.LETTER,
        progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Path:
        """Write the report as PDF, with its fonts and pictures inside.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        OutputError
            If it cannot be written.
        Cancelled
            If ``cancel`` is set; there is no file then, or that from before.
        """
        sources = report_sources(
            project, discharge=discharge, rectification=rectification, rectified=rectified, user=user, made=made
        )
        check, told = _check(cancel), progress or _quiet
        contents = report_contents(sources, check)
        told(_CONTENTS_SHARE)
        write_pdf(contents, Path(path), paper=PaperSize(paper), progress=_second_half(told), check=check)
        return Path(path)

    def write_html(
        self,
        path: str | Path,
        project: Project,
        *,
        discharge: ProjectDischarge | None = None,
        rectification: Orthorectification | None = None,
        rectified: Picture | None = None,
        user: str = "",
        made: datetime | None = None,
        progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Path:
        """Write the report as one HTML page with everything inside; returns and errors as :meth:`write_pdf`."""
        sources = report_sources(
            project, discharge=discharge, rectification=rectification, rectified=rectified, user=user, made=made
        )
        check, told = _check(cancel), progress or _quiet
        contents = report_contents(sources, check)
        told(_CONTENTS_SHARE)
        write_html(contents, Path(path), progress=_second_half(told), check=check)
        return Path(path)

    def write_csv(
        self,
        folder_or_path: str | Path,
        kind: CsvTable | str,
        project: Project,
        *,
        discharge: ProjectDischarge | None = None,
        rectification: Orthorectification | None = None,
    ) -> Path:
        """Write one table; into a folder under the table's own name.

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        OutputError
            If the project has nothing for the table, or it cannot be written.
        """
        table = CsvTable(kind)
        sources: ReportSources = report_sources(project, discharge=discharge, rectification=rectification)
        target = target_file(Path(folder_or_path), table)
        write_bytes(target, encoded_csv(table, sources))
        return target


def _check(cancel: CancelToken | None) -> Callable[[], None]:
    def check() -> None:
        if cancel is not None and cancel.is_set():
            raise Cancelled

    return check


def _second_half(progress: Callable[[float], None]) -> Callable[[float], None]:
    return lambda share: progress(_CONTENTS_SHARE + (1.0 - _CONTENTS_SHARE) * share)


def _quiet(share: float) -> None:
    """Nobody wants to know."""
