"""``ivytools-batch recompute``: new discharges from stored velocities, no video needed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .options import BatchFolder, DatabaseUrl, JobIds, NoPlots, Output, Quiet, Verbose
from .session import open_view


class GapRuleChoice(StrEnum):
    """What happens where no velocity counts: neighbours give it at constant Froude number, or the point is left out."""

    FROUDE = "froude"
    DROP = "drop"


Alpha = Annotated[float | None, typer.Option(help="Mean over surface velocity, for all jobs.")]
Section = Annotated[
    Path | None,
    typer.Option(help="Another survey: AreaComp .mat, or CSV of station and elevation, units in its titles."),
]
FilterQuality = Annotated[float | None, typer.Option(help="Set velocities of a lower quality aside, 0 to 1.")]
FilterSpread = Annotated[
    float | None, typer.Option(help="Set velocities aside of which parts of the clip differ by more: 0.2 is 20 %.")
]
OutlierFilter = Annotated[
    bool | None,
    typer.Option("--outlier-filter/--no-outlier-filter", help="Set aside what is unlike its neighbours, or do not."),
]
GapRuleOption = Annotated[GapRuleChoice | None, typer.Option("--gap-rule", help="What fills a gap.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the new discharges, write no result.")]


def recompute(
    folder: BatchFolder,
    job_ids: JobIds = None,
    alpha: Alpha = None,
    section: Section = None,
    filter_quality: FilterQuality = None,
    filter_spread: FilterSpread = None,
    outlier_filter: OutlierFilter = None,
    gap_rule: GapRuleOption = None,
    output: Output = None,
    no_plots: NoPlots = False,
    dry_run: DryRun = False,
    database_url: DatabaseUrl = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Make discharges anew from the velocities of a batch, with another alpha, section, filter or gap rule.

    Results are replaced in place, or written as a batch of their own with --output. What is not given stays as it is.
    """
    view = open_view(quiet, verbose)
    from ..batch.controllers.recompute import RecomputeController
    from ..batch.recompute.wishes import RecomputeWishes

    wishes = RecomputeWishes(
        alpha=alpha,
        section_path=section,
        gap_rule=None if gap_rule is None else gap_rule.value,
        least_quality=filter_quality,
        largest_spread=filter_spread,
        tests_neighbours=outlier_filter,
    )
    code = RecomputeController(view).recompute(
        folder,
        wishes,
        job_ids or (),
        new_directory=output,
        plots=not no_plots,
        dry_run=dry_run,
        database_url=database_url,
    )
    raise typer.Exit(code)
