"""Scaffolds for a batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.config import ScaffoldConfig
from image_velocimetry_tools.batch.plan.scaffold_facts import scaffold_facts
from image_velocimetry_tools.batch.plan.scaffold_loader import ScaffoldLoader
from image_velocimetry_tools.domain.errors import ScaffoldError
from image_velocimetry_tools.services.project_service import ProjectService


def test_that_a_missing_scaffold_is_said(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match=r"gone\.ivy: the scaffold does not exist\. Check the path"):
        ScaffoldLoader().load(tmp_path / "gone.ivy")


def test_that_a_folder_is_no_scaffold(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match="the scaffold is not a file"):
        ScaffoldLoader().load(tmp_path)


def test_that_a_file_that_is_no_project_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.ivy"
    path.write_text("not a zip")
    with pytest.raises(ScaffoldError, match=r"site\.ivy"):
        ScaffoldLoader().load(path)


def test_that_the_service_can_be_replaced(tmp_path: Path, site: ScaffoldConfig) -> None:
    class Service:
        def load_scaffold_configuration(self, scaffold_path: Path) -> dict[str, Any]:
            return {"scaffold": site.scaffold, "display_units": "English"}

    path = tmp_path / "site.ivy"
    path.write_text("anything")
    config = ScaffoldLoader(Service()).load(str(path))
    assert (config.scaffold_path, config.scaffold) == (path, site.scaffold)


@pytest.mark.parametrize(
    ("case", "facts"),
    [
        (
            "boneyard",
            {
                "ground control points": "15 used of 15",
                "water level": "318.211 ft: width 19.69 ft, area 55.54 ft²",
                "cross-section": "101 points, elevations 315.39 to 328.10 ft",
            },
        ),
        ("trapezoid", {"calibration image": "1280x720 px", "points on the line": "21, 0 mask(s)"}),
    ],
)
def test_that_a_real_project_becomes_a_configuration(shared_data: Path, case: str, facts: dict[str, str]) -> None:
    path = shared_data / case / "scaffold_project.ivy"
    config = ScaffoldConfig(scaffold_path=path, **ProjectService().load_scaffold_configuration(path))
    found = dict(scaffold_facts(config))
    assert {name: found[name] for name in facts} == facts
