from __future__ import annotations

from dataclasses import replace

import pytest
from measured_mill import measured_mill

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.video import FramePreparation, LensModel, WrittenFrames
from image_velocimetry_tools.gui.models.prepared_frames import preparation_warning
from image_velocimetry_tools.gui.models.video import with_preparation, with_video
from image_velocimetry_tools.services.project_setup.editing import with_calibration_image


@pytest.fixture
def project() -> Project:
    """Its calibration image is taken from frames as they are prepared."""
    mill = measured_mill()
    size = mill.calibration.image_size
    assert size is not None
    return with_calibration_image(mill, mill.calibration.image or b"", size, "frame.jpg")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"flip": "hflip"}, "were not flipped; now they are flipped left to right"),
        ({"rotation_deg": 180}, "were not turned; now they are turned by 180°"),
        ({"lens": LensModel(k1=-0.2)}, "without lens correction; now they are corrected for a lens of k1 -0.2"),
    ],
)
def test_that_frames_prepared_otherwise_than_the_calibration_image_are_told(
    project: Project, changed: dict[str, object], words: str
) -> None:
    assert preparation_warning(project) == ""
    after = with_preparation(project, **changed)
    assert words in preparation_warning(after)
    size = after.calibration.image_size
    assert size is not None
    assert preparation_warning(with_calibration_image(after, b"another", size, "frame.jpg")) == ""


def test_that_contrast_and_a_full_turn_move_nothing(project: Project) -> None:
    assert preparation_warning(with_preparation(project, curve_preset="lighter", rotation_deg=360)) == ""


def test_that_a_clip_written_upside_down_fits_an_image_taken_so(project: Project) -> None:
    turned = FramePreparation(rotation_deg=180)
    project = replace(project, calibration=replace(project.calibration, prepared_as=turned))
    assert preparation_warning(project) != ""
    metadata = project.video.metadata
    assert metadata is not None
    written = with_video(project, metadata=replace(metadata, written=WrittenFrames(turned)))
    assert preparation_warning(written) == ""


def test_that_nothing_is_said_where_nobody_knows_how_the_image_was_taken(project: Project) -> None:
    unknown = replace(project, calibration=replace(project.calibration, prepared_as=None))
    assert preparation_warning(with_preparation(unknown, flip="vflip")) == ""
