"""The moving texture of a water surface, advected along straight streamlines without interpolation error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Picture = NDArray[np.float32]
CELLS_PER_WAVELENGTH = 8.0
LONGEST_TO_SHORTEST = 16.0


def random_texture(shape: tuple[int, int], shortest_cells: float, rng: np.random.Generator) -> Picture:
    """A periodic picture of unit variance with wavelengths from ``shortest_cells`` to 16 times that.

    The amplitude falls with wave number like the ripples of a river's surface; beyond the shortest wavelength nothing
    is left, so that the picture can be shifted by any fraction of a cell.
    """
    rows, columns = shape
    wave_y = np.fft.fftfreq(rows)[:, None]
    wave_x = np.fft.rfftfreq(columns)[None, :]
    relative = np.hypot(wave_y, wave_x) * shortest_cells
    inside = (relative > 1.0 / LONGEST_TO_SHORTEST) & (relative < 1.0)
    taper = np.sqrt(np.cos(0.5 * np.pi * np.minimum(relative, 1.0)))
    amplitude = np.where(inside, np.maximum(relative, 1e-9) ** -0.6 * taper, 0.0)
    spectrum = np.fft.rfft2(rng.standard_normal(shape)) * amplitude
    picture = np.fft.irfft2(spectrum, s=shape)
    return np.asarray(picture / np.std(picture), dtype=np.float32)


class AdvectedTexture:
    """Rows are streamlines, columns lie along the flow, periodic; every row moves with its own velocity.

    A row is moved by the phase of its Fourier coefficients, which is exact for any displacement. Two independent
    layers fade into each other: a layer lives ``life_s``, with weight sin(pi age / life), and comes back with a new
    pattern, so that the variance stays and the pattern renews.

    Parameters
    ----------
    velocity_mps
        Velocity of each row, shape (rows,).
    columns, cell_m
        Number of cells along the flow and their size.
    interval_s
        Time between frames.
    """

    def __init__(
        self, velocity_mps: FloatArray, columns: int, cell_m: float, interval_s: float, life_s: float, seed: int
    ) -> None:
        self._velocity = np.asarray(velocity_mps, dtype=float)
        self._columns = columns
        self._interval = interval_s
        self._life_frames = max(2, 2 * round(life_s / interval_s / 2.0))
        self._seed = seed
        self._wave = 2.0 * np.pi * np.fft.rfftfreq(columns, cell_m)
        self._step = self._phase(interval_s)
        self._layers: dict[int, tuple[int, int, NDArray[np.complex64]]] = {}

    def _phase(self, time_s: float) -> NDArray[np.complex64]:
        return np.exp(-1j * time_s * self._velocity[:, None] * self._wave).astype(np.complex64)

    def picture(self, frame: int) -> Picture:
        """The surface at a frame, shape (rows, columns); frames are best asked for in order."""
        total = np.zeros((len(self._velocity), len(self._wave)), dtype=np.complex64)
        half = self._life_frames // 2
        for layer in (0, 1):
            generation, age = divmod(frame + layer * half, self._life_frames)
            weight = np.float32(np.sin(np.pi * (age + 0.5) / self._life_frames))
            total += weight * self._coefficients(layer, generation, age)
        return np.asarray(np.fft.irfft(total, n=self._columns, axis=1), dtype=np.float32)

    def _coefficients(self, layer: int, generation: int, age: int) -> NDArray[np.complex64]:
        known = self._layers.get(layer)
        if known is not None and known[0] == generation and known[1] <= age:
            coefficients = known[2]
            for _ in range(age - known[1]):
                coefficients = coefficients * self._step
        else:
            # Undistorted in the middle of its life: the shear between rows is least where the layer counts most.
            coefficients = self._fresh(layer, generation) * self._phase((age - self._life_frames / 2) * self._interval)
        self._layers[layer] = (generation, age, coefficients)
        return coefficients

    def _fresh(self, layer: int, generation: int) -> NDArray[np.complex64]:
        rng = np.random.default_rng([self._seed, layer, generation])
        # Rows would wrap round from bank to bank: make more of them and leave the rest out.
        rows = len(self._velocity) + round(LONGEST_TO_SHORTEST * CELLS_PER_WAVELENGTH)
        texture = random_texture((rows, self._columns), CELLS_PER_WAVELENGTH, rng)[: len(self._velocity)]
        return np.fft.rfft(texture, axis=1).astype(np.complex64)
