"""Discharge against the closed-form truth, through the public API, over all that can differ between sites and videos.

The small films here (384 px wide, 2.2 s) measure within 1 %: their few seconds of texture scatter by some tenths of a
percent and their few pixels per frame cost a little more. The demonstration's films (704 px) are within 0.5 %.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known_rivers import LEVEL_M, Picture, film, luma_of_video, mill_site, mill_video, write_frames, write_settings

from image_velocimetry_tools.api import load_scaffold, process_batch_csv, process_video
from image_velocimetry_tools.batch import BatchOrchestrator, BatchVideoConfig
from image_velocimetry_tools.batch.config import ProcessingResult, VideoConfig
from image_velocimetry_tools.demo import FlowTruth, SyntheticSite, SyntheticVideo, flow_truth
from image_velocimetry_tools.demo.project import section_line_px
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.domain.video import ContrastFilters, FramePreparation, FrameSize, LensModel

DEMO = Path(__file__).parents[2] / "batch_test_data" / "inputs"
WITHIN = 0.01
RATE = 30.0

Measure = Callable[..., tuple[ProcessingResult, FlowTruth]]


@pytest.fixture
def measure(tmp_path: Path) -> Measure:
    """Measure a video of a site: a generated one, or ``path`` if it is given; the truth comes with the result."""

    def run(
        site: SyntheticSite | None = None, video: SyntheticVideo | None = None, path: Path | None = None, **options: Any
    ) -> tuple[ProcessingResult, FlowTruth]:
        site, video = site or mill_site(), video or mill_video()
        result = process_video(
            scaffold_path=write_settings(site, tmp_path / "site.ivy"),
            video_path=path or film(site, video, tmp_path / "film.mp4"),
            water_surface_elevation=video.level_m,
            output_directory=tmp_path / "out",
            plots=False,
            **options,
        )
        return result, flow_truth(site, video)

    return run


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    """The frames of the film of the mill."""
    return luma_of_video(film(mill_site(), mill_video(), tmp_path_factory.mktemp("mill") / "mill.mp4"))


def assert_true(result: ProcessingResult, truth: FlowTruth, within: float = WITHIN) -> None:
    assert result.success, result.error_message
    assert result.total_discharge == pytest.approx(truth.discharge_m3s, rel=within)
    assert result.area_m2 == pytest.approx(truth.area_m2, rel=0.001)


def assert_good(result: ProcessingResult, truth: FlowTruth, within: float = WITHIN) -> None:
    assert_true(result, truth, within)
    assert (result.quality, result.quality_reasons) == ("good", ())


def assert_flagged(result: ProcessingResult, verdict: str, *words: str) -> None:
    assert result.success, result.error_message
    assert result.quality == verdict
    for part in words:
        assert any(part in reason for reason in result.quality_reasons), result.quality_reasons


def stored_as(tmp_path: Path, pictures: Sequence[Picture], times_s: Sequence[float] | None = None) -> Path:
    times = np.arange(len(pictures)) / RATE if times_s is None else times_s
    return write_frames(tmp_path / "stored.mp4", [np.ascontiguousarray(picture) for picture in pictures], list(times))


# -- the site ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"start_bank": Bank.RIGHT},
        {"flip_x": True},
        {"flip_y": True},
        {"start_bank": Bank.RIGHT, "flip_x": True, "flip_y": True},
        {"grid_points": 33},
        {"frame_step": 2},
        {"preparation": FramePreparation(normalize_luma=True, curve_preset="increase_contrast")},
    ],
    ids=["plain", "right bank", "flip x", "flip y", "right bank flipped", "33 points", "every second frame", "curve"],
)
def test_that_the_settings_of_a_site_do_not_change_its_discharge(measure: Measure, changes: dict[str, Any]) -> None:
    assert_good(*measure(mill_site(**changes)))


def test_that_the_profile_is_that_of_the_river(measure: Measure) -> None:
    """Single points scatter more than their sum: median 1 %; those at the slope see few square centimetres of water."""
    result, truth = measure()
    points = result.result["points"]
    distance = [point["distance_from_edge_m"] for point in points]
    found = np.array([point["normal_velocity_mps"] for point in points])
    expected = np.interp(distance, truth.distance_m, truth.velocity_mps)
    error = np.abs(found / expected - 1)
    assert np.median(error) < 0.01
    assert error[1:-1].max() < 0.1


def test_that_the_profile_starts_at_the_start_bank(measure: Measure) -> None:
    left, right = (measure(mill_site(start_bank=bank))[0].result["points"] for bank in (Bank.LEFT, Bank.RIGHT))
    np.testing.assert_allclose(
        [p["normal_velocity_mps"] for p in left], [p["normal_velocity_mps"] for p in reversed(right)], rtol=1e-3
    )
    np.testing.assert_allclose([p["station_m"] for p in left], [p["station_m"] for p in reversed(right)])
    assert [p["distance_from_edge_m"] for p in left] == pytest.approx([p["distance_from_edge_m"] for p in right])


@pytest.mark.parametrize(
    ("how", "stored"),
    [
        ({"rotation_deg": 90}, lambda picture: np.rot90(picture, 1)),
        ({"rotation_deg": 180}, lambda picture: np.rot90(picture, 2)),
        ({"flip": "hflip"}, lambda picture: picture[:, ::-1]),
        ({"flip": "vflip"}, lambda picture: picture[::-1]),
    ],
    ids=["90", "180", "hflip", "vflip"],
)
def test_that_a_camera_mounted_otherwise_sees_the_same_river(
    measure: Measure,
    pictures: list[Picture],
    tmp_path: Path,
    how: dict[str, Any],
    stored: Callable[[Picture], Picture],
) -> None:
    path = stored_as(tmp_path, [stored(picture) for picture in pictures])
    assert_good(*measure(mill_site(preparation=FramePreparation(**how)), path=path))


def test_that_rotation_and_flip_are_no_ornament(measure: Measure, pictures: list[Picture], tmp_path: Path) -> None:
    """The same film without its preparation: the wrong way up it shows another river, and looks like none of ours."""
    path = stored_as(tmp_path, [np.rot90(picture, 2) for picture in pictures])
    result, truth = measure(path=path)
    assert result.total_discharge is None or abs(result.total_discharge / truth.discharge_m3s - 1) > 0.1
    assert result.quality != "good"


def test_that_a_lens_is_corrected(measure: Measure) -> None:
    assert_good(*measure(mill_site(preparation=FramePreparation(lens=LensModel(k1=-0.12, k2=0.02)))))


def test_that_contrast_filters_leave_the_velocity(measure: Measure, tmp_path: Path) -> None:
    measure()
    config = load_scaffold(tmp_path / "site.ivy")
    how = FramePreparation(contrast=ContrastFilters(clahe_clip_limit=2.0, auto_contrast_percent=1.0))
    config = config.model_copy(update={"scaffold": replace(config.scaffold, preparation=how)})
    video = VideoConfig(video_path=tmp_path / "film.mp4", water_surface_elevation=LEVEL_M)
    result = BatchOrchestrator().process_video(
        config=BatchVideoConfig(scaffold=config, video=video), output_directory=tmp_path / "filtered", plots=False
    )
    assert_good(result, flow_truth(mill_site(), mill_video()))
    assert result.result["provenance"]["parameters"]["preparation"]["contrast"]["clahe_clip_limit"] == 2.0


def test_that_levels_go_in_in_feet_and_discharges_come_out_in_cubic_metres(measure: Measure, tmp_path: Path) -> None:
    site = mill_site(display_units=DisplayUnits.ENGLISH)
    scaffold = write_settings(site, tmp_path / "english.ivy")
    result = process_video(
        scaffold_path=scaffold,
        video_path=film(site, mill_video(), tmp_path / "film.mp4"),
        water_surface_elevation=LEVEL_M / 0.3048,
        output_directory=tmp_path / "english",
        plots=False,
    )
    assert_good(result, flow_truth(site, mill_video()))


def test_that_masked_water_is_filled_and_counted_as_not_measured(measure: Measure) -> None:
    """A mask over a quarter of the width, as over the shadow of a bridge: 2 %, as what is filled is straight."""
    start, end = section_line_px(mill_site())
    inner = [start + share * (end - start) for share in (0.4, 0.65)]
    across = np.array([-(end - start)[1], (end - start)[0]]) / np.hypot(*(end - start)) * 15.0
    corners = (inner[0] - across, inner[1] - across, inner[1] + across, inner[0] + across)
    polygon = tuple((float(x), float(y)) for x, y in corners)
    result, truth = measure(mill_site(mask_polygons_px=(polygon,)))
    assert_true(result, truth, 0.02)
    points = result.result["points"]
    masked = [point for point in points if "masked" in point["flags"]]
    assert len(masked) == 5
    assert all(not point["used"] and point["filled_velocity_mps"] > 1.0 for point in masked)
    filled = sum(point["panel_discharge_m3s"] for point in masked) / result.result["discharge_m3s"]
    assert result.result["interpolated_discharge_fraction"] == pytest.approx(filled)
    assert 0.2 < filled < 0.5
    assert result.measured_discharge_fraction == pytest.approx(1.0 - filled - result.result["edge_discharge_fraction"])


# -- the video --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [25, 60])
def test_that_any_frame_rate_gives_the_same_discharge(measure: Measure, rate: int) -> None:
    result, truth = measure(video=mill_video(frame_rate_fps=Fraction(rate)))
    assert_good(result, truth, 0.015 if rate == 60 else WITHIN)  # at 60 frames per second water moves 0.8 px a frame
    assert result.result["provenance"]["parameters"]["frame_interval_s"] == pytest.approx(1 / rate, rel=1e-4)


@pytest.mark.parametrize(("width", "wavelength_m"), [(192, 0.2), (576, 0.1)], ids=["half size", "larger"])
def test_that_a_video_of_another_size_scales_the_camera(measure: Measure, width: int, wavelength_m: float) -> None:
    """Half the pixels need texture of twice the size to be seen at all."""
    size = FrameSize(width, width * 216 // 384)
    result, truth = measure(mill_site(texture_wavelength_m=wavelength_m), mill_video(size=size))
    assert_good(result, truth, 0.015)
    assert result.result["provenance"]["parameters"]["num_pixels_used"] == 24 * min(width, 384) // 384


def test_that_a_video_of_another_shape_is_refused(measure: Measure, pictures: list[Picture], tmp_path: Path) -> None:
    cropped = stored_as(tmp_path, [picture[:, 48:-48] for picture in pictures[:15]])
    result, _ = measure(path=cropped)
    assert (result.success, result.stage) == (False, "geometry")
    assert "288x216" in str(result.error_message)
    assert "384x216" in str(result.error_message)


def test_that_a_clip_is_measured_from_its_start_to_its_end(
    measure: Measure, pictures: list[Picture], tmp_path: Path
) -> None:
    """Before and after it the film runs three times as fast."""
    fast = pictures[::3]
    path = stored_as(tmp_path, [*fast, *pictures, *fast])
    start = len(fast) / RATE
    end = start + (len(pictures) - 1) / RATE
    result, truth = measure(path=path, start_time=start, end_time=f"00:00:{end:.4f}")
    assert_good(result, truth)
    assert result.result["provenance"]["parameters"]["frames"] == len(pictures)
    whole, _ = measure(path=path)
    assert whole.total_discharge is None or abs(whole.total_discharge / truth.discharge_m3s - 1) > 0.05


@pytest.mark.parametrize("rise_m", [-0.2, 0.25], ids=["low", "high"])
def test_that_another_water_level_has_its_own_section_and_plane(measure: Measure, rise_m: float) -> None:
    assert_good(*measure(video=mill_video(level_m=LEVEL_M + rise_m)))


def test_that_a_wrong_level_gives_another_discharge(measure: Measure, pictures: list[Picture], tmp_path: Path) -> None:
    """The level is no ornament either: 25 cm too high is a quarter too much."""
    path = stored_as(tmp_path, pictures)
    result, _ = measure(video=mill_video(level_m=LEVEL_M + 0.25), path=path)
    truth = flow_truth(mill_site(), mill_video())
    assert result.total_discharge is not None
    assert result.total_discharge > 1.15 * truth.discharge_m3s


# -- the flow ---------------------------------------------------------------------------------------------------------


def test_that_only_the_component_across_the_section_counts(measure: Measure) -> None:
    result, truth = measure(video=mill_video(skew_deg=10))
    assert_good(result, truth)
    points = result.result["points"][3:-3]
    ratio = [point["normal_velocity_mps"] / point["surface_velocity_mps"] for point in points]
    assert np.median(ratio) == pytest.approx(np.cos(np.radians(10)), abs=0.004)
    straight = flow_truth(mill_site(), mill_video())
    assert truth.discharge_m3s == pytest.approx(straight.discharge_m3s * np.cos(np.radians(10)))


def test_that_water_flowing_upstream_has_a_negative_discharge(
    measure: Measure, pictures: list[Picture], tmp_path: Path
) -> None:
    """The film played backwards."""
    result, truth = measure(path=stored_as(tmp_path, pictures[::-1]))
    assert result.total_discharge == pytest.approx(-truth.discharge_m3s, rel=WITHIN)
    assert_flagged(result, "doubtful", "100 % of the points flow against the expected direction")
    assert all(point["normal_velocity_mps"] < 0 for point in result.result["points"])
    assert result.max_surface_velocity_mps is not None
    assert result.max_surface_velocity_mps > 0


def test_that_the_start_bank_does_not_turn_the_flow(measure: Measure, pictures: list[Picture], tmp_path: Path) -> None:
    path = stored_as(tmp_path, pictures[::-1])
    result, truth = measure(mill_site(start_bank=Bank.RIGHT), path=path)
    assert result.total_discharge == pytest.approx(-truth.discharge_m3s, rel=WITHIN)


# -- what may go wrong, and is told -----------------------------------------------------------------------------------


def test_that_lost_frames_are_told_and_cost_no_discharge(
    measure: Measure, pictures: list[Picture], tmp_path: Path
) -> None:
    kept = [index for index in range(len(pictures)) if index % 9 != 5]
    path = stored_as(tmp_path, [pictures[index] for index in kept], np.array(kept) / RATE)
    result, truth = measure(path=path)
    assert_true(result, truth)
    assert_flagged(result, "doubtful", "11 % of the frames are missing")


def test_that_frames_replaced_by_the_one_before_are_told_and_cost_no_discharge(
    measure: Measure, pictures: list[Picture], tmp_path: Path
) -> None:
    repeated = {7, 8, 20, 33, 34, 35, 51, 60}
    shown: list[Picture] = []
    for index, picture in enumerate(pictures):
        shown.append(shown[-1] if index in repeated else picture)
    result, truth = measure(path=stored_as(tmp_path, shown))
    assert_true(result, truth)
    assert_flagged(result, "doubtful", "frames repeat the one before and do not count")


def test_that_25_frames_a_second_stored_as_30_give_the_true_discharge(measure: Measure, tmp_path: Path) -> None:
    """Taken as 30 different pictures a second the water would be a sixth too slow.

    The tolerance allows for the beat, known to a frame in the length of the clip, and for compressing twice.
    """
    video = mill_video(frame_rate_fps=Fraction(25))
    taken = luma_of_video(film(mill_site(), video, tmp_path / "taken.mp4"))
    shown = [taken[index * 25 // 30] for index in range(len(taken) * 30 // 25)]
    result, truth = measure(video=video, path=stored_as(tmp_path, shown))
    assert_true(result, truth, 0.02)
    assert_flagged(result, "doubtful", "repeat the one before at a regular beat")


def test_that_a_rate_that_changes_halfway_is_told_and_costs_no_discharge(measure: Measure, tmp_path: Path) -> None:
    video = mill_video(frame_rate_fps=Fraction(60))
    taken = luma_of_video(film(mill_site(), video, tmp_path / "taken.mp4"))
    kept = [index for index in range(len(taken)) if index < 80 or index % 2 == 0]
    path = stored_as(tmp_path, [taken[index] for index in kept], np.array(kept) / 60.0)
    result, truth = measure(video=video, path=path)
    assert_true(result, truth, 0.015)
    assert_flagged(result, "doubtful", "of the frames are missing")


def test_that_a_swaying_camera_is_held_still(measure: Measure) -> None:
    site = mill_site(preparation=FramePreparation(stabilize=True))
    assert_good(*measure(site, mill_video(sway_px=3.0)))


def test_that_a_swaying_camera_without_stabilisation_is_rejected(measure: Measure) -> None:
    """4 % off here; the sway moves the banks as much as slow water moves."""
    result, _ = measure(video=mill_video(sway_px=3.0))
    assert_flagged(result, "rejected", "low quality", "parts of the clip disagree")


def test_that_a_camera_that_moved_a_little_is_told(measure: Measure) -> None:
    result, truth = measure(video=mill_video(camera_offset_m=(0.1, 0.0, 0.0)))
    assert_true(result, truth, 0.015)
    assert_flagged(result, "doubtful", "the camera moved: static ground is shifted by")


def test_that_a_camera_that_moved_too_far_is_refused(measure: Measure, tmp_path: Path) -> None:
    result, _ = measure(video=mill_video(camera_offset_m=(0.4, 0.0, 0.0), duration_s=0.6))
    assert (result.success, result.stage) == (False, "rectify")
    assert "the camera moved" in str(result.error_message)
    assert "Digitise the control points anew" in result.remedy
    assert not list((tmp_path / "out").rglob("*.json"))


def test_that_a_film_at_dusk_is_told(measure: Measure, pictures: list[Picture], tmp_path: Path) -> None:
    """A tenth of the light: seven grey levels hold the whole texture of the water."""
    dusk = [(16.0 + 0.1 * (picture.astype(float) - 16.0)).round().astype(np.uint8) for picture in pictures]
    result, truth = measure(path=stored_as(tmp_path, dusk))
    assert_true(result, truth, 0.03)
    assert_flagged(result, "doubtful", "the video is dark")


def test_that_a_film_at_night_gives_no_discharge_that_looks_good(measure: Measure, tmp_path: Path) -> None:
    generator = np.random.default_rng(9)
    night = [np.clip(generator.normal(20, 4, (216, 384)), 16, 40).astype(np.uint8) for _ in range(66)]
    result, _ = measure(path=stored_as(tmp_path, night))
    assert not result.success or result.quality == "rejected"


# -- many at once -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The demonstration, whose videos lie in the repository."""
    return process_batch_csv(
        scaffold_path=DEMO / "scaffold_project.ivy",
        batch_csv_path=DEMO / "boneyard_batch.csv",
        output_directory=tmp_path_factory.mktemp("demo"),
        plots=False,
    )


def test_that_the_demonstration_measures_its_truth(demo: Any) -> None:
    truth = json.loads((DEMO / "truth.json").read_text())["jobs"]
    assert len(demo.video_results) == len(truth) == 3
    for result, expected in zip(demo.video_results, truth, strict=True):
        assert result.video_path.name == expected["video"]
        assert result.quality == "good"
        assert result.total_discharge == pytest.approx(expected["discharge_m3s"], rel=0.005)
        assert result.area_m2 == pytest.approx(expected["area_m2"], rel=0.001)


def test_that_the_summary_tells_the_results_in_display_units(demo: Any) -> None:
    with demo.summary_path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    foot = 0.3048
    for row, job in zip(rows, demo.video_results, strict=True):
        result = job.result
        assert row["job_id"] == result["job_id"]
        assert (row["discharge_units"], row["area_units"], row["velocity_units"]) == ("ft³/s", "ft²", "ft/s")
        for column, figure, factor in (
            ("discharge", "discharge_m3s", foot**3),
            ("area", "area_m2", foot**2),
            ("mean_velocity", "mean_velocity_mps", foot),
            ("max_surface_velocity", "max_surface_velocity_mps", foot),
            ("water_surface_elevation", "water_surface_elevation_m", foot),
            ("measured_fraction", "measured_discharge_fraction", 1.0),
        ):
            assert float(row[column]) * factor == pytest.approx(result[figure], rel=1e-5)
        assert float(row["uncertainty_iso_95pct"]) == pytest.approx(result["uncertainty"]["iso_u95"], rel=1e-4)
        assert row["quality"] == result["quality"]["verdict"]
        assert (row["status"], row["error_stage"], row["error_message"]) == ("completed", "", "")


def test_that_no_log_of_errors_is_written_when_nothing_failed(demo: Any) -> None:
    assert not (demo.output_directory / "errors.log").exists()
    assert demo.failed == []
    assert demo.get_discharge_summary()["count"] == 3
