"""What a recomputation shall change, checked before any job is looked at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ...domain.errors import IvyError, Problem
from ...domain.section import CrossSection
from ...domain.units import DisplayUnits
from ...services.discharge_service import GapRule
from ...services.measuring.recomputation import DischargeRules
from ..plan.job_checks import alpha_problems


@dataclass(frozen=True, slots=True)
class RecomputeWishes:
    """What is different from now on; what is None stays as it is in each result."""

    alpha: float | None = None
    section_path: Path | None = None
    gap_rule: str | None = None
    least_quality: float | None = None
    largest_spread: float | None = None
    tests_neighbours: bool | None = None

    def checked(self) -> RecomputeWishes:
        """The same wishes.

        Raises
        ------
        IvyError
            With every one that makes no sense.
        """
        problems = [] if self.alpha is None else alpha_problems(self.alpha)
        if self.gap_rule is not None and self.gap_rule not in set(GapRule):
            what = f"there is no gap rule '{self.gap_rule}'"
            problems.append(Problem(what, remedy=f"Choose one of {', '.join(GapRule)}"))
        if self.least_quality is not None and not 0.0 <= self.least_quality <= 1.0:
            what = f"the least quality must lie between 0 and 1, not {self.least_quality:g}"
            problems.append(Problem(what, remedy="0.3 is strict, 0.06 the default"))
        if self.largest_spread is not None and not self.largest_spread > 0.0:
            what = f"the largest spread must be above 0, not {self.largest_spread:g}"
            problems.append(Problem(what, remedy="0.1 lets parts of the clip differ by 10 %"))
        if problems:
            raise IvyError.from_problems(problems)
        return self

    def rules(self, before: DischargeRules) -> DischargeRules:
        """The rules of one result with what is wished in place of what was."""
        wanted = before.velocity_filter
        if self.least_quality is not None:
            wanted = replace(wanted, least_quality=self.least_quality)
        if self.largest_spread is not None:
            wanted = replace(wanted, largest_spread=self.largest_spread)
        if self.tests_neighbours is not None:
            wanted = replace(wanted, tests_neighbours=self.tests_neighbours)
        return DischargeRules(
            alpha=before.alpha if self.alpha is None else self.alpha,
            gap_rule=before.gap_rule if self.gap_rule is None else GapRule(self.gap_rule),
            velocity_filter=wanted,
        )


@dataclass(frozen=True, slots=True, eq=False)
class ReplacedSection:
    """A section in place of the surveyed one, with the file from which it came."""

    path: str
    sha256: str
    section: CrossSection

    def as_dict(self) -> dict[str, Any]:
        """JSON values, from which :meth:`from_dict` makes an equal section."""
        station, elevation = self.section.station_m.tolist(), self.section.elevation_m.tolist()
        return {"path": self.path, "sha256": self.sha256, "station_m": station, "elevation_m": elevation}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ReplacedSection:
        """The section that a result file holds."""
        station, elevation = (np.array(values[name], dtype=float) for name in ("station_m", "elevation_m"))
        return cls(values["path"], values["sha256"], CrossSection(station, elevation))


def read_replaced_section(path: Path, units: DisplayUnits) -> ReplacedSection:
    """A section from an AreaComp ``.mat``, or from a CSV of stations and elevations in display units.

    Raises
    ------
    SectionError
        If the file cannot be read or is no section.
    """
    from ...formats.survey.areacomp import read_areacomp
    from ...formats.survey.section_csv import read_section_csv
    from ...numerics.section_merge import merge_sub_surveys

    if path.suffix.lower() == ".mat":
        survey = read_areacomp(path)
        merged = merge_sub_surveys(survey.sub_surveys, survey.manning_n, survey.subsection_bounds_m)
    else:
        merged = merge_sub_surveys((read_section_csv(path, units),))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return ReplacedSection(str(path.absolute()), digest, CrossSection(merged.station_m, merged.elevation_m))
