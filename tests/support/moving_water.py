"""Pictures of texture that moves by an exactly known displacement, for the tests of velocimetry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def moving_texture(
    velocity_px: tuple[float, float],
    frames: int = 120,
    size: int = 96,
    *,
    grain_px: float = 1.5,
    noise: float = 0.0,
    lifetime_frames: float = np.inf,
    seed: int = 0,
) -> NDArray[np.uint8]:
    """Stack (size, size, frames) uint8 of a periodic random texture that moves (x, y) px per frame.

    It is moved by the phases of its Fourier transform, so that the displacement is exact at any fraction of a pixel.
    ``grain_px`` is the standard deviation of the Gaussian that smooths it; with a ``lifetime_frames`` it decays into
    other texture, as water does.
    """
    random = np.random.default_rng(seed)
    fx, fy = np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size))
    smooth = np.exp(-2.0 * (np.pi * grain_px) ** 2 * (fx**2 + fy**2))

    def spectrum() -> NDArray[np.complex128]:
        return np.fft.fft2(random.standard_normal((size, size))) * smooth

    keep = 1.0 if np.isinf(lifetime_frames) else float(np.exp(-1.0 / lifetime_frames))
    step = np.exp(-2j * np.pi * (fx * velocity_px[0] + fy * velocity_px[1]))
    current = spectrum()
    scale = 35.0 / np.fft.ifft2(current).real.std()
    stack = np.empty((size, size, frames), dtype=np.uint8)
    for frame in range(frames):
        picture = 128.0 + scale * np.fft.ifft2(current).real + noise * random.standard_normal((size, size))
        stack[:, :, frame] = np.clip(np.rint(picture), 0, 255)
        current = keep * current * step + (np.sqrt(1.0 - keep**2) * spectrum() if keep < 1.0 else 0.0)
    return stack


def noise_only(frames: int = 120, size: int = 96, seed: int = 0) -> NDArray[np.uint8]:
    """A stack in which every picture is new noise: a camera at night."""
    random = np.random.default_rng(seed)
    return np.clip(np.rint(20.0 + 4.0 * random.standard_normal((size, size, frames))), 0, 255).astype(np.uint8)
