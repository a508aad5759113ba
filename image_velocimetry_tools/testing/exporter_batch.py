"""A small batch of generated results and videos for tests of exporters."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from ..batch.job.result import EdgeResult, InputFile, JobResult, PointResult, Provenance, Quality, Timings, Uncertainty
from ..domain.units import DisplayUnits
from ..domain.velocimetry import PointFlag
from ..formats.results.batch_summary import FILE_NAME as SUMMARY_NAME
from ..formats.results.errors_log import FILE_NAME as ERRORS_NAME
from ..plugins.exporters import ExportedJob, ExportSource

FAILED_JOB = "job_003"
VIDEO_SIZE = (96, 64)
VIDEO_FPS, VIDEO_FRAMES = 25, 15
WIDTH_M, HEIGHT_M, PIXEL_SIZE_M = 9.6, 6.4, 0.1


def write_example_batch(folder: Path, jobs: int = 4) -> ExportSource:
    """Write the output folder of a batch; its third job failed, its second one has rejected and filled points.

    The camera looks straight down on a river that flows up the picture: the pixel in column x and row y lies
    0.1 m * x to the right of the picture's left border and 0.1 m * (63 - y) above its lower one.
    """
    output = folder / "output"
    (output / "jobs").mkdir(parents=True)
    (folder / "videos").mkdir()
    exported = tuple(_job(folder, output, number) for number in range(1, jobs + 1))
    lines = ["job_id,status", *(f"{job.job_id},{job.status}" for job in exported)]
    (output / SUMMARY_NAME).write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    (output / ERRORS_NAME).write_text(f"job:        {FAILED_JOB}\n", encoding="utf-8")
    return ExportSource("b1", "Crue d'été", output, DisplayUnits.METRIC, exported)


def example_result(job_id: str, video: Path, *, rejected: int = 0, filled: int = 0, **changes: Any) -> JobResult:
    """A result of ten points; the first ``filled`` are filled, the next ``rejected`` rejected and not filled."""
    points = tuple(
        _point(index, is_filled=index < filled, is_rejected=index < filled + rejected) for index in range(10)
    )
    figures: dict[str, Any] = {
        "job_id": job_id,
        "status": "completed",
        "video_path": str(video),
        "water_surface_elevation_m": 2.5,
        "alpha": 0.85,
        "discharge_m3s": 12.5,
        "area_m2": 14.0,
        "area_midsection_m2": 14.0,
        "wetted_width_m": 8.0,
        "mean_depth_m": 1.75,
        "max_depth_m": 2.0,
        "mean_velocity_mps": 0.893,
        "mean_surface_velocity_mps": 1.05,
        "max_surface_velocity_mps": 1.4,
        "measured_discharge_fraction": 0.97,
        "interpolated_discharge_fraction": 0.02,
        "edge_discharge_fraction": 0.01,
        "uncertainty": Uncertainty(iso_u95=8.0, ive_u95=6.5),
        "quality": Quality(verdict="good"),
        "points": points,
        "edges": (_edge(0.0), _edge(8.0)),
        "timings_s": Timings(decode=1.0, rectify=0.1, velocimetry=0.4, discharge=0.01, total=1.6),
        "provenance": _provenance(video),
        "measurement_date": "2026-05-04",
        "measurement_time": "12:30:00",
    }
    return JobResult(**(figures | changes))


def _job(folder: Path, output: Path, number: int) -> ExportedJob:
    job_id = f"job_{number:03d}"
    video = write_example_video(folder / "videos" / f"flood {number}, été.mp4")
    if job_id == FAILED_JOB:
        return ExportedJob(number, job_id, "failed", video, message="too little of the water has texture")
    verdict, reasons = ("doubtful", ("the clip is short",)) if number == 2 else ("good", ())
    result = example_result(
        job_id,
        video,
        rejected=1 if number == 2 else 0,
        filled=2 if number == 2 else 0,
        discharge_m3s=12.5 * number,
        quality=Quality(verdict=verdict, reasons=reasons),
    )
    place = output / "jobs" / job_id
    (place / "space_time_images").mkdir(parents=True)
    (place / f"{job_id}.json").write_text(result.model_dump_json(indent=1), encoding="utf-8")
    (place / "section.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    (place / "space_time_images" / "sti_0000.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    return ExportedJob(number, job_id, "completed", video, result_path=place / f"{job_id}.json")


def write_example_video(path: Path) -> Path:
    """A short video of a grey texture that moves up the picture."""
    width, height = VIDEO_SIZE
    texture = np.random.default_rng(1).integers(60, 200, (height + VIDEO_FRAMES, width), dtype=np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=VIDEO_FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1, VIDEO_FPS)
        for number in range(VIDEO_FRAMES):
            picture = np.ascontiguousarray(texture[number : number + height])
            frame = av.VideoFrame.from_ndarray(picture, format="gray8").reformat(format="yuv420p", threads=1)
            frame.pts, frame.time_base = number, Fraction(1, VIDEO_FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _point(index: int, *, is_filled: bool, is_rejected: bool) -> PointResult:
    distance_m = 8.0 * (index + 0.5) / 10
    speed = 1.4 * math.sin(math.pi * (index + 0.5) / 10)
    flags = (PointFlag.WEAK_PEAK.value,) if is_rejected or is_filled else ()
    return PointResult(
        station_m=100.0 + distance_m,
        distance_from_edge_m=distance_m,
        x_px=(0.8 + distance_m) / PIXEL_SIZE_M,
        y_px=40.0,
        depth_m=1.75,
        surface_velocity_mps=None if is_rejected and not is_filled else speed,
        normal_velocity_mps=None if is_rejected and not is_filled else speed,
        direction_deg=None if is_rejected and not is_filled else 0.0,
        quality=0.1 if is_rejected else 0.8,
        flags=(*flags, PointFlag.FILLED.value) if is_filled else flags,
        used=not (is_rejected or is_filled),
        filled_velocity_mps=speed if is_filled else None,
        unit_discharge_m2s=1.5 * speed,
        panel_width_m=0.8,
        panel_discharge_m3s=1.2 * speed,
    )


def _edge(distance_m: float) -> EdgeResult:
    return EdgeResult(
        station_m=100.0 + distance_m,
        distance_from_edge_m=distance_m,
        depth_m=0.0,
        is_wall=False,
        panel_width_m=0.4,
        discharge_m3s=0.05,
    )


def _provenance(video: Path) -> Provenance:
    height_px = VIDEO_SIZE[1]
    parameters = {
        "method": "stiv",
        "stiv": {"num_pixels": 32, "phi_origin_deg": 0.0},
        "pixel_size_m": PIXEL_SIZE_M,
        "pixel_gsd_m": PIXEL_SIZE_M,
        "clip_start_s": 0.04,
        "clip_end_s": 0.48,
        "preparation": {"rotation_deg": 0, "flip": "none", "stabilize": False},
        "extent": {"x_min_m": 0.0, "x_max_m": WIDTH_M, "y_min_m": 0.0, "y_max_m": HEIGHT_M},
        "flip_x": False,
        "flip_y": False,
        "camera_matrix": [
            [1 / PIXEL_SIZE_M, 0.0, 0.0, 0.0],
            [0.0, -1 / PIXEL_SIZE_M, 0.0, height_px - 1.0],
            [0.0, 0.0, 0.0, 1.0],
        ],
    }
    inputs = {"video": InputFile(path=str(video), sha256="ab" * 32, size_bytes=1000)}
    return Provenance(
        version="2.0.0", created="2026-05-04T12:40:00+00:00", parameters=parameters, inputs=inputs, libraries={}
    )
