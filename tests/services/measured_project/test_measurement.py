"""Velocities of a project: on the way of the batch, by any rectification method, at points on a section or anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from known_rivers import (
    LEVEL_M,
    Never,
    NoStages,
    film,
    luma_of_video,
    mill_site,
    mill_video,
    opened,
    write_frames,
    write_settings,
)
from projects_at_hand import drone_site, flat_project, project_of

from image_velocimetry_tools.api import process_video
from image_velocimetry_tools.batch.config import ProcessingResult
from image_velocimetry_tools.builtins.velocimetry.klt import KltMethod
from image_velocimetry_tools.demo import flow_truth
from image_velocimetry_tools.domain.errors import DischargeError, IvyError, ScaffoldError, VideoError
from image_velocimetry_tools.domain.project import DischargeSettings, MeasuredVelocities, PointLayout, Project
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.domain.video import Clip, FrameSize
from image_velocimetry_tools.services.measured_project.discharge import ProjectDischarge, discharge_of_project
from image_velocimetry_tools.services.measured_project.measurement import measure_project
from image_velocimetry_tools.services.measured_project.new_velocities import with_velocities
from image_velocimetry_tools.services.measuring.measured_job import JobMeasurer, MeasuredJob
from image_velocimetry_tools.services.measuring.velocimetry import Velocimetry
from image_velocimetry_tools.services.measuring.verdict import Verdict
from image_velocimetry_tools.services.project_service import ProjectService
from image_velocimetry_tools.services.project_setup.editing import with_water_surface_elevation
from image_velocimetry_tools.services.project_setup.measurement_points import measurement_points_px
from image_velocimetry_tools.services.project_setup.scaffold import scaffold_of
from image_velocimetry_tools.services.rectification.rectified_view import view_of
from image_velocimetry_tools.services.stiv_service import STIVService
from image_velocimetry_tools.services.video_service import VideoService

DEMO = Path(__file__).parents[3] / "batch_test_data" / "inputs"
FOOT = 0.3048


def measured(project: Project, velocimetry: Velocimetry | None = None) -> MeasuredVelocities:
    return measure_project(project, velocimetry or STIVService(), stages=NoStages(), cancel=Never(), threads=1)


def discharge_of(project: Project) -> ProjectDischarge:
    return discharge_of_project(with_velocities(project, measured(project)))


def job_of(project: Project, velocimetry: Velocimetry | None = None) -> MeasuredJob:
    """The same measurement on the way of the batch."""
    scaffold, video = scaffold_of(project), project.video
    assert video.path is not None
    measurer = JobMeasurer(stiv_service=velocimetry, threads=1)
    level = scaffold.water_surface_elevation_m
    return measurer.measure(video.path, video.clip, scaffold, level, scaffold.alpha, NoStages(), Never())


def assert_identical(found: ProjectDischarge, job: MeasuredJob) -> None:
    assert found.measurement.discharge.discharge_m3s == job.measurement.discharge.discharge_m3s
    assert found.measurement.iso == job.measurement.iso
    assert found.measurement.ive == job.measurement.ive
    np.testing.assert_array_equal(found.measurement.velocity_mps, job.measurement.velocity_mps)
    np.testing.assert_array_equal(found.is_used, job.velocities.is_used)
    assert found.figures is not None
    assert repr(found.figures) == repr(job.figures)
    assert (found.verdict, found.reasons) == (job.verdict, job.reasons)


# -- as the batch -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "level_ft"), [(1, 413.4), (2, 412.6), (3, 414.3)])
def test_that_the_demonstration_gives_the_discharge_of_the_batch_to_the_last_bit(number: int, level_ft: float) -> None:
    scaffold = ProjectService().load_scaffold(DEMO / "scaffold_project.ivy").scaffold
    as_set_up = project_of(scaffold, DEMO / "videos" / f"alder_mill_{number}.mp4")
    project = with_water_surface_elevation(as_set_up, level_ft * FOOT)
    found = discharge_of(project)
    assert_identical(found, job_of(project))
    truth = json.loads((DEMO / "truth.json").read_text())["jobs"][number - 1]
    assert found.measurement.discharge.discharge_m3s == pytest.approx(truth["discharge_m3s"], rel=0.005)
    assert found.is_current
    assert found.verdict is Verdict.GOOD
    if number > 1:  # the job of a batch, whose level differs from that of its scaffold
        video = as_set_up.video
        assert video.path is not None
        job = JobMeasurer(threads=1).measure(
            video.path, video.clip, scaffold, level_ft * FOOT, scaffold.alpha, NoStages(), Never()
        )
        expected = job.measurement.discharge.discharge_m3s
        assert found.measurement.discharge.discharge_m3s == pytest.approx(expected, rel=1e-9)


def test_that_the_public_function_gives_the_same_bits_from_the_project_file(mill_path: Path, tmp_path: Path) -> None:
    path = write_settings(mill_site(), tmp_path / "site.ivy")
    found = discharge_of(project_of(ProjectService().load_scaffold(path).scaffold, mill_path))
    result = process_video(
        scaffold_path=path,
        video_path=mill_path,
        water_surface_elevation=LEVEL_M,
        output_directory=tmp_path / "out",
        plots=False,
    )
    assert result.total_discharge == found.measurement.discharge.discharge_m3s


def test_that_the_alpha_set_in_the_window_is_that_of_the_batch(mill_path: Path, tmp_path: Path) -> None:
    site = write_settings(mill_site(), tmp_path / "site.ivy")
    as_set_up = project_of(ProjectService().load_scaffold(site).scaffold, mill_path)
    project = replace(as_set_up, discharge=DischargeSettings(alpha=0.92))
    saved = tmp_path / "saved.ivy"
    ProjectService().save(saved, project)

    def by_batch(alpha: float | None = None) -> ProcessingResult:
        return process_video(
            scaffold_path=saved,
            video_path=mill_path,
            water_surface_elevation=LEVEL_M,
            output_directory=tmp_path / "out",
            alpha=alpha,
            plots=False,
        )

    assert ProjectService().open(saved).project.discharge.alpha == 0.92
    shown_m3s = discharge_of(project).measurement.discharge.discharge_m3s
    result, other = by_batch(), by_batch(0.8)
    assert result.total_discharge == pytest.approx(shown_m3s, rel=1e-9)
    assert (result.alpha, result.alpha_source) == (0.92, "project")
    assert (other.alpha, other.alpha_source) == (0.8, "given")
    assert other.total_discharge == pytest.approx(shown_m3s * 0.8 / 0.92, rel=1e-6)


@pytest.fixture(scope="module")
def project(mill_path: Path) -> Project:
    return project_of(opened(mill_site()), mill_path)


@pytest.fixture(scope="module")
def velocities(project: Project) -> MeasuredVelocities:
    return measured(project)


def test_that_everything_of_the_search_is_kept(
    project: Project, velocities: MeasuredVelocities, mill_path: Path
) -> None:
    job = job_of(project)
    stiv = job.velocities.stiv
    for name, expected in (
        ("speed_mps", stiv.magnitudes_mps),
        ("direction_deg", stiv.directions_deg),
        ("quality", stiv.quality),
        ("spread", stiv.spread),
        ("search_line_deg", stiv.line_deg),
        ("station_m", job.geometry.points.station_m),
    ):
        np.testing.assert_array_equal(getattr(velocities, name), expected)
    assert len(velocities.images) == 20
    assert velocities.images[9].shape == (24, velocities.frame_count)
    assert velocities.basis.video.is_same_film(project.video)
    assert velocities.measured_at is not None
    np.testing.assert_allclose(velocities.xy_px, measurement_points_px(project)[0], atol=1e-9)


def test_that_own_flags_say_nothing_of_neighbours(project: Project, velocities: MeasuredVelocities) -> None:
    derived = {PointFlag.OUTLIER, PointFlag.REVERSE, PointFlag.FILLED}
    assert not derived.intersection(flag for flags in velocities.own_flags for flag in flags)
    x, y = velocities.xy_px[8]
    square = np.array([[x - 4, y - 4], [x + 4, y - 4], [x + 4, y + 4], [x - 4, y + 4]])
    masked = measured(replace(project, grid=replace(project.grid, mask_polygons_px=(square,))))
    assert PointFlag.MASKED in masked.own_flags[8]
    assert np.isnan(masked.speed_mps[8])


def test_that_features_can_be_tracked_instead(project: Project) -> None:
    found = discharge_of_project(with_velocities(project, measured(project, KltMethod())))
    assert_identical(found, job_of(project, KltMethod()))


def test_that_velocities_are_kept_where_no_discharge_follows(project: Project, mill_path: Path, tmp_path: Path) -> None:
    """A frozen stream: the batch fails, the window shows the space-time images."""
    frozen = write_frames(tmp_path / "frozen.mp4", [luma_of_video(mill_path)[0]] * 66, np.arange(66) / 30)
    still = project_of(opened(mill_site()), frozen)
    found = measured(still)
    assert len(found.images) == 20
    assert found.figures is not None
    assert found.figures.is_static
    assert found.figures.used_point_fraction == 0.0
    assert np.isnan(found.figures.measured_discharge_fraction)
    with pytest.raises(DischargeError, match="none of the 20"):
        discharge_of_project(with_velocities(still, found))
    with pytest.raises(DischargeError, match="none of the 20"):
        job_of(still)


def test_that_an_incomplete_project_is_refused_with_all_that_is_missing(project: Project) -> None:
    bare = replace(Project(), grid=replace(project.grid, layout=PointLayout.REGULAR))
    for incomplete in (Project(), bare):
        with pytest.raises(ScaffoldError, match="Choose a video on the Video tab") as caught:
            measured(incomplete)
        assert len(caught.value.problems) >= 3


# -- from straight above ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drone_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(drone_site(), mill_video(), tmp_path_factory.mktemp("drone") / "drone.mp4")


Flat = Callable[..., Project]


@pytest.fixture
def flat(drone_path: Path) -> Flat:
    def build(method: str, used: tuple[int, ...], **calibration: bool) -> Project:
        return flat_project(drone_site(), mill_video(), drone_path, method, used, **calibration)

    return build


@pytest.mark.parametrize(
    ("method", "used", "flips"),
    [
        ("homography", (0, 1, 2, 3), {}),
        ("homography", (0, 1, 2, 3), {"flip_y": True}),
        ("scale", (0, 2), {}),
        ("scale", (0, 2), {"flip_x": True}),
    ],
)
def test_that_a_view_from_above_measures_the_truth(
    flat: Flat, method: str, used: tuple[int, ...], flips: dict[str, bool]
) -> None:
    project = flat(method, used, **flips)
    truth = flow_truth(drone_site(), mill_video())
    found = discharge_of(project)
    assert found.measurement.discharge.discharge_m3s == pytest.approx(truth.discharge_m3s, rel=0.02)
    assert found.measurement.discharge.area_m2 == pytest.approx(truth.area_m2, rel=0.001)
    assert_identical(found, job_of(project))


def test_that_an_oblique_view_of_the_water_plane_is_rectified_by_a_homography(tmp_path: Path) -> None:
    site = drone_site()
    places = [(0.5, -1.2), (5.9, -1.0), (5.6, 1.2), (0.7, 1.4)]
    world = site.world_of(np.array([s for s, _ in places]), np.array([d for _, d in places]))
    oblique = replace(
        site,
        camera=mill_site().camera,
        control_points_m=tuple((float(x), float(y), site.level_m) for x, y in world),
    )
    path = film(oblique, mill_video(), tmp_path / "mill.mp4")
    project = flat_project(oblique, mill_video(), path, "homography", (0, 1, 2, 3))
    found = discharge_of(project)
    truth = flow_truth(oblique, mill_video())
    assert found.measurement.discharge.discharge_m3s == pytest.approx(truth.discharge_m3s, rel=0.02)


def test_that_the_error_of_four_points_is_the_estimate_and_not_zero(flat: Flat) -> None:
    found = measured(flat("homography", (0, 1, 2, 3)))
    assert found.rectification_rmse_m > found.pixel_size_m
    assert found.figures is not None
    assert found.figures.gcp_rmse_px == pytest.approx(1.5)


# -- without a section ------------------------------------------------------------------------------------------------


def with_layout(project: Project, layout: PointLayout, **grid: object) -> Project:
    return replace(project, grid=replace(project.grid, layout=layout, **grid))


def test_that_points_on_any_line_have_the_velocities_of_the_section(
    project: Project, velocities: MeasuredVelocities
) -> None:
    """The line of the section itself, without a survey: rounding to whole pixels moves the points a little."""
    bare = replace(project, section=replace(project.section, survey=None, line_px=None))
    first, last = velocities.xy_px[3], velocities.xy_px[15]
    found = measured(with_layout(bare, PointLayout.LINE, line_px=np.array([first, last]), count=13))
    assert np.isnan(found.station_m).all()
    np.testing.assert_allclose(found.normal_mps, velocities.normal_mps[3:16], rtol=0.05)
    np.testing.assert_allclose(found.speed_mps, velocities.speed_mps[3:16], rtol=0.05)
    with pytest.raises(DischargeError, match="lie on no cross-section"):
        discharge_of_project(with_velocities(replace(project, grid=found.basis.grid), found))


def test_that_a_regular_grid_measures_where_the_picture_shows_water(project: Project) -> None:
    bare = replace(project, section=replace(project.section, survey=None, line_px=None))
    raster = view_of(project.calibration).raster
    everything = np.array([[0.0, 0], [raster.width_px, 0], [raster.width_px, raster.height_px], [0, raster.height_px]])
    upper = everything * [1.0, 0.45]
    whole = with_layout(bare, PointLayout.REGULAR, spacing_x_px=40, spacing_y_px=30)
    half = replace(whole, grid=replace(whole.grid, mask_polygons_px=(upper,)))
    found, fewer = measured(whole), measured(half)
    assert np.isnan(found.normal_mps).all()
    assert np.isfinite(found.speed_mps).all()
    assert len(fewer.speed_mps) < len(found.speed_mps)
    assert (fewer.xy_px[:, 1] > 0.45 * raster.height_px).all()
    moving = found.speed_mps[[not flags for flags in found.own_flags]]
    assert len(moving) > 3
    assert 0.5 < np.median(moving) < 1.6


def test_that_masks_that_cover_every_point_are_told(project: Project) -> None:
    raster = view_of(project.calibration).raster
    all_of_it = np.array([[0.0, 0], [raster.width_px, 0], [raster.width_px, raster.height_px], [0, raster.height_px]])
    covered = with_layout(project, PointLayout.REGULAR, mask_polygons_px=(all_of_it,))
    assert measurement_points_px(covered)[1].all()
    with pytest.raises(IvyError, match=r"lie under masks.*Delete masks on the Grid tab"):
        measured(covered)


def test_that_more_points_than_memory_holds_are_refused(project: Project) -> None:
    long = replace(project.velocimetry, parameters=replace(project.velocimetry.parameters, num_pixels=200))
    dense = with_layout(replace(project, velocimetry=long), PointLayout.REGULAR, spacing_x_px=1, spacing_y_px=1)
    with pytest.raises(IvyError, match=r"GB of memory.*fewer points"):
        measured(dense)


def test_that_velocities_know_the_film_they_were_measured_on(project: Project, velocities: MeasuredVelocities) -> None:
    metadata = project.video.metadata
    assert metadata is not None
    film = velocities.basis.video.film
    assert film == VideoService().film_of(metadata)
    assert film.size_bytes == metadata.path.stat().st_size
    assert with_velocities(project, velocities).are_velocities_current


def test_that_a_file_that_was_replaced_since_it_was_opened_is_not_measured(project: Project) -> None:
    metadata = project.video.metadata
    assert metadata is not None
    opened = replace(VideoService().film_of(metadata), fingerprint="another")
    with pytest.raises(VideoError, match="not the film any more"):
        measured(replace(project, video=replace(project.video, film=opened)))


def test_that_a_clip_is_measured_and_not_the_whole_video(project: Project) -> None:
    clip = replace(project, video=replace(project.video, clip=Clip(0.5, 1.5)))
    assert measured(clip).frame_count == pytest.approx(31, abs=1)


@pytest.mark.parametrize(("method", "used"), [("homography", (0, 1, 2, 3)), ("scale", (0, 2))])
def test_that_a_smaller_video_from_above_measures_the_truth_as_well(
    flat: Flat, method: str, used: tuple[int, ...], tmp_path: Path
) -> None:
    """Three quarters of the size: the texture is a little coarser in pixels."""
    size, video = FrameSize(288, 162), mill_video()
    path = film(drone_site(), replace(video, size=size), tmp_path / "small.mp4")
    project = flat(method, used)
    small = replace(project, video=replace(project.video, path=path, metadata=VideoService().probe(path)))
    found, truth = discharge_of(small), flow_truth(drone_site(), video)
    assert found.measurement.discharge.discharge_m3s == pytest.approx(truth.discharge_m3s, rel=0.02)
    np.testing.assert_allclose(measured(small).xy_px, measurement_points_px(small)[0], atol=1e-6)
