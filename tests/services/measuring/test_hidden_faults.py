"""Faults that leave smooth, plausible velocities: no wrong discharge goes without a flag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from known_rivers import (
    LEVEL_M,
    Never,
    NoStages,
    Picture,
    film,
    luma_of_video,
    mill_site,
    mill_video,
    opened,
    write_frames,
)
from numpy.typing import NDArray
from projects_at_hand import project_of
from scipy.ndimage import gaussian_filter

from image_velocimetry_tools.demo import flow_truth
from image_velocimetry_tools.domain.project import StationEdit
from image_velocimetry_tools.domain.scaffold import Scaffold
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.measured_project.measurement import measure_project
from image_velocimetry_tools.services.measured_project.new_velocities import with_velocities
from image_velocimetry_tools.services.measuring.measured_job import JobMeasurer, MeasuredJob
from image_velocimetry_tools.services.measuring.verdict import Verdict
from image_velocimetry_tools.services.stiv_service import STIVService

RATE = 30.0
TRUTH_M3S = flow_truth(mill_site(), mill_video()).discharge_m3s


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    return luma_of_video(film(mill_site(), mill_video(), tmp_path_factory.mktemp("film") / "mill.mp4"))


def job_of(path: Path, scaffold: Scaffold | None = None) -> MeasuredJob:
    settings = scaffold or opened(mill_site())
    return JobMeasurer(threads=1).measure(path, Clip(), settings, LEVEL_M, 0.85, NoStages(), Never())


def filmed(path: Path, pictures: Sequence[Picture]) -> Path:
    """A film whose times are regular, whatever the camera lost."""
    return write_frames(path / "film.mp4", pictures, (np.arange(len(pictures)) / RATE).tolist())


def error_of(job: MeasuredJob) -> float:
    return job.measurement.discharge.discharge_m3s / TRUTH_M3S - 1.0


# -- half of the river without texture -----------------------------------------------------------------------------


def with_other_half(pictures: Sequence[Picture], half: NDArray[np.float64]) -> list[Picture]:
    """The right half of each picture is the mean over time and what is given (n, height, width) instead of texture."""
    still = np.mean(pictures, axis=0) + half
    still[:, :, : still.shape[2] // 2] = np.stack(pictures)[:, :, : still.shape[2] // 2]
    return list(np.clip(np.rint(still), 0, 255).astype(np.uint8))


def noise(pictures: Sequence[Picture]) -> NDArray[np.float64]:
    """What a sensor adds."""
    return np.random.default_rng(8).normal(0.0, 2.0, (len(pictures), *pictures[0].shape))


def glimmer(pictures: Sequence[Picture]) -> NDArray[np.float64]:
    """A texture that stands while light plays on it, as on a bed under dead water."""
    fresh = np.random.default_rng(9).normal(0.0, 1.0, len(pictures) + 60)
    light = gaussian_filter(fresh, 4.0)[30:-30]
    texture = pictures[0] - np.mean(pictures, axis=0)
    return noise(pictures) + 0.5 * (light / light.std())[:, None, None] * texture


@pytest.fixture(scope="module")
def standing_path(pictures: list[Picture], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filmed(tmp_path_factory.mktemp("standing"), with_other_half(pictures, glimmer(pictures)))


def test_that_a_river_half_of_which_shows_no_texture_is_not_called_good(
    pictures: list[Picture], tmp_path: Path
) -> None:
    job = job_of(filmed(tmp_path, with_other_half(pictures, noise(pictures))))
    assert job.verdict is not Verdict.GOOD
    assert abs(error_of(job)) < 0.05
    assert any("of the section is measured" in reason for reason in job.reasons)


def test_that_what_stands_is_not_taken_for_measured_water(standing_path: Path) -> None:
    job = job_of(standing_path)
    assert job.verdict is not Verdict.GOOD
    assert not (job.velocities.is_used & (np.abs(job.velocities.normal_mps) < 0.1)).any()
    assert abs(error_of(job)) < 0.05


def test_that_a_reviewer_can_confirm_that_the_water_stands(standing_path: Path) -> None:
    project = project_of(opened(mill_site()), standing_path)
    found = measure_project(project, STIVService(), stages=NoStages(), cancel=Never(), threads=1)
    plain = discharge_of_project(with_velocities(project, found))
    stand = MappingProxyType({int(i): StationEdit(velocity_mps=0.0) for i in np.flatnonzero(~plain.is_used)})
    confirmed = with_velocities(project, found)
    confirmed = replace(confirmed, discharge=replace(confirmed.discharge, stations=stand))
    reviewed = discharge_of_project(confirmed)
    assert reviewed.is_used.all()
    assert reviewed.figures is not None
    assert reviewed.figures.measured_discharge_fraction == pytest.approx(1.0)
    assert (reviewed.verdict, reviewed.reasons) == (Verdict.GOOD, ())
    assert reviewed.measurement.discharge.discharge_m3s < 0.9 * plain.measurement.discharge.discharge_m3s


# -- frames lost while the times of the file stay regular ----------------------------------------------------------


def test_that_frames_lost_without_a_gap_in_time_make_a_discharge_doubtful(
    pictures: list[Picture], tmp_path: Path
) -> None:
    kept = [picture for index, picture in enumerate(pictures) if index % 9 != 7]
    job = job_of(filmed(tmp_path, kept))
    assert error_of(job) > 0.08
    assert job.figures.lost_frame_share == pytest.approx(1.0 - len(kept) / len(pictures), abs=0.02)
    assert job.verdict is Verdict.DOUBTFUL
    assert any("lost without a gap" in reason for reason in job.reasons)


def test_that_a_film_that_lost_nothing_is_good(pictures: list[Picture], tmp_path: Path) -> None:
    job = job_of(filmed(tmp_path, pictures))
    assert abs(error_of(job)) < 0.02
    assert (job.verdict, job.figures.lost_frame_share) == (Verdict.GOOD, 0.0)


def test_that_a_flickering_lamp_is_no_repetition(pictures: list[Picture], tmp_path: Path) -> None:
    light = 1.0 + 0.05 * np.sin(2 * np.pi * 0.21 * np.arange(len(pictures)))
    flickering = [
        np.clip(np.rint(picture * one), 0, 255).astype(np.uint8) for picture, one in zip(pictures, light, strict=True)
    ]
    job = job_of(filmed(tmp_path, flickering))
    assert (job.verdict, job.figures.repeated_frame_share) == (Verdict.GOOD, 0.0)
    assert abs(error_of(job)) < 0.02


def test_that_times_that_wander_change_no_discharge(pictures: list[Picture], tmp_path: Path) -> None:
    random = np.random.default_rng(6)
    # the frames show the water at regular times: only their stamps wander
    times = np.cumsum(1.0 + random.uniform(-0.08, 0.08, len(pictures))) / RATE
    job = job_of(write_frames(tmp_path / "film.mp4", pictures, (times - times[0]).tolist()))
    assert job.slots.valid.all()
    assert abs(error_of(job)) < 0.02
    assert job.verdict is Verdict.GOOD


# -- the line starts at another bank than stated -------------------------------------------------------------------


def with_wrong_bank(scaffold: Scaffold) -> Scaffold:
    wrong = Bank.RIGHT if scaffold.start_bank is Bank.LEFT else Bank.LEFT
    return replace(scaffold, start_bank=wrong)


@pytest.fixture(scope="module")
def plain_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(mill_site(), mill_video(), tmp_path_factory.mktemp("plain") / "mill.mp4")


def test_that_a_wrong_bank_of_an_uneven_section_is_told_with_the_discharge_of_the_other(plain_path: Path) -> None:
    job = job_of(plain_path, with_wrong_bank(opened(mill_site())))
    assert abs(error_of(job)) > 0.05
    assert job.figures.other_bank_discharge_m3s == pytest.approx(TRUTH_M3S, rel=0.02)
    assert job.verdict is Verdict.DOUBTFUL
    assert any(f"{job.figures.other_bank_discharge_m3s:.4g} m³/s" in reason for reason in job.reasons)
    assert any("starts at the" in remark for remark in job.remarks)


def test_that_the_right_bank_needs_no_comparison(plain_path: Path) -> None:
    job = job_of(plain_path)
    assert np.isnan(job.figures.other_bank_discharge_m3s)
    assert job.verdict is Verdict.GOOD


def test_that_a_wrong_bank_of_an_even_section_is_a_remark(plain_path: Path) -> None:
    settings = with_wrong_bank(opened(mill_site()))
    section = settings.section
    # the same bed seen from either end
    middle = float(section.station_m[0] + section.station_m[-1]) / 2.0
    station = np.concatenate([[-3.0, -2.6], [2.6, 3.0]]) + middle
    bed = np.array([LEVEL_M + 1.0, LEVEL_M - 1.0, LEVEL_M - 1.0, LEVEL_M + 1.0])
    even = replace(settings, section=replace(section, station_m=station, elevation_m=bed))
    job = job_of(plain_path, even)
    assert np.isfinite(job.figures.other_bank_discharge_m3s)
    assert not any("other one" in reason for reason in job.reasons)
    assert any("depths may lie the wrong way round" in remark for remark in job.remarks)


@pytest.mark.parametrize("change", [lambda scaffold: scaffold, with_wrong_bank])
def test_that_window_and_batch_judge_the_bank_alike(plain_path: Path, change: Callable[[Any], Any]) -> None:
    scaffold = change(opened(mill_site()))
    project = project_of(scaffold, plain_path)
    found = measure_project(project, STIVService(), stages=NoStages(), cancel=Never(), threads=1)
    window, job = discharge_of_project(with_velocities(project, found)), job_of(plain_path, scaffold)
    assert repr(window.figures) == repr(job.figures)
    assert (window.verdict, window.reasons, window.remarks) == (job.verdict, job.reasons, job.remarks)
