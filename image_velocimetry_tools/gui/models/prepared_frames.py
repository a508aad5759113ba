"""Whether frames are still prepared as they were when the calibration image was taken."""

from __future__ import annotations

from ...domain.project import Project
from ...domain.video import FramePreparation

_FLIPS = {"none": "not flipped", "hflip": "flipped left to right", "vflip": "flipped upside down"}


def preparation_warning(project: Project) -> str:
    """What does not fit if frames are turned, flipped or corrected otherwise than the calibration image; else empty."""
    then, now = project.calibration.prepared_as, project.video.preparation
    if project.calibration.image is None or then is None or then.places_pixels_as(now):
        return ""
    metadata = project.video.metadata
    if metadata is None or (metadata.written and then.places_pixels_as(now.after(metadata.written.preparation))):
        return ""
    before, after = (", ".join(words) for words in zip(*_differences(then, now), strict=True))
    return (
        f"The calibration image was taken from frames that were {before}; now they are {after}. Its control points do"
        " not fit such frames. Set the preparation back on the Video tab, or use a frame as it is prepared now as"
        " calibration image and digitise the points in it."
    )


def _differences(then: FramePreparation, now: FramePreparation) -> list[tuple[str, str]]:
    pairs = [(_turn(then), _turn(now)), (_FLIPS[then.flip], _FLIPS[now.flip]), (_lens(then), _lens(now))]
    return [(before, after) for before, after in pairs if before != after]


def _turn(how: FramePreparation) -> str:
    turned = how.rotation_deg % 360
    return f"turned by {turned}°" if turned else "not turned"


def _lens(how: FramePreparation) -> str:
    lens = how.lens
    if lens.is_identity:
        return "without lens correction"
    centre = "" if (lens.centre_x, lens.centre_y) == (0.5, 0.5) else f", centre {lens.centre_x:g}, {lens.centre_y:g}"
    return f"corrected for a lens of k1 {lens.k1:g}, k2 {lens.k2:g}{centre}"
