"""The way of one video through the services."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known_rivers import LEVEL_M, Never, NoStages, mill_site, mill_video, opened

from image_velocimetry_tools.demo import flow_truth
from image_velocimetry_tools.domain.errors import Cancelled, RectificationError, SectionError, VideoError
from image_velocimetry_tools.domain.scaffold import RasterExtent, Scaffold
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.services.discharge_service import DischargeService
from image_velocimetry_tools.services.measuring.measured_job import JobMeasurer, MeasuredJob
from image_velocimetry_tools.services.measuring.verdict import Verdict
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometryService
from image_velocimetry_tools.services.stiv_service import STIVService
from image_velocimetry_tools.services.video_service import VideoService

STAGES = ["geometry", "decode", "rectify", "velocimetry", "discharge"]


def measure(path: Path, scaffold: Scaffold | None = None, **options: Any) -> MeasuredJob:
    settings = {
        "clip": Clip(),
        "level_m": LEVEL_M,
        "stages": NoStages(),
        "cancel": Never(),
        "measurer": JobMeasurer(threads=1),
        **options,
    }
    return settings["measurer"].measure(
        path,
        settings["clip"],
        scaffold or opened(mill_site()),
        settings["level_m"],
        0.85,
        settings["stages"],
        settings["cancel"],
    )


@pytest.fixture(scope="module")
def job(mill_path: Path) -> MeasuredJob:
    return measure(mill_path)


def test_that_the_parts_fit_together(job: MeasuredJob, mill_path: Path) -> None:
    truth = flow_truth(mill_site(), mill_video())
    assert job.measurement.discharge.discharge_m3s == pytest.approx(truth.discharge_m3s, rel=0.015)
    assert job.measurement.discharge.area_m2 == pytest.approx(truth.area_m2, rel=1e-3)
    assert job.video.path == mill_path
    assert (job.verdict, job.reasons) == (Verdict.GOOD, ())
    assert job.figures.camera_shift_px is not None


def test_that_the_stages_come_in_their_order_with_progress(mill_path: Path) -> None:
    stages = NoStages()
    measure(mill_path, stages=stages)
    assert list(dict.fromkeys(reversed(stages.entries)))[::-1] == STAGES
    assert {stage for stage, _ in stages.progress} == {"decode", "velocimetry"}
    searched = [share for stage, share in stages.progress if stage == "velocimetry"]
    assert searched == sorted(searched)
    assert searched[-1] == 1.0


def test_that_the_timings_are_parts_of_the_total(job: MeasuredJob) -> None:
    assert set(job.timings_s) == {"decode", "rectify", "velocimetry", "discharge", "total"}
    assert all(seconds > 0 for seconds in job.timings_s.values())
    assert sum(seconds for name, seconds in job.timings_s.items() if name != "total") <= job.timings_s["total"]


def test_that_the_interval_is_that_of_the_frames_that_were_used(mill_path: Path, job: MeasuredJob) -> None:
    assert job.slots.interval_s == pytest.approx(1 / 30, rel=1e-4)
    assert measure(mill_path, clip=Clip(0.0, 2.0, 2)).slots.interval_s == pytest.approx(1 / 15, rel=1e-4)


def test_that_masked_points_are_not_searched(mill_path: Path, job: MeasuredJob) -> None:
    x, y = job.geometry.points.xy_px[8]
    around = np.array([[x - 4, y - 4], [x + 4, y - 4], [x + 4, y + 4], [x - 4, y + 4]])
    masked = measure(mill_path, replace(opened(mill_site()), mask_polygons_px=(around,)))
    assert PointFlag.MASKED in masked.velocities.flags[8]
    assert not masked.velocities.is_used[8]
    assert np.isnan(masked.velocities.stiv.magnitudes_mps[8])
    assert masked.measurement.is_filled[8]
    assert masked.measurement.velocity_mps[8] == pytest.approx(job.measurement.velocity_mps[8], rel=0.05)
    others = np.arange(20) != 8
    np.testing.assert_array_equal(
        masked.velocities.stiv.magnitudes_mps[others], job.velocities.stiv.magnitudes_mps[others]
    )


def test_that_no_service_of_the_program_is_used_where_another_is_given(mill_path: Path) -> None:
    called: list[str] = []

    class Videos(VideoService):
        def open_clip(self, *args: Any, **options: Any) -> Any:
            called.append("open_clip")
            return super().open_clip(*args, **options)

    class Geometries(JobGeometryService):
        def prepare(self, *args: Any) -> Any:
            called.append("prepare")
            return super().prepare(*args)

    class Searches(STIVService):
        def measure_tiles(self, *args: Any, **options: Any) -> Any:
            called.append("measure_tiles")
            return super().measure_tiles(*args, **options)

    class Discharges(DischargeService):
        def measure(self, *args: Any, **options: Any) -> Any:
            called.append("measure")
            return super().measure(*args, **options)

    measure(mill_path, measurer=JobMeasurer(Videos(), Geometries(), Searches(), Discharges(), 1))
    assert called == ["open_clip", "prepare", "measure_tiles", "measure"]


@pytest.mark.parametrize("stage", STAGES[1:4])
def test_that_cancelling_stops_in_any_long_stage(mill_path: Path, stage: str) -> None:
    class Button:
        pressed = False

        def is_set(self) -> bool:
            return self.pressed

    class Watch(NoStages):
        def entered(self, name: str) -> AbstractContextManager[Callable[[float], None]]:
            button.pressed = button.pressed or name == stage
            return super().entered(name)

    button, stages = Button(), Watch()
    with pytest.raises(Cancelled):
        measure(mill_path, stages=stages, cancel=button)
    assert stages.entries[-1] == stage


def test_that_a_missing_video_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r"none\.mp4"):
        measure(tmp_path / "none.mp4")


def test_that_a_level_outside_the_survey_is_refused_before_anything_is_decoded(mill_path: Path) -> None:
    stages = NoStages()
    with pytest.raises(SectionError):
        measure(mill_path, level_m=LEVEL_M + 5, stages=stages)
    assert stages.entries[-1] == "geometry"
    assert stages.progress == []


def test_that_a_section_outside_the_picture_is_refused_before_anything_is_decoded(mill_path: Path) -> None:
    scaffold = opened(mill_site())
    extent = scaffold.extent
    elsewhere = RasterExtent(extent.x_min_m + 60, extent.x_max_m + 60, extent.y_min_m, extent.y_max_m)
    stages = NoStages()
    with pytest.raises(RectificationError, match="lie outside the picture"):
        measure(mill_path, replace(scaffold, extent=elsewhere), stages=stages)
    assert stages.entries[-1] == "geometry"
    assert stages.progress == []


def test_that_a_picture_that_stands_still_gives_no_discharge_without_a_flag(tmp_path: Path, mill_path: Path) -> None:
    """A frozen stream: the same picture for two seconds."""
    from known_rivers import luma_of_video, write_frames

    from image_velocimetry_tools.domain.errors import DischargeError

    frozen = write_frames(tmp_path / "frozen.mp4", [luma_of_video(mill_path)[0]] * 66, np.arange(66) / 30)
    with pytest.raises(DischargeError, match="none of the 20 velocities can be used"):
        measure(frozen)
