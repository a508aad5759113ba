from __future__ import annotations

import pytest

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.typed_quantities import typed_quantity
from image_velocimetry_tools.domain.units import METRES_PER_FOOT


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("97 m", "ft", 97.0 / METRES_PER_FOOT),
        ("97m", "ft", 97.0 / METRES_PER_FOOT),
        ("3 ft", "m", 3.0 * METRES_PER_FOOT),
        ("3,5 feet", "ft", 3.5),
        ("-0.5 m", "m", -0.5),
        ("20 cm", "m", 0.2),
        ("4 m/s", "ft/s", 4.0 / METRES_PER_FOOT),
        ("18 km/h", "m/s", 5.0),
        ("100 cfs", "m³/s", 100.0 * METRES_PER_FOOT**3),
        ("2 m²", "m²", 2.0),
        ("2 m^2", "m2", 2.0),
        ("1e2 cm", "m", 1.0),
        ("300 °", "°", 300.0),
        ("300 deg", "°", 300.0),
        ("12 px per ft/s", "px per ft/s", 12.0),
        ("5", "", 5.0),
    ],
)
def test_that_a_typed_unit_is_converted(text: str, unit: str, number: float) -> None:
    assert typed_quantity(text, unit) == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "remedy"),
    [
        ("97 yards", "ft", "in ft, or with mm, cm, m, km, in or ft"),
        ("97 m/s", "ft", "in ft, or with"),
        ("3 ft", "", "Type the number alone"),
        ("3 ft", "px", "Type the number alone, in px"),
        ("3 ft", "px per m/s", "Type the number alone, in px per m/s"),
    ],
)
def test_that_a_unit_that_does_not_fit_is_refused_with_those_that_do(text: str, unit: str, remedy: str) -> None:
    with pytest.raises(IvyError, match="is no unit that fits here") as told:
        typed_quantity(text, unit)
    assert remedy in str(told.value)


@pytest.mark.parametrize("text", ["abc", "m", "1a2", "1,234.5 m", "1 234 m", "", "3 m 4"])
def test_that_what_is_no_number_is_refused_with_or_without_a_unit(text: str) -> None:
    with pytest.raises(IvyError):
        typed_quantity(text, "m")
