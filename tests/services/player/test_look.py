from __future__ import annotations

import numpy as np

from image_velocimetry_tools.domain.video import ContrastFilters, FramePreparation
from image_velocimetry_tools.services.player.look import PlayerLook


def _coloured() -> np.ndarray:
    return np.random.default_rng(5).integers(40, 180, (30, 40, 3), dtype=np.uint8)


def test_that_a_curve_keeps_the_colours() -> None:
    rgb = _coloured()
    np.testing.assert_array_equal(PlayerLook(FramePreparation(curve_preset="negative")).applied(rgb), 255 - rgb)


def test_that_contrast_changes_luma_and_keeps_its_limits() -> None:
    look = PlayerLook(FramePreparation(contrast=ContrastFilters(clahe_clip_limit=2.0, auto_contrast_percent=1.0)))
    rgb = _coloured()
    assert np.ptp(look.applied(rgb).mean(axis=2)) > np.ptp(rgb.mean(axis=2))
    grey = np.full((30, 40, 3), 110, np.uint8)
    stretched = look.applied(grey)
    assert stretched.max() == stretched.min()
