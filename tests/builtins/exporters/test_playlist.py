"""The playlist of a batch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from image_velocimetry_tools.builtins.exporters.playlist import PLAYLIST, PlaylistExporter, PlaylistSettings
from image_velocimetry_tools.plugins.exporters import Exporter, ExportSource
from image_velocimetry_tools.testing.exporter_batch import write_example_batch, write_example_video
from image_velocimetry_tools.testing.exporter_contract import ExporterContract


class TestPlaylistExporter(ExporterContract):
    def make_exporter(self) -> Exporter:
        return PlaylistExporter()

    def variants(self) -> list[Exporter]:
        return [PlaylistExporter(PlaylistSettings(include_failed=include)) for include in (True, False)]


@pytest.fixture
def source(tmp_path: Path) -> ExportSource:
    return write_example_batch(tmp_path)


def lines_of(source: ExportSource, target: Path, **settings: object) -> list[str]:
    PLAYLIST.create(PLAYLIST.settings.model_validate(settings)).export(source, target)
    return target.read_text(encoding="utf-8").splitlines()


def test_that_videos_are_listed_with_title_and_duration(source: ExportSource, tmp_path: Path) -> None:
    lines = lines_of(source, tmp_path / "list.m3u8")
    assert lines[:4] == [
        "#EXTM3U",
        "#PLAYLIST:Crue d'été",
        "#EXTINF:0.600,job_001 · level 2.50 m · Q = 12.5 m³/s · good",
        "videos/flood 1, été.mp4",
    ]
    assert lines[6] == "#EXTINF:0.600,job_003 · no result, failed (too little of the water has texture)"
    assert len(lines) == 10


def test_that_failed_jobs_are_left_out_when_asked_for(source: ExportSource, tmp_path: Path) -> None:
    assert not any("job_003" in line for line in lines_of(source, tmp_path / "list.m3u8", include_failed=False))


def test_that_absolute_paths_are_written_in_full(source: ExportSource, tmp_path: Path) -> None:
    lines = lines_of(source, tmp_path / "list.m3u8", paths="absolute")
    assert lines[3] == str(source.jobs[0].video_path)


def test_that_only_the_measured_part_is_played_when_asked_for(source: ExportSource, tmp_path: Path) -> None:
    lines = lines_of(source, tmp_path / "list.m3u8", measured_part_only=True)
    assert lines[2].startswith("#EXTINF:0.440,")
    assert lines[3:5] == ["#EXTVLCOPT:start-time=0.040", "#EXTVLCOPT:stop-time=0.480"]


def test_that_clips_take_the_place_of_videos_where_there_are_some(source: ExportSource, tmp_path: Path) -> None:
    (tmp_path / "clips").mkdir()
    write_example_video(tmp_path / "clips" / "job_002.mp4")
    lines = lines_of(source, tmp_path / "list.m3u8", clips_folder=str(tmp_path / "clips"))
    assert lines[3] == "videos/flood 1, été.mp4"
    assert lines[5] == "clips/job_002.mp4"


def test_that_a_video_with_a_url_is_listed_by_it(source: ExportSource, tmp_path: Path) -> None:
    far = replace(source.jobs[0], video_path=Path("a b.mp4"), video_url="https://host/a b.mp4?x=1%20")
    lines = lines_of(replace(source, jobs=(far,)), tmp_path / "list.m3u8", measured_part_only=True)
    assert lines[2].startswith("#EXTINF:0.440,job_001")  # the end of the clip is known, that of the video is not
    assert lines_of(replace(source, jobs=(far,)), tmp_path / "list.m3u8")[2].startswith("#EXTINF:-1,job_001")
    assert lines[-1] == "https://host/a%20b.mp4?x=1%20"


def test_that_a_video_that_has_gone_is_left_out_and_said(source: ExportSource, tmp_path: Path) -> None:
    source.jobs[1].video_path.unlink()
    exported = PlaylistExporter().export(source, tmp_path / "list.m3u8")
    assert [sentence for sentence in exported.missing if sentence.startswith("job_002: ")]
    assert "flood 2" not in (tmp_path / "list.m3u8").read_text(encoding="utf-8")
