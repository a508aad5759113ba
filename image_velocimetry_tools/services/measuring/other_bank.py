"""What the discharge would be if the section line started at the other bank: the depths lie the other way round."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...domain.section import CrossSection
from ..discharge_service import DischargeMeasurement, DischargeService, GapRule

FloatArray = NDArray[np.float64]


def other_bank_figures(
    measurement: DischargeMeasurement,
    section: CrossSection,
    station_m: FloatArray,
    normal_mps: FloatArray,
    *,
    alpha: ArrayLike,
    gap_rule: GapRule | str = GapRule.FROUDE,
    service: DischargeService | None = None,
) -> dict[str, Any]:
    """Those of the :class:`.verdict.QualityFigures` that compare the banks; asked for where the stated one is in doubt.

    The velocities (n,) stay where the picture shows them, and those that count are the same; their stations (n,) are
    counted from the other edge of water.
    """
    wet = measurement.wetted
    other = (service or DischargeService()).measure(
        section,
        wet.elevation_m,
        wet.first_station_m + wet.last_station_m - station_m,
        normal_mps,
        measurement.is_used,
        alpha=alpha,
        gap_rule=gap_rule,
    )
    return {
        "stated_bank_discharge_m3s": measurement.discharge.discharge_m3s,
        "other_bank_discharge_m3s": other.discharge.discharge_m3s,
    }
