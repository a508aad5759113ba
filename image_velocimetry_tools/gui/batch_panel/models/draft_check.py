"""A batch that is not started yet held against its scaffold; what takes long is remembered."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ....batch.config import ScaffoldConfig
from ....batch.inputs.job_source import dated_settings
from ....batch.plan.alpha import alpha_of
from ....batch.plan.scaffold_loader import ScaffoldLoader
from ....domain.alpha import alpha_words
from ....domain.errors import IvyError, output_error
from ....domain.sentences import begun_with_capital
from ....domain.units import DisplayUnits
from ....plugins.panels import PanelHost
from .jobs_sheet import SheetContent
from .known_batches import has_batch
from .set_up import SCAFFOLD_NAME, SetUp, make_folder
from .sheet_check import RememberedProbe, SheetCheck, check_sheet


@dataclass(frozen=True, slots=True)
class DraftFindings:
    """What a check found, the units of the scaffold that it was held against, and the alpha that this one says."""

    check: SheetCheck
    row_count: int
    units: DisplayUnits
    alpha: str = ""

    @property
    def headline(self) -> str:
        """The findings in a line."""
        count = self.check.problem_count
        if count:
            return (
                f"{count} {'thing needs' if count == 1 else 'things need'} to be corrected before the batch can start."
            )
        jobs = "1 job" if self.row_count == 1 else f"{self.row_count} jobs"
        return f"{jobs} can be run."


class DraftChecker:
    """Checks set-ups, one at a time, in whatever thread.

    Parameters
    ----------
    host
        Gives the project that is open in the window.
    """

    def __init__(self, host: PanelHost, loader: ScaffoldLoader | None = None) -> None:
        self._host, self._loader = host, loader or ScaffoldLoader()
        self._probe = RememberedProbe()
        self._current: ScaffoldConfig | None = None
        self._file: tuple[tuple[Path, int, int], ScaffoldConfig] | None = None

    def forget_current_project(self) -> None:
        """The project of the window is another one now."""
        self._current = None

    def check(self, content: SheetContent, chosen: SetUp, is_cancelled: Callable[[], bool]) -> DraftFindings:
        """Check a table.

        Raises
        ------
        IvyError
            If the scaffold, a value of the form or the file of settings cannot be used.
        Cancelled
            If ``is_cancelled`` answers true.
        """
        scaffold = self.scaffold(chosen)
        alpha, settings = chosen.default_alpha(), chosen.settings(scaffold.scaffold_path, Path("jobs.csv"))
        found = check_sheet(
            content.in_units(scaffold.display_units),
            scaffold,
            default_alpha=alpha if content.delimiter == "," else alpha.replace(".", ","),
            allow_unknown_columns=settings.allow_unknown_columns,
            validity=dated_settings(settings, scaffold),
            probe=self._probe,
            is_cancelled=is_cancelled,
        )
        rows = sum(any(row) for row in content.rows)
        of_site = tuple(warning.removeprefix(f"{scaffold.scaffold.source_path}: ") for warning in scaffold.warnings)
        found = replace(found, warnings=(*(begun_with_capital(f"{one}.") for one in of_site), *found.warnings))
        return DraftFindings(found, rows, scaffold.display_units, alpha_words(*alpha_of(None, scaffold.scaffold)))

    def scaffold(self, chosen: SetUp) -> ScaffoldConfig:
        """The scaffold that was chosen, read once as long as it does not change.

        Raises
        ------
        IvyError
            If it is missing or cannot be used.
        """
        if chosen.uses_current_project:
            return self._current_project()
        if chosen.scaffold is None:
            raise IvyError("no scaffold was chosen", remedy="Choose a project (.ivy), or use the open one")
        key = _stamp(chosen.scaffold)
        if key is None or self._file is None or self._file[0] != key:
            loaded = self._loader.load(chosen.scaffold)
            self._file = (key, loaded) if key is not None else None
            return loaded
        return self._file[1]

    def kept_scaffold(self, chosen: SetUp, begun: Path | None) -> Path | None:
        """A file with the project that is open now, for when another one takes its place; None if there is none.

        Parameters
        ----------
        begun
            Folder of the batch that was begun with it: that one's own copy is the file.

        Raises
        ------
        IvyError
            If it cannot be written.
        """
        if chosen.output is None:
            return None
        if chosen.output == begun and (chosen.folder / SCAFFOLD_NAME).is_file():
            return chosen.folder / SCAFFOLD_NAME
        return self._host.project_path() if has_batch(chosen.output) else self.scaffold_for_engine(chosen)

    def scaffold_for_engine(self, chosen: SetUp) -> Path:
        """The file that the engine reads: that which was chosen, or a copy of the open project beside the results.

        Raises
        ------
        IvyError
            If it cannot be written.
        """
        if not chosen.uses_current_project:
            assert chosen.scaffold is not None
            return chosen.scaffold.absolute()
        path = chosen.folder / SCAFFOLD_NAME
        make_folder(path.parent)
        with tempfile.TemporaryDirectory(prefix="ivytools-") as folder:
            fresh = Path(folder) / SCAFFOLD_NAME
            self._host.save_project_copy(fresh)
            if not _is_same(fresh, path):
                _put(fresh, path)
        return path

    def _current_project(self) -> ScaffoldConfig:
        if self._current is not None:
            return self._current
        with tempfile.TemporaryDirectory(prefix="ivytools-") as folder:
            path = Path(folder) / "the open project.ivy"
            self._host.save_project_copy(path)
            found = self._loader.load(path)
        self._current = found
        return found


def _is_same(a: Path, b: Path) -> bool:
    """Whether two files are equal, so that results that rest on the old one stay up to date."""
    try:
        return a.read_bytes() == b.read_bytes()
    except OSError:
        return False


def _put(source: Path, target: Path) -> None:
    from ....formats.atomic_file import replace_file

    try:
        with source.open("rb") as read, replace_file(target) as written:
            shutil.copyfileobj(read, written)
    except OSError as error:
        raise output_error(target, error) from error


def _stamp(path: Path) -> tuple[Path, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return path, status.st_size, status.st_mtime_ns
