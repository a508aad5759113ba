"""Where arrows lie on the water, held against rivers whose camera is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from known_rivers import LEVEL_M, measured, mill_site, mill_video, opened

from image_velocimetry_tools.batch.job.measured_result import job_result
from image_velocimetry_tools.batch.job.result import JobResult
from image_velocimetry_tools.batch.models import BatchJob
from image_velocimetry_tools.builtins.exporters.water_arrows import PointKind, preparation_of, water_arrows
from image_velocimetry_tools.demo import SyntheticSite
from image_velocimetry_tools.domain.errors import RectificationError
from image_velocimetry_tools.domain.video import FramePreparation, LensModel
from image_velocimetry_tools.testing.exporter_batch import example_result

SITES = {
    "plain": mill_site(),
    "mirrored raster": mill_site(flip_x=True),
    "turned raster": mill_site(flip_x=True, flip_y=True),
    "turned and flipped film": mill_site(preparation=FramePreparation(rotation_deg=90, flip="hflip")),
    "lens": mill_site(preparation=FramePreparation(lens=LensModel(k1=-0.05))),
}


def result_of(site: SyntheticSite) -> JobResult:
    job = BatchJob("mill", Path("mill.mp4"), LEVEL_M)
    return job_result(job, opened(site), measured(site), {})


@pytest.mark.parametrize("name", SITES)
def test_that_arrows_stand_where_the_camera_sees_the_points(name: str) -> None:
    site = SITES[name]
    arrows = water_arrows(result_of(site))
    stations = np.array([point.station_m for point in result_of(site).points])
    places = np.column_stack([site.world_of(stations), np.full(len(stations), LEVEL_M)])
    np.testing.assert_allclose(arrows.foot_px, site.camera.project(places), atol=0.5)


@pytest.mark.parametrize("name", SITES)
def test_that_arrows_head_downstream_as_the_camera_sees_it(name: str) -> None:
    site = SITES[name]
    result = result_of(site)
    arrows = water_arrows(result)
    stations = np.array([point.station_m for point in result.points])
    level = np.full(len(stations), LEVEL_M)
    here = site.camera.project(np.column_stack([site.world_of(stations), level]))
    there = site.camera.project(np.column_stack([site.world_of(stations, 0.01), level]))
    along = (there - here) / np.hypot(*(there - here).T)[:, None]
    used = np.array([kind is PointKind.USED for kind in arrows.kinds])
    turned = np.degrees(np.arccos(np.clip((along * arrows.heading).sum(axis=1), -1, 1)))
    assert used.sum() > 10
    assert np.median(turned[used]) < 4.0


@pytest.mark.parametrize("name", SITES)
def test_that_the_section_ends_at_the_edges_of_water(name: str) -> None:
    site = SITES[name]
    result = result_of(site)
    ends = np.array([edge.station_m for edge in result.edges])
    places = np.column_stack([site.world_of(ends), np.full(2, LEVEL_M)])
    np.testing.assert_allclose(water_arrows(result).section_px, site.camera.project(places), atol=0.5)


def test_that_the_preparation_is_that_of_the_job() -> None:
    how = preparation_of(result_of(SITES["turned and flipped film"]))
    assert (how.rotation_deg, how.flip) == (90, "hflip")
    assert preparation_of(result_of(SITES["lens"])).lens == LensModel(k1=-0.05)


def test_that_a_smaller_film_has_its_own_raster() -> None:
    site = mill_site()
    half = replace(site.camera.frame, width_px=192, height_px=108)
    result = job_result(
        BatchJob("mill", Path("mill.mp4"), LEVEL_M), opened(site), measured(site, mill_video(size=half)), {}
    )
    stations = np.array([point.station_m for point in result.points])
    places = np.column_stack([site.world_of(stations), np.full(len(stations), LEVEL_M)])
    expected = site.camera.project(places) / 2
    np.testing.assert_allclose(water_arrows(result).foot_px, expected, atol=0.6)


def test_that_filled_points_head_across_the_section_and_rejected_ones_have_their_raw_estimate() -> None:
    arrows = water_arrows(example_result("job", Path("x.mp4"), filled=2, rejected=1))
    assert arrows.kinds[:4] == (PointKind.FILLED, PointKind.FILLED, PointKind.REJECTED, PointKind.USED)
    np.testing.assert_allclose(arrows.heading[0], [0.0, -1.0], atol=1e-9)
    assert arrows.speed_mps[2] == 0.0
    assert np.isnan(arrows.heading[2]).all()


def test_that_reverse_flow_heads_upstream() -> None:
    result = example_result("job", Path("x.mp4"), filled=1)
    points = [
        point.model_copy(update={"normal_velocity_mps": -0.5, "direction_deg": 180.0, "surface_velocity_mps": 0.5})
        if index == 5
        else point
        for index, point in enumerate(result.points)
    ]
    arrows = water_arrows(result.model_copy(update={"points": tuple(points)}))
    np.testing.assert_allclose(arrows.heading[5], [0.0, 1.0], atol=1e-9)
    np.testing.assert_allclose(arrows.heading[0], [0.0, -1.0], atol=1e-9)


def test_that_a_result_without_its_camera_is_refused_in_a_sentence() -> None:
    result = example_result("job", Path("x.mp4"))
    bare = result.provenance.model_copy(update={"parameters": {"method": "other"}})
    with pytest.raises(RectificationError, match="does not say how the picture was rectified"):
        water_arrows(result.model_copy(update={"provenance": bare}))
