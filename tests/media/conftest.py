"""Small videos whose pictures carry the number of the frame, so that tests can tell which frames came out."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

WIDTH, HEIGHT = 64, 48
DARK, BRIGHT = 60, 190
MakeVideo = Callable[..., Path]


def numbered_picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """A picture whose eight blocks, four by two, are the bits of a number."""
    bits = [(number >> k) & 1 for k in range(8)]
    blocks = np.array(bits, dtype=np.uint8).reshape(2, 4) * (BRIGHT - DARK) + DARK
    return np.kron(blocks, np.ones((height // 2, width // 4), np.uint8)).astype(np.uint8)


def number_of(luma: NDArray[np.uint8]) -> int:
    """The number that a picture carries."""
    height, width = luma.shape
    number = 0
    for k in range(8):
        row, column = divmod(k, 4)
        block = luma[row * height // 2 : (row + 1) * height // 2, column * width // 4 : (column + 1) * width // 4]
        number |= int(block[4:-4, 4:-4].mean() > (DARK + BRIGHT) / 2) << k
    return number


def encode(
    path: Path,
    times_s: Sequence[float],
    *,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    time_base: Fraction = Fraction(1, 12800),
    metadata: dict[str, str] | None = None,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    rate: Fraction = Fraction(25),
) -> Path:
    """Write a video with a numbered picture at each of the given times."""
    with av.open(str(path), "w", container_options=container_options or {}) as container:
        container.metadata.update(metadata or {})
        stream = container.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = pixel_format
        stream.codec_context.time_base = time_base
        for number, time_s in enumerate(times_s):
            picture = numbered_picture(number % 256, *size)
            frame = av.VideoFrame.from_ndarray(picture, format="gray8").reformat(format=pixel_format, threads=1)
            frame.pts = round(time_s / time_base)
            frame.time_base = time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def run_ffmpeg(*arguments: str | Path) -> None:
    """Run the ffmpeg program."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


B_FRAMES = {"bf": "3", "g": "12", "keyint_min": "12", "sc_threshold": "0", "flags": "-cgop", "threads": "1"}
RATE = 25


@pytest.fixture(scope="session")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with videos of 120 frames at 25 per second, B-frames and open groups of 12, in several containers."""
    folder = tmp_path_factory.mktemp("videos")
    source = encode(folder / "plain.mp4", np.arange(120) / RATE, options=B_FRAMES)
    run_ffmpeg("-i", source, "-c", "copy", "-movflags", "+faststart", folder / "faststart.mp4")
    run_ffmpeg("-i", source, "-c", "copy", "-movflags", "frag_keyframe+empty_moov", folder / "fragmented.mp4")
    for extension in ("mkv", "ts", "mov"):
        run_ffmpeg("-i", source, "-c", "copy", folder / f"plain.{extension}")
    encode(folder / "plain.avi", np.arange(120) / RATE, codec="mpeg4", time_base=Fraction(1, RATE))
    run_ffmpeg("-f", "lavfi", "-i", "sine=duration=1", folder / "sound.m4a")
    return folder


@pytest.fixture(scope="session")
def irregular_times() -> NDArray[np.float64]:
    """Times of a variable frame rate: between 20 and 80 ms from frame to frame."""
    steps = np.random.default_rng(7).integers(20, 81, size=79) / 1000
    return np.concatenate([[0.0], np.cumsum(steps)])


@pytest.fixture(scope="session")
def irregular(tmp_path_factory: pytest.TempPathFactory, irregular_times: NDArray[np.float64]) -> Path:
    """A video of variable frame rate."""
    return encode(tmp_path_factory.mktemp("irregular") / "vfr.mp4", irregular_times, options=B_FRAMES)


@pytest.fixture(scope="session")
def make_video() -> MakeVideo:
    """The function that encodes a numbered video."""
    return encode


@pytest.fixture(scope="session")
def ffmpeg() -> Callable[..., None]:
    """The function that runs the ffmpeg program."""
    return run_ffmpeg


@pytest.fixture(scope="session")
def read_number() -> Callable[[NDArray[np.uint8]], int]:
    """The function that reads the number in a picture."""
    return number_of
