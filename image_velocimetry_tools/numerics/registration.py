"""Registration of two pictures of the same scene on what does not move: banks, walls, bridges."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Mask = NDArray[np.uint8] | NDArray[np.bool_]
FloatArray = NDArray[np.float64]
PointArray = NDArray[np.float32]

MAX_FEATURES = 400
WINDOW_PX = 21
PYRAMID_LEVELS = 4
MIN_PATCH_CORRELATION = 0.7
ROUND_TRIP_TOLERANCE_PX = 0.7
INLIER_TOLERANCE_PX = 1.5
MIN_POINTS_OF_HOMOGRAPHY = 40
MIN_INLIERS = 20
MIN_INLIER_SHARE = 0.25
MIN_SHARE_AT_REST = 0.12
CELLS = (9, 16)
MIN_SPREAD = 0.1
CLEAR_INLIER_SHARE = 0.5
MATCHING_WIDTH_PX = 640
_MIN_FEATURE_DISTANCE_SHARE = 0.012
_LARGEST_SCALE_CHANGE = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Registration:
    """How a picture lies relative to a reference picture.

    ``homography`` (3, 3) maps pixels of the reference to pixels of the picture; the identity if nothing was found.
    ``inliers`` of ``features`` ground features moved with it. ``shift_px`` is the median displacement of those,
    ``residual_px`` their RMS distance from where the homography puts them. ``is_conclusive`` says whether enough of
    the picture agrees, spread widely enough, for the homography to mean something; if it is false, nothing is known
    about a motion of the camera.
    """

    homography: FloatArray
    inliers: int
    features: int
    shift_px: float
    residual_px: float
    is_conclusive: bool


@dataclass(frozen=True, slots=True, eq=False)
class GroundReference:
    """A picture prepared for tracking: itself and its features ``points`` (n, 2) on static ground."""

    picture: Picture
    points: PointArray


def ground_reference(picture: Picture, mask: Mask | None = None, max_features: int = MAX_FEATURES) -> GroundReference:
    """Find the features of a grey picture (height, width) that are easy to track.

    Parameters
    ----------
    picture
        Grey picture.
    mask
        Same shape; nonzero (true) where the ground is static. Everything may be used if it is None.
    max_features
        Features to keep, the strongest ones, spread over the picture.
    """
    allowed = None if mask is None else (np.asarray(mask) != 0).astype(np.uint8)
    if allowed is not None:
        if allowed.shape != picture.shape:
            raise ValueError(f"the mask is {allowed.shape}, the picture {picture.shape}")
        # The surroundings of a feature take part in tracking it, so they must not be water either.
        allowed = cv2.erode(allowed, np.ones((WINDOW_PX, WINDOW_PX), np.uint8))
    distance = max(3.0, _MIN_FEATURE_DISTANCE_SHARE * picture.shape[1])
    found = cv2.goodFeaturesToTrack(picture, 3 * max_features, 0.005, distance, mask=allowed, blockSize=5)
    points = np.empty((0, 2), np.float32) if found is None else found.reshape(-1, 2).astype(np.float32)
    return GroundReference(picture, _spread_out(points, picture.shape, max_features))


def track(
    reference: GroundReference, picture: Picture, guess: FloatArray | None = None
) -> tuple[PointArray, NDArray[np.bool_]]:
    """Follow the reference's features into another picture by pyramidal Lucas-Kanade.

    Parameters
    ----------
    reference
        From :func:`ground_reference`.
    picture
        Grey picture of the same size.
    guess
        Homography (3, 3) from the reference to the picture near which to search; the identity if None.

    Returns
    -------
    positions : (n, 2)
        Where the features are in the picture.
    is_tracked : (n,)
        Whether a feature was found: tracking back leads to where it came from, and its surroundings look alike.
    """
    points = reference.points
    if len(points) == 0:
        return points, np.zeros(0, dtype=bool)
    picture = match_brightness(picture, reference.picture)
    start = points.copy() if guess is None else project(guess, points)
    found, ok = _follow(reference.picture, picture, points, start)
    back, ok_back = _follow(picture, reference.picture, found, points.copy())
    round_trip = np.hypot(*(back - points).T)
    is_tracked = ok & ok_back & (round_trip < ROUND_TRIP_TOLERANCE_PX)
    is_tracked &= _patch_correlation(reference.picture, picture, points, found) > MIN_PATCH_CORRELATION
    return found, is_tracked


def fit_motion(source: PointArray, target: PointArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Motion (3, 3) that most points (n, 2) share, by RANSAC, and which points those are.

    A homography needs many points that are spread; with few of them a similarity (shift, turn, scale) is safer, and
    with fewer than three nothing can be said (identity, no inliers). The result is the same on every call.
    """
    nothing = np.eye(3), np.zeros(len(source), dtype=bool)
    if len(source) < 3:
        return nothing
    if len(source) >= MIN_POINTS_OF_HOMOGRAPHY:
        matrix, inliers = cv2.findHomography(source, target, cv2.RANSAC, INLIER_TOLERANCE_PX, maxIters=2000)
        if matrix is not None and inliers is not None and inliers.sum() >= MIN_POINTS_OF_HOMOGRAPHY:
            return np.asarray(matrix, dtype=np.float64), np.asarray(inliers.ravel(), dtype=bool)
    similarity, inliers = cv2.estimateAffinePartial2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=INLIER_TOLERANCE_PX, maxIters=2000
    )
    if similarity is None or inliers is None or not np.isfinite(similarity).all():
        return nothing
    motion = np.vstack([similarity, [0.0, 0.0, 1.0]]).astype(np.float64)
    return motion, np.asarray(inliers.ravel(), dtype=bool)


def register(reference: Picture, picture: Picture, mask: Mask | None = None) -> Registration:
    """Find how a picture lies relative to a reference, from ground that is static in both.

    Two guesses are refined, that the camera stands where it stood and what matching of binary descriptors (ORB)
    finds, and the one on which more of the picture agrees is taken. Shifts of a tenth of the width and more are
    recognised. Where a good part of the picture rests while most of it moves, the camera stands and the water flows.
    Water that fills nearly the whole picture and carries its pattern from one picture to the other would still look
    like ground: leave it out by the mask where it is known.

    Parameters
    ----------
    reference, picture
        Grey pictures (height, width) of the same size.
    mask
        Same shape; nonzero (true) where the ground of the reference is static. None uses everything.

    Raises
    ------
    ValueError
        If the sizes differ.
    """
    if reference.shape != picture.shape:
        raise ValueError(f"the pictures differ in size: {reference.shape} and {picture.shape}")
    ground = ground_reference(reference, mask)
    found, is_tracked = track(ground, picture)
    best = assess(ground, found, is_tracked)
    at_rest = _at_rest(ground, found, is_tracked, best.homography)
    if at_rest.is_conclusive:
        return at_rest
    if best.is_conclusive and best.inliers >= CLEAR_INLIER_SHARE * best.features:
        return best
    guess = _match_descriptors(reference, match_brightness(picture, reference), mask)
    if guess is not None and _corner_shift(guess, reference.shape) > INLIER_TOLERANCE_PX:
        refined = assess(ground, *track(ground, picture, guess))
        best = max(best, refined, key=lambda candidate: candidate.inliers)
    return best


def project(homography: FloatArray, points: NDArray[np.floating]) -> PointArray:
    """Points (n, 2) moved by a homography (3, 3)."""
    if len(points) == 0:
        return np.empty((0, 2), np.float32)
    moved = cv2.perspectiveTransform(np.asarray(points, dtype=np.float64).reshape(-1, 1, 2), homography)
    return np.asarray(moved.reshape(-1, 2), dtype=np.float32)


def match_brightness(picture: Picture, reference: Picture) -> Picture:
    """A picture with the mean and the spread of grey values of the reference; tracking needs them to be alike."""
    mean, spread = (float(value[0, 0]) for value in cv2.meanStdDev(picture))
    wanted_mean, wanted_spread = (float(value[0, 0]) for value in cv2.meanStdDev(reference))
    gain = float(np.clip(wanted_spread / max(spread, 0.5), 0.1, 10.0))
    if abs(gain - 1.0) < 0.02 and abs(wanted_mean - mean) < 1.0:
        return picture
    table = np.clip(np.rint((np.arange(256.0) - mean) * gain + wanted_mean), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(picture, table), dtype=np.uint8)


def assess(
    reference: GroundReference, found: PointArray, is_tracked: NDArray[np.bool_], min_share: float = MIN_INLIER_SHARE
) -> Registration:
    """Fit the motion of tracked features and judge whether it means something."""
    source, target = reference.points[is_tracked], found[is_tracked]
    homography, is_inlier = fit_motion(source, target)
    inliers = int(is_inlier.sum())
    if inliers == 0:
        return Registration(np.eye(3), 0, len(reference.points), 0.0, 0.0, False)
    moved = target[is_inlier] - source[is_inlier]
    misfit = target[is_inlier] - project(homography, source[is_inlier])
    is_conclusive = (
        inliers >= MIN_INLIERS
        and inliers >= min_share * len(reference.points)
        and _spread(source[is_inlier], reference.picture.shape) >= MIN_SPREAD
        and _is_plausible(homography, reference.picture.shape)
    )
    shift = float(np.median(np.hypot(*moved.T)))
    residual = float(np.sqrt(np.mean(np.sum(misfit**2, axis=1))))
    return Registration(homography, inliers, len(reference.points), shift, residual, is_conclusive)


def _at_rest(
    ground: GroundReference, found: PointArray, is_tracked: NDArray[np.bool_], motion: FloatArray
) -> Registration:
    """The motion of those features that hardly moved although they should have with the motion of the most.

    Where they are many and far apart, the camera stands still and what moves is the water, however much of it there is.
    """
    has_stayed = np.hypot(*(found - ground.points).T) <= INLIER_TOLERANCE_PX
    is_unexplained = np.hypot(*(found - project(motion, ground.points)).T) > INLIER_TOLERANCE_PX
    is_at_rest = is_tracked & has_stayed & is_unexplained
    return assess(ground, found, is_at_rest, MIN_SHARE_AT_REST)


def _spread_out(points: PointArray, shape: tuple[int, ...], wanted: int) -> PointArray:
    """The first ``wanted`` of points (n, 2) sorted by strength, no more of them from one cell than from others.

    Without this the strongest texture, which may be the water, would take all the places.
    """
    if len(points) <= wanted:
        return points
    rows, columns = CELLS
    cell = (points[:, 1] * rows / shape[0]).astype(int) * columns + (points[:, 0] * columns / shape[1]).astype(int)
    rank = np.zeros(len(points), dtype=int)
    for number in np.unique(cell):
        members = np.flatnonzero(cell == number)
        rank[members] = np.arange(len(members))
    return points[np.sort(np.argsort(rank, kind="stable")[:wanted])]


def _follow(
    source: Picture, target: Picture, points: PointArray, start: PointArray
) -> tuple[PointArray, NDArray[np.bool_]]:
    found, status, _ = cv2.calcOpticalFlowPyrLK(
        source,
        target,
        points.reshape(-1, 1, 2),
        start.reshape(-1, 1, 2),
        winSize=(WINDOW_PX, WINDOW_PX),
        maxLevel=PYRAMID_LEVELS,
        criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 20, 0.01),
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    return np.asarray(found.reshape(-1, 2), dtype=np.float32), np.asarray(status.ravel(), dtype=bool)


def _patch_correlation(reference: Picture, picture: Picture, points: PointArray, found: PointArray) -> FloatArray:
    """Correlation (n,) of the surroundings of each point in the two pictures; brightness and contrast do not count."""
    first = _patches(reference, points)
    second = _patches(picture, found)
    norms = np.sqrt(np.sum(first**2, axis=1) * np.sum(second**2, axis=1))
    return np.asarray(np.sum(first * second, axis=1) / np.maximum(norms, 1e-6), dtype=np.float64)


def _patches(picture: Picture, centres: PointArray, half: int = 7) -> PointArray:
    offset = np.arange(-half, half + 1, dtype=np.float32)
    shift_y, shift_x = (grid.ravel() for grid in np.meshgrid(offset, offset, indexing="ij"))
    map_x = centres[:, :1] + shift_x
    map_y = centres[:, 1:] + shift_y
    patches = cv2.remap(picture, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    return np.asarray(patches - patches.mean(axis=1, keepdims=True), dtype=np.float32)


def _reduced(picture: Picture, scale: float) -> Picture:
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _match_descriptors(reference: Picture, picture: Picture, mask: Mask | None) -> FloatArray | None:
    """A coarse homography from matching of ORB descriptors in reduced pictures, or None."""
    scale = min(1.0, MATCHING_WIDTH_PX / reference.shape[1])
    detector = cv2.ORB.create(nfeatures=1000, scaleFactor=1.3, nlevels=4)
    points, descriptors = [], []
    for image, allowed in ((reference, mask), (picture, None)):
        small_mask = None if allowed is None else _reduced((np.asarray(allowed) != 0).astype(np.uint8), scale)
        keypoints, described = detector.detectAndCompute(_reduced(image, scale), small_mask)
        if described is None or len(keypoints) < 4:
            return None
        points.append((np.array([keypoint.pt for keypoint in keypoints]) + 0.5) / scale - 0.5)
        descriptors.append(described)
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(descriptors[0], descriptors[1], k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < 0.8 * pair[1].distance]
    if len(good) < 8:
        return None
    source = points[0][[match.queryIdx for match in good]].astype(np.float32)
    target = points[1][[match.trainIdx for match in good]].astype(np.float32)
    found, _ = cv2.findHomography(source, target, cv2.RANSAC, 3.0 / scale, maxIters=1000)
    if found is None:
        return None
    matrix = np.asarray(found, dtype=np.float64)
    return matrix if _is_plausible(matrix, reference.shape) else None


def _corners(shape: tuple[int, ...]) -> FloatArray:
    height, width = shape[:2]
    return np.array([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], dtype=np.float64)


def _corner_shift(homography: FloatArray, shape: tuple[int, ...]) -> float:
    corners = _corners(shape)
    return float(np.hypot(*(project(homography, corners) - corners).T).max())


def _is_plausible(homography: FloatArray, shape: tuple[int, ...]) -> bool:
    """Whether a camera that was knocked or replaced can have moved the picture so: no mirror, no large zoom or turn."""
    corners = _corners(shape)
    depth = homography[2, :2] @ corners.T + homography[2, 2]
    if not np.isfinite(homography).all() or (depth * homography[2, 2] <= 0).any():
        return False
    moved = project(homography, corners).astype(np.float64)
    sides = np.roll(moved, -1, axis=0) - moved
    original = np.roll(corners, -1, axis=0) - corners
    scale = np.hypot(*sides.T) / np.hypot(*original.T)
    cosine = np.sum(sides * original, axis=1) / (np.hypot(*sides.T) * np.hypot(*original.T) + 1e-12)
    is_size_kept = bool((scale < _LARGEST_SCALE_CHANGE).all() and (scale > 1 / _LARGEST_SCALE_CHANGE).all())
    return is_size_kept and bool((cosine > 0.7).all())


def _spread(points: PointArray, shape: tuple[int, ...]) -> float:
    """Share of the picture's area that the convex hull of points (n, 2) covers."""
    if len(points) < 3:
        return 0.0
    hull = cv2.convexHull(points.reshape(-1, 1, 2))
    return float(cv2.contourArea(hull) / (shape[0] * shape[1]))
