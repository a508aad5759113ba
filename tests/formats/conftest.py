"""A small site that every test may bend: a project's state and files, written where the test wants them."""

from __future__ import annotations

import copy
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from image_velocimetry_tools.domain.ground_control import GroundControlPoint, GroundControlPoints
from image_velocimetry_tools.domain.section import SubSurvey
from image_velocimetry_tools.formats.survey.areacomp import write_areacomp
from image_velocimetry_tools.formats.survey.gcp_csv import format_gcp_csv

WORLD = [
    [1.0, 1.0, 0.4],
    [9.0, 1.2, 1.1],
    [9.2, 7.0, 0.2],
    [1.1, 7.1, 1.7],
    [5.0, 1.5, 2.2],
    [5.1, 7.3, 0.9],
    [3.0, 4.0, 1.4],
]
CAMERA = np.array([[80.0, 48.0, -20.0, 160.0], [0.5, -7.0, -84.0, 570.0], [0.001, 0.078, -0.039, 1.0]])


def picture_header(width: int, height: int) -> bytes:
    """The beginning of a JPEG, as far as its size."""
    return b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0" + struct.pack(">HBHH", 11, 8, height, width) + b"\x01\x00\x00\x00"


def pixels_of(world: list[list[float]]) -> list[list[float]]:
    homogeneous = np.column_stack([world, np.ones(len(world))]) @ CAMERA.T
    pixels: list[list[float]] = (homogeneous[:, :2] / homogeneous[:, 2:]).tolist()
    return pixels


@pytest.fixture(scope="session")
def section_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An AreaComp file of a channel 8 m wide, bed at -0.5 m, tops at 2 m."""
    path = tmp_path_factory.mktemp("section") / "cross_section_ac3.mat"
    survey = SubSurvey("Survey.csv", np.array([0.0, 2.0, 6.0, 8.0]), np.array([2.0, -0.5, -0.5, 2.0]))
    write_areacomp(path, [survey])
    return path.read_bytes()


@pytest.fixture
def site_state() -> dict[str, Any]:
    """State of a project that can serve as a scaffold."""
    return {
        "rectification_method": "camera matrix",
        "rectification_parameters": {
            "world_coords": copy.deepcopy(WORLD),
            "pixel_coords": pixels_of(WORLD),
            "extent": [0.0, 10.0, 0.0, 8.0],
            "water_surface_elev": 0.9,
        },
        "water_surface_elevation": 0.9,
        "cross_section_line": "[[[100.0, 400.0], [900.0, 350.0]]]",
        "cross_section_start_bank": "left",
        "number_grid_points_along_xs_line": 21,
        "display_units": "Metric",
        "ffmpeg_parameters": {"extract_frame_step": 1, "k1": 0.0, "k2": 0.0, "cx": 0.0, "cy": 0.0},
        "stiv_num_pixels": 40,
        "stiv_phi_origin": 175,
        "stiv_phi_range": 45,
        "stiv_dphi": 1,
        "stiv_max_vel_threshold_mps": 5.0,
    }


@pytest.fixture
def site_files(section_bytes: bytes) -> dict[str, bytes]:
    """Files of that project."""
    names = [f"P{number}" for number in range(1, len(WORLD) + 1)]
    rounded = [
        GroundControlPoint(name, *world, *(round(value, 3) for value in pixel))
        for name, world, pixel in zip(names, WORLD, pixels_of(WORLD), strict=True)
    ]
    unused = GroundControlPoint("spare", 2.0, 2.0, 2.0, use_in_rectification=False, use_in_validation=True)
    table = format_gcp_csv(GroundControlPoints((*rounded, unused)))
    return {
        "2-orthorectification/!calibration_image.jpg": picture_header(1280, 720),
        "2-orthorectification/ground_control_points.csv": table.encode(),
        "5-discharge/cross_section_ac3.mat": section_bytes,
    }


@pytest.fixture
def write_site(tmp_path: Path, site_state: dict[str, Any], site_files: dict[str, bytes]) -> Callable[..., Path]:
    """Write the site as a project, as it then is, with plain zipfile: ``write_site()`` -> path."""

    def write(name: str = "site.ivy") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("project_data.json", json.dumps(site_state, indent=4))
            for member, content in site_files.items():
                archive.writestr(member, content)
        return path

    return write
