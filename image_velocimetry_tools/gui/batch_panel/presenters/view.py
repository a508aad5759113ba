"""What the presenters of the Batch panel need of its view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from ..shown import (
    Cells,
    Column,
    ExportChoice,
    ShownBatch,
    ShownComparison,
    ShownExporter,
    ShownLevels,
    ShownSetUp,
    ShownSummary,
)

if TYPE_CHECKING:
    from .panel import BatchPanelPresenter


class BatchPanelView(Protocol):
    """The panel: a list of batches, and one of them, or the batch that is being set up."""

    def bind(self, presenter: BatchPanelPresenter) -> None:
        """Send what the user does to the presenter from now on, and call its ``tick`` four times a second."""

    def show_batches(self, batches: Sequence[ShownBatch], selected: str) -> None:
        """The list; ``selected`` is the key of one of them."""

    def show_draft_page(self) -> None:
        """Make room for the form of a new batch."""

    def show_batch_page(self) -> None:
        """Make room for progress and commands of a batch."""

    def show_set_up(self, form: ShownSetUp) -> None:
        """The values of the form."""

    def show_table(self, columns: Sequence[Column], rows: Sequence[Cells]) -> None:
        """Another table; marks of the one before go."""

    def change_rows(self, rows: Mapping[int, Cells]) -> None:
        """New texts in some rows; rows behind the last are appended."""

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select some rows of the table."""

    def mark_cells(self, marks: Mapping[tuple[int, int], str]) -> None:
        """The cells (row, column) in which something is wrong, each with a sentence; all others are right."""

    def show_findings(
        self, headline: str, sentences: Sequence[str], places: Sequence[tuple[int, int] | None] = ()
    ) -> None:
        """What the check of the table found: in a line, and in sentences; ``places`` are the cells they are about."""

    def show_summary(self, summary: ShownSummary) -> None:
        """The selected batch as a whole."""

    def show_refusals(self, refusals: Mapping[str, str]) -> None:
        """Why commands are refused now, by name; all others are allowed."""

    def ask_levels(self, levels: ShownLevels) -> ShownLevels | None:
        """Ask where the levels of videos come from."""

    def ask_export(self, exporters: Sequence[ShownExporter]) -> ExportChoice | None:
        """Ask how to export."""

    def show_comparison(self, comparison: ShownComparison) -> None:
        """Two batches side by side."""
