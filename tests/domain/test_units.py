"""Display units."""

from __future__ import annotations

import pytest

from image_velocimetry_tools.domain.units import ENGLISH, METRES_PER_FOOT, METRIC, DisplayUnits, unit_system


def test_that_metric_is_si() -> None:
    assert (METRIC.length, METRIC.area, METRIC.discharge, METRIC.velocity) == (1.0, 1.0, 1.0, 1.0)
    assert (METRIC.length_label, METRIC.area_label, METRIC.discharge_label, METRIC.velocity_label) == (
        "m",
        "m²",
        "m³/s",
        "m/s",
    )


def test_that_english_factors_are_powers_of_the_exact_foot() -> None:
    """The reference uses 3.281 in places; the international foot is 0.3048 m."""
    assert METRES_PER_FOOT == 0.3048
    assert ENGLISH.length * 0.3048 == pytest.approx(1.0, rel=1e-15)
    assert ENGLISH.area == pytest.approx(10.763910416709722)
    assert ENGLISH.discharge == pytest.approx(35.314666721488585)
    assert ENGLISH.velocity == ENGLISH.length
    assert (ENGLISH.length_label, ENGLISH.area_label, ENGLISH.discharge_label, ENGLISH.velocity_label) == (
        "ft",
        "ft²",
        "ft³/s",
        "ft/s",
    )


def test_that_the_boneyard_areas_convert() -> None:
    assert 5.15978 * ENGLISH.area == pytest.approx(55.54, abs=5e-3)
    assert 5.87122 * ENGLISH.area == pytest.approx(63.20, abs=5e-3)


@pytest.mark.parametrize(
    ("name", "system"),
    [("Metric", METRIC), (" english ", ENGLISH), (DisplayUnits.METRIC, METRIC), ("ENGLISH", ENGLISH)],
)
def test_that_a_system_is_found_by_its_name(name: str, system: object) -> None:
    assert unit_system(name) is system


def test_that_unknown_units_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown units 'furlong'"):
        unit_system("furlong")
