"""The overlay video: what is in it, and that nothing is left of one that fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from image_velocimetry_tools.builtins.exporters.overlay_drawing import COLOURS, layout_for, scale_bar
from image_velocimetry_tools.builtins.exporters.overlay_settings import VIDEO, OverlaySettings
from image_velocimetry_tools.builtins.exporters.overlay_video import OverlayVideoExporter
from image_velocimetry_tools.builtins.exporters.water_arrows import PointKind
from image_velocimetry_tools.plugins.exporters import Exporter, ExportSource
from image_velocimetry_tools.testing.exporter_batch import example_result, write_example_batch
from image_velocimetry_tools.testing.exporter_contract import ExporterContract

SMALL = OverlaySettings(height=240, fps=25)
FRAMES_OF_A_CLIP = 11  # 0.04 to 0.48 s at 25 frames a second


class TestOverlayVideoExporter(ExporterContract):
    def make_exporter(self) -> Exporter:
        return OverlayVideoExporter(SMALL)

    def variants(self) -> list[Exporter]:
        return [OverlayVideoExporter(SMALL.model_copy(update={"include_failed": failed})) for failed in (True, False)]


@pytest.fixture
def source(tmp_path: Path) -> ExportSource:
    return write_example_batch(tmp_path)


def frames_of(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]


def film(source: ExportSource, target: Path, **settings: object) -> list[NDArray[np.uint8]]:
    VIDEO.create(SMALL.model_copy(update=settings)).export(source, target)
    return frames_of(target)


def count_near(picture: NDArray[np.uint8], colour: tuple[int, int, int]) -> int:
    return int((np.abs(picture.astype(int) - colour).max(axis=-1) < 40).sum())


def test_that_every_measured_job_has_its_clip_one_after_the_other(source: ExportSource, tmp_path: Path) -> None:
    frames = film(source, tmp_path / "film.mp4")
    assert len(frames) == 3 * FRAMES_OF_A_CLIP
    assert frames[0].shape == (240, 320, 3)


def test_that_a_clip_is_no_longer_than_wished(source: ExportSource, tmp_path: Path) -> None:
    assert len(film(source, tmp_path / "film.mp4", max_seconds_per_clip=0.2)) == 3 * 5


def test_that_the_rate_is_that_of_the_settings(source: ExportSource, tmp_path: Path) -> None:
    assert len(film(source, tmp_path / "film.mp4", fps=50.0)) == 3 * 22


def test_that_failed_jobs_have_a_card_when_asked_for(source: ExportSource, tmp_path: Path) -> None:
    frames = film(source, tmp_path / "film.mp4", include_failed=True, card_seconds=0.4)
    assert len(frames) == 3 * FRAMES_OF_A_CLIP + 10
    card = frames[2 * FRAMES_OF_A_CLIP + 5]
    assert count_near(card, (0, 0, 0)) > 0.6 * card.shape[0] * card.shape[1]
    assert count_near(card, (240, 240, 240)) > 100


def test_that_arrows_have_the_colour_of_their_kind(source: ExportSource, tmp_path: Path) -> None:
    frames = film(source, tmp_path / "film.mp4", height=720)
    picture, second = frames[5][40:-40], frames[FRAMES_OF_A_CLIP + 5][40:-40]
    assert count_near(picture, COLOURS[PointKind.USED]) > 500
    assert count_near(picture, COLOURS[PointKind.FILLED]) == 0
    assert count_near(second, COLOURS[PointKind.FILLED]) > 50


def test_that_a_clip_shows_what_is_filmed_at_its_time(source: ExportSource, tmp_path: Path) -> None:
    """The texture of the videos moves up by a pixel a frame, so frames of other times differ."""
    frames = film(source, tmp_path / "film.mp4", height=480)
    with av.open(str(source.jobs[0].video_path)) as container:
        filmed = [frame.to_ndarray(format="gray").astype(float) for frame in container.decode(video=0)]
    shown = frames[6].mean(axis=-1)
    layout = layout_for(480, 96 / 64)
    box, share = layout.picture_box, layout.picture_box.height_px / 64
    left = (box.width_px - round(96 * share)) / 2
    rows = (layout.strip_px + (np.arange(45, 62) + 0.5) * share).astype(int)
    columns = (left + (np.arange(96) + 0.5) * share).astype(int)
    seen = shown[np.ix_(rows, columns)]
    likeness = [np.corrcoef(seen.ravel(), picture[45:62].ravel())[0, 1] for picture in filmed]
    assert int(np.argmax(likeness)) == 7  # the clip begins with the second frame


def test_that_a_video_that_has_gone_is_said_and_the_others_are_shown(source: ExportSource, tmp_path: Path) -> None:
    source.jobs[0].video_path.unlink()
    exported = OverlayVideoExporter(SMALL).export(source, tmp_path / "film.mp4")
    assert [sentence for sentence in exported.missing if sentence.startswith("job_001 is not shown")]
    assert len(frames_of(tmp_path / "film.mp4")) == 2 * FRAMES_OF_A_CLIP


def test_that_a_video_with_a_url_is_not_fetched_and_said(source: ExportSource, tmp_path: Path) -> None:
    far = replace(source.jobs[0], video_path=Path("a.mp4"), video_url="https://host/a.mp4")
    exported = OverlayVideoExporter(SMALL).export(replace(source, jobs=(far, *source.jobs[1:])), tmp_path / "film.mp4")
    (sentence,) = (sentence for sentence in exported.missing if sentence.startswith("job_001 "))
    assert "https://host/a.mp4: the video has a URL and is not fetched" in sentence


def test_that_what_is_missing_is_said_once(source: ExportSource, tmp_path: Path) -> None:
    path = source.jobs[0].result_path
    assert path is not None
    path.unlink()
    exported = OverlayVideoExporter(SMALL).export(source, tmp_path / "film.mp4")
    assert len(exported.missing) == 1


def test_that_an_upright_video_stands_in_the_middle(source: ExportSource, tmp_path: Path) -> None:
    job = source.jobs[0]
    assert job.result_path is not None
    parameters = dict(example_result(job.job_id, job.video_path).provenance.parameters)
    parameters["preparation"] = {"rotation_deg": 90, "flip": "none", "stabilize": False}
    result = example_result(job.job_id, job.video_path)
    turned = result.model_copy(update={"provenance": result.provenance.model_copy(update={"parameters": parameters})})
    job.result_path.write_text(turned.model_dump_json(), encoding="utf-8")
    frames = film(replace(source, jobs=(job,)), tmp_path / "film.mp4")
    layout = layout_for(240, 64 / 96)
    assert frames[0].shape[:2] == (240, layout.size.width_px)
    middle = frames[0][120]
    width = round(layout.picture_box.height_px * 64 / 96)
    empty = (layout.size.width_px - width) // 2
    assert middle[: empty - 2].max() < 30
    assert middle[empty + 2 : -empty - 2].mean() > 60


def test_that_a_stabilised_job_can_be_shown(source: ExportSource, tmp_path: Path) -> None:
    job = source.jobs[0]
    assert job.result_path is not None
    result = example_result(job.job_id, job.video_path)
    parameters = {**result.provenance.parameters, "preparation": {"stabilize": True}}
    steady = result.model_copy(update={"provenance": result.provenance.model_copy(update={"parameters": parameters})})
    job.result_path.write_text(steady.model_dump_json(), encoding="utf-8")
    assert len(film(replace(source, jobs=(job,)), tmp_path / "film.mp4")) == FRAMES_OF_A_CLIP


@pytest.mark.parametrize("px_per_unit", [0.3, 7.0, 65.0, 900.0, 12345.0])
def test_that_the_scale_shows_a_round_speed_of_a_handy_length(px_per_unit: float) -> None:
    speed, length_px = scale_bar(px_per_unit)
    assert length_px == pytest.approx(speed * px_per_unit)
    assert 28 <= length_px <= 70
    assert float(f"{speed:.1g}") == pytest.approx(speed)
