"""Generated cases to measure; made once by a process of their own and kept in the folder for temporary files.

The module writes a case when it is run: ``python -m harness.cases FOLDER WIDTH HEIGHT SECONDS``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .processes import REPOSITORY, Run, ivytools_batch, measured, python

_CACHE = Path(tempfile.gettempdir()) / "ivytools-benchmarks"
_PATH = {"PYTHONPATH": os.pathsep.join([str(REPOSITORY / "benchmarks"), str(REPOSITORY)])}
_DECODE = """
import sys, av
with av.open(sys.argv[1]) as container:
    stream = container.streams.video[0]
    stream.thread_type = "FRAME"
    for frame in container.decode(stream):
        luma = memoryview(frame.planes[0])
"""
BARE_PYAV = python("-c", "import av")


@dataclass(frozen=True, slots=True)
class Case:
    """A scaffold, a video of its site, and the water level in the scaffold's display units."""

    scaffold: Path
    video: Path
    level: str

    def decoding(self) -> Run:
        """Decode the video and do nothing with it."""
        return measured(python("-c", _DECODE, str(self.video)))

    def measurement(self, output: Path) -> Run:
        """Measure the discharge of the video; results go to ``output``."""
        arguments = ["--wse", self.level, "--output", str(output), "--quiet", "--no-plots"]
        return measured(ivytools_batch("process", str(self.scaffold), str(self.video), *arguments))


def generated_case(width_px: int, height_px: int, seconds: float) -> Case:
    """The demonstration site seen by a camera with frames of 16:9."""
    folder = _CACHE / f"{width_px}x{height_px}_{seconds:g}s"
    if not folder.exists():
        _CACHE.mkdir(parents=True, exist_ok=True)
        # Under another name first: a generator that is interrupted must leave no half a case in the cache.
        unfinished = Path(tempfile.mkdtemp(dir=_CACHE))
        measured(python("-m", "harness.cases", str(unfinished), str(width_px), str(height_px), str(seconds)), _PATH)
        unfinished.rename(folder)
    return Case(folder / "scaffold_project.ivy", folder / "videos" / "clip.mp4", "413.4")


def scaled_video(video: Path, width_px: int, height_px: int) -> Path:
    """The same video with frames of another size."""
    return _converted(
        video, f"{width_px}x{height_px}", "-vf", f"scale={width_px}:{height_px}", "-preset", "veryfast", "-crf", "23"
    )


def looped_video(video: Path, times: int) -> Path:
    """The same video several times over."""
    if times == 1:
        return video
    return _converted(video, f"x{times}", "-c", "copy", before=("-stream_loop", str(times - 1)))


def _converted(video: Path, suffix: str, *arguments: str, before: tuple[str, ...] = ()) -> Path:
    from imageio_ffmpeg import get_ffmpeg_exe

    target = video.with_name(f"{video.stem}_{suffix}.mp4")
    if not target.exists():
        unfinished = target.with_name(f"unfinished_{target.name}")
        command = [get_ffmpeg_exe(), "-v", "error", "-y", *before, "-i", str(video), "-an", *arguments, str(unfinished)]
        subprocess.run(command, check=True)
        unfinished.rename(target)
    return target


def _write_case(folder: Path, width_px: int, height_px: int, seconds: float) -> None:
    from dataclasses import replace

    from image_velocimetry_tools.demo import alder_mill_site, alder_mill_videos, write_case
    from image_velocimetry_tools.domain.video import FrameSize

    site = alder_mill_site()
    focal_px = site.camera.focal_px * width_px / site.camera.frame.width_px
    camera = replace(site.camera, focal_px=focal_px, frame=FrameSize(width_px, height_px))
    video = replace(alder_mill_videos()[0], name="clip", duration_s=seconds)
    write_case(folder, replace(site, camera=camera), [video])


if __name__ == "__main__":
    try:
        _write_case(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    except BaseException:
        shutil.rmtree(sys.argv[1], ignore_errors=True)
        raise
