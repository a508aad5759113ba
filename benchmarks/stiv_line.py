"""How long one search line takes, both estimators, against one forward Fourier transform of the padded line."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from harness.report import options, print_table
from numpy.typing import NDArray
from scipy.fft import rfft2

from image_velocimetry_tools.numerics.stiv import two_dimensional_stiv_exhaustive

Estimator = Literal["ridge", "theta"]

NUM_PIXELS, FRAMES = 32, 300
# half of the line and the lags that are used, rounded up to lengths that transform quickly
PADDED = (48, 320)
SPEED_PX = 3.0
ANGLES = 31
TRANSFORMS = 200


def moving_texture(size_px: int, frames: int) -> NDArray[np.uint8]:
    """Pictures (size, size, frames) of noise, some pixels wide, that moves down by ``SPEED_PX`` per frame."""
    noise = np.random.default_rng(1).standard_normal((size_px + int(SPEED_PX * frames) + 1, size_px))
    spectrum = np.fft.rfft2(noise)
    down, right = np.fft.fftfreq(noise.shape[0])[:, None], np.fft.rfftfreq(noise.shape[1])[None, :]
    smooth = np.fft.irfft2(spectrum * np.exp(-60.0 * (down**2 + right**2)), noise.shape)
    grey = np.clip(128.0 + 40.0 * smooth / smooth.std(), 0, 255).astype(np.uint8)
    first = [grey.shape[0] - size_px - int(SPEED_PX * frame) for frame in range(frames)]
    return np.ascontiguousarray(np.stack([grey[top : top + size_px] for top in first], axis=-1))


def search(stack: NDArray[np.uint8], points: int, estimator: Estimator) -> Callable[[], None]:
    """A search of ``points`` times ``ANGLES`` lines that checks what it finds."""
    x = np.linspace(40.0, stack.shape[1] - 41.0, points)
    y = np.full(points, stack.shape[0] / 2.0)

    def run() -> None:
        result = two_dimensional_stiv_exhaustive(
            x, y, stack, NUM_PIXELS, 180.0, 1.0, ANGLES // 2, 1.0, 1.0, sigma=0.0, estimator=estimator
        )
        if abs(float(np.median(result.velocities_mps)) / SPEED_PX - 1.0) > 0.1:
            sys.exit(f"{estimator} finds {np.median(result.velocities_mps):.3f} px/frame where {SPEED_PX} is true")

    return run


def transforms() -> None:
    """Forward transforms of a padded line."""
    line = np.random.default_rng(2).standard_normal((NUM_PIXELS, FRAMES)).astype(np.float32)
    for _ in range(TRANSFORMS):
        rfft2(line, PADDED)


class Milliseconds(NamedTuple):
    """Time per line by the clock, and of all processors together."""

    clock: float
    processors: float


def timed(task: Callable[[], None], lines: int) -> Milliseconds:
    """Time per line of a task that works on ``lines`` of them."""
    clock, processors = time.perf_counter(), time.process_time()
    task()
    return Milliseconds(
        1000.0 * (time.perf_counter() - clock) / lines, 1000.0 * (time.process_time() - processors) / lines
    )


def main() -> None:
    """Time search lines and the transform in turn; the best of each counts."""
    chosen = options(main.__doc__ or "", repeats=15)
    points = 4 if chosen.smoke else 24
    stack = moving_texture(120, FRAMES)
    tasks = {
        "forward rfft2 of 48 x 320": (transforms, TRANSFORMS),
        "theta": (search(stack, points, "theta"), points * ANGLES),
        "ridge": (search(stack, points, "ridge"), points * ANGLES),
    }
    runs: dict[str, list[Milliseconds]] = {name: [] for name in tasks}
    for _ in range(chosen.repeats):
        for name, (task, lines) in tasks.items():
            runs[name].append(timed(task, lines))
    best = {name: Milliseconds(*map(min, zip(*of_kind, strict=True))) for name, of_kind in runs.items()}
    transform = next(iter(best.values()))
    print(f"search line of {NUM_PIXELS} px x {FRAMES} frames, {points} points x {ANGLES} directions")
    rows = [
        (name, f"{one.clock:.4f}", f"{one.clock / transform.clock:.2f}", f"{one.processors:.4f}")
        for name, one in best.items()
    ]
    print_table(("per line", "clock (ms)", "ratio", "processors (ms)"), rows)


if __name__ == "__main__":
    main()
