"""Feature tracking as a velocimetry method."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from known_rivers import LEVEL_M, Never, NoStages, mill_site, mill_video, opened, write_settings
from pydantic import ValidationError

from image_velocimetry_tools.batch.job.executor import JobExecutor
from image_velocimetry_tools.batch.models import BatchJob
from image_velocimetry_tools.builtins.velocimetry import KLT, KltSettings
from image_velocimetry_tools.builtins.velocimetry.klt import KltMethod
from image_velocimetry_tools.demo import flow_truth
from image_velocimetry_tools.domain.angles import direction_vector
from image_velocimetry_tools.domain.errors import DischargeError
from image_velocimetry_tools.domain.scaffold import StivParameters
from image_velocimetry_tools.domain.velocimetry import REJECTING, PointFlag
from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.numerics.stiv import StivResult, TileStack
from image_velocimetry_tools.plugins.velocimetry import VelocimetryMethod
from image_velocimetry_tools.services.measuring.measured_job import JobMeasurer, MeasuredJob
from image_velocimetry_tools.services.measuring.verdict import Verdict
from image_velocimetry_tools.services.project_service import ProjectService
from image_velocimetry_tools.testing.velocimetry_contract import VelocimetryContract, drifting

PARAMETERS = StivParameters(num_pixels=32, phi_origin_deg=90.0, phi_range_deg=20.0, d_phi_deg=1.0)


class TestKlt(VelocimetryContract):
    """The contract of all methods."""

    def make_method(self) -> VelocimetryMethod:
        """As a job makes it."""
        method: VelocimetryMethod = KLT.create(KLT.settings())
        return method


def one_point(pictures: np.ndarray, settings: KltSettings | None = None) -> StivResult:
    """The result at the centre of pictures, in px per frame."""
    method = KltMethod(settings)
    search = method.line_search(PARAMETERS)
    reach, centre = search.reach_px, pictures.shape[0] // 2
    rows = slice(centre - reach.y, centre + reach.y + 1)
    tile = pictures[rows, centre - reach.x : centre + reach.x + 1]
    tiles = TileStack(tile[None], np.zeros((1, 2)), np.ones(1, dtype=bool))
    found: StivResult = method.measure_tiles(tiles, search, pixel_size_m=1.0, interval_s=1.0, threads=1)
    return found


def sheared(fastest_px: float, per_px: float, frames: int = 90) -> np.ndarray:
    """Texture that moves right, row y of the picture by ``fastest_px + per_px * (y - centre)``, never less than 0."""
    still = drifting(0.0, 90.0, frames=1)[..., 0].astype(float)
    height, width = still.shape
    speed = np.maximum(fastest_px + per_px * (np.arange(height) - height // 2), 0.0)
    wave = np.fft.rfftfreq(width)
    spectrum = np.fft.rfft(still, axis=1)
    # a film in the middle of which the texture is whole: shear tears it to either side
    steps = np.arange(frames) - frames // 2
    moved = [np.fft.irfft(spectrum * np.exp(-2j * np.pi * speed[:, None] * step * wave), n=width) for step in steps]
    return np.clip(np.rint(np.stack(moved, axis=2)), 0, 255).astype(np.uint8)


def test_that_the_velocity_is_that_at_the_point_where_it_changes_across_the_flow() -> None:
    found = one_point(sheared(2.0, 0.02))
    assert found.magnitudes_mps[0] == pytest.approx(2.0, rel=0.02)
    assert not REJECTING.intersection(found.flags[0])


def test_that_flow_across_the_fan_is_flagged() -> None:
    found = one_point(drifting(2.0, 150.0))
    assert found.directions_deg[0] == pytest.approx(150.0, abs=2.0)
    assert {PointFlag.FAN_EDGE, PointFlag.LOW_QUALITY} <= set(found.flags[0])


def test_that_flow_just_beyond_the_fan_is_a_remark_only() -> None:
    found = one_point(drifting(2.0, 114.0))
    assert PointFlag.FAN_EDGE in found.flags[0]
    assert not REJECTING.intersection(found.flags[0])


def test_that_velocities_are_signed_along_the_line_in_the_fan() -> None:
    found = one_point(drifting(2.0, 265.0))
    assert found.line_deg[0] == pytest.approx(85.0, abs=2.0)
    assert found.velocities_mps[0] == pytest.approx(-2.0, rel=0.02)
    assert found.directions_deg[0] == pytest.approx(265.0, abs=2.0)


def test_that_two_motions_at_one_place_are_ambiguous() -> None:
    """Every half second another current: no velocity describes both."""
    first, second = drifting(1.0, 80.0), drifting(3.0, 100.0)
    both = np.where((np.arange(first.shape[2]) // 15) % 2 == 0, first, second)
    found = one_point(both)
    assert PointFlag.AMBIGUOUS in found.flags[0]
    assert found.quality[0] < 0.6 * one_point(first).quality[0]


def test_that_flow_too_fast_to_be_followed_is_flagged() -> None:
    found = one_point(drifting(22.0, 90.0))
    assert REJECTING.intersection(found.flags[0])
    assert found.quality[0] < 0.1


def test_that_motion_that_waves_carry_is_seen_in_the_texture() -> None:
    """The coarse half of the texture runs 40 % ahead of the fine, as long waves do."""
    generator = np.random.default_rng(2)
    size, frames = 160, 90
    fx, fy = np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size))
    spectrum = np.fft.fft2(generator.standard_normal((size, size)))
    wave = np.hypot(fx, fy)
    amplitude = np.where((wave > 1 / 40) & (wave < 1 / 5), np.maximum(wave, 1e-3) ** -1.0, 0.0)
    speed = np.where(wave < 1 / 12, 2.1, 1.5)
    phase = np.exp(-2j * np.pi * fx * speed)
    pictures = np.stack([np.fft.ifft2(spectrum * amplitude * phase**frame).real for frame in range(frames)], axis=2)
    found = one_point(np.clip(128 + 35 * pictures / pictures.std(), 0, 255).astype(np.uint8))
    assert found.dispersion[0] > 0.1
    steady = one_point(drifting(1.5, 90.0))
    assert abs(steady.dispersion[0]) < 0.05


def test_that_tiles_have_room_for_every_level_of_the_pyramid() -> None:
    narrow = replace(PARAMETERS, phi_range_deg=5.0)
    for levels in (0, 2):
        shape = KltMethod(KltSettings(window_px=15, pyramid_levels=levels)).line_search(narrow).reach_px.shape
        assert min(shape) > 15 * 2**levels


def test_that_the_number_of_threads_of_opencv_is_left_as_it_was() -> None:
    before = cv2.getNumThreads()
    one_point(drifting(2.0, 90.0, frames=20))
    assert cv2.getNumThreads() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [("window_px", 14), ("window_px", 3), ("pyramid_levels", -1), ("feature_quality", 0.0), ("track_frames", 1)],
)
def test_that_settings_out_of_bounds_are_refused(field: str, value: float) -> None:
    with pytest.raises(ValidationError, match=field):
        KltSettings(**{field: value})


def test_that_the_shortest_track_cannot_be_longer_than_any() -> None:
    with pytest.raises(ValidationError, match="shortest_track_frames"):
        KltSettings(track_frames=4, shortest_track_frames=5)


# -- a whole job ------------------------------------------------------------------------------------------------------


def measure(path: Path, settings: KltSettings | None = None) -> MeasuredJob:
    measurer = JobMeasurer(stiv_service=KltMethod(settings), threads=1)
    return measurer.measure(path, Clip(), opened(mill_site()), LEVEL_M, 0.85, NoStages(), Never())


def test_that_a_job_gives_the_discharge_of_the_river(mill_path: Path) -> None:
    job = measure(mill_path)
    truth = flow_truth(mill_site(), mill_video())
    assert job.measurement.discharge.discharge_m3s == pytest.approx(truth.discharge_m3s, rel=0.03)
    assert job.velocities.is_used.mean() >= 0.8
    assert job.verdict is not Verdict.REJECTED


def test_that_a_method_that_can_follow_nothing_gives_no_discharge(mill_path: Path) -> None:
    """Steps that must lead back within a thousandth of a pixel do not exist in a compressed film."""
    with pytest.raises(DischargeError, match="can be used"):
        measure(mill_path, KltSettings(forward_backward_px=1e-3))


def test_that_directions_are_those_of_motion(mill_path: Path) -> None:
    job = measure(mill_path)
    used = job.velocities.is_used
    along = direction_vector(job.velocities.stiv.directions_deg[used]) @ job.geometry.normal
    assert (along > 0.9).all()


def test_that_a_job_by_features_leaves_result_and_plots(mill_path: Path, tmp_path: Path) -> None:
    """Points near the bank that could not be followed have no velocity, and break neither of them."""
    job = BatchJob("mill", mill_path, LEVEL_M)
    scaffold = ProjectService().load_scaffold(write_settings(mill_site(), tmp_path / "site.ivy")).scaffold
    result = JobExecutor(stiv_service=KltMethod(), threads=1).execute(job, scaffold, tmp_path, save_project=True)
    folder = tmp_path / "mill"
    stored = json.loads((folder / "mill.json").read_text(encoding="utf-8"))
    assert stored["discharge_m3s"] == pytest.approx(result.discharge_m3s)
    assert all(0.0 <= point["quality"] <= 1.0 for point in stored["points"])
    assert len(list((folder / "space_time_images").glob("sti_*.png"))) == len(stored["points"])
    assert (folder / "section.png").is_file()
    assert (folder / "mill.ivy").is_file()
