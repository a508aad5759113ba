"""The review of space-time images: velocities read by hand where the program is in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...domain.project import PointReview, Project
from ...domain.units import UnitSystem, unit_system
from ..models.document import Change
from ..models.sti_review import (
    LONGEST_COMMENT,
    EnlargedImage,
    ReviewFilter,
    ReviewRow,
    cursor_text,
    enlarged,
    line_refusal,
    passes,
    review_rows,
    streak_line,
    with_sense,
)
from ..models.workbench import Hint, Workbench

FloatArray = NDArray[np.float64]
Picture = NDArray[np.uint8]
Line = tuple[float, float, float, float]
Lines = tuple[Line, ...]


class StiReviewView(Protocol):
    """What the page shows; velocities in display units, lines (n, 4) in pixels of the picture that is shown."""

    def bind(self, presenter: StiReviewPresenter) -> None: ...
    def show_units(self, velocity_label: str) -> None: ...
    def show_points(self, rows: Sequence[ReviewRow], images: Sequence[Picture]) -> None: ...
    def show_chosen(self, place: int | None) -> None: ...
    def show_image(self, picture: Picture | None, streak: FloatArray | None, lines: FloatArray) -> None: ...
    def show_reading(self, row: ReviewRow | None, is_upstream: bool) -> None: ...
    def show_hint(self, text: str) -> None: ...
    def show_cursor(self, text: str) -> None: ...


class StiReviewPresenter:
    """Goes through the points and takes down what the reviewer reads."""

    def __init__(self, view: StiReviewView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        self._filter = ReviewFilter.ALL
        self._least_quality = 0.0
        self._is_stretched = False
        self._rows: tuple[ReviewRow, ...] = ()
        self._listed: tuple[ReviewRow, ...] = ()
        self._point: int | None = None
        self._image: EnlargedImage | None = None
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        self._show()

    # what the user does

    def choose_filter(self, wanted: ReviewFilter | str) -> None:
        """List only some of the points."""
        self._filter = ReviewFilter(wanted)
        self._list()

    def set_least_quality(self, quality: float) -> None:
        """List only points of less than a quality; 0 lists all."""
        self._least_quality = quality
        self._list()

    def stretch_contrast(self, is_stretched: bool) -> None:
        """Spread the grey levels of the large image, or not."""
        self._is_stretched = is_stretched
        self._show_chosen()

    def choose(self, place: int) -> None:
        """Show the point at a place of the list."""
        if 0 <= place < len(self._listed):
            self._point = self._listed[place].point
            self._show_chosen()

    def step(self, places: int) -> None:
        """Go on, or back, in the list."""
        place = self._place()
        self.choose(0 if place is None else min(max(place + places, 0), len(self._listed) - 1))

    def hover(self, x: float, y: float) -> None:
        """Tell at what time and where on the search line the cursor is."""
        velocities = self._project.velocities
        if self._image is not None and velocities is not None:
            frame, row = self._image.to_image((x, y, x, y))[0, :2]
            self._view.show_cursor(cursor_text(frame, row, velocities, self._units))

    def draw_line(self, line: Sequence[float]) -> None:
        """Add a line drawn in the picture that is shown; the mean angle of all lines gives the velocity."""
        if self._image is not None:
            drawn = _as_line(self._image.to_image(line))
            self._take_line("Draw a streak line", drawn, lambda known: (*known, drawn))

    def move_line(self, index: int, line: Sequence[float]) -> None:
        """Take over a line that was dragged."""
        if self._image is not None:
            moved = _as_line(self._image.to_image(line))
            self._take_line("Move a streak line", moved, lambda known: (*known[:index], moved, *known[index + 1 :]))

    def remove_last_line(self) -> None:
        """Take the line that was drawn last away; an upstream mark that came with lines goes with the last of them."""
        self._review_lines("Delete a streak line", lambda known: known[:-1])

    def set_upstream(self, is_upstream: bool) -> None:
        """State that the water flows upstream at the point, or not."""
        self._review("Mark the flow direction", lambda review: replace(review, is_upstream=is_upstream))

    def set_comment(self, text: str, place: int | None = None) -> None:
        """Say something of the point that is shown, or of the one at a place of the list."""
        if place is not None:
            self.choose(place)
        self._review("Comment on a point", lambda review: replace(review, comment=text.strip()[:LONGEST_COMMENT]))

    def revert(self) -> None:
        """Return to the measured velocity; the comment stays."""
        self._review("Return to the measured velocity", lambda review: PointReview(comment=review.comment))

    # editing

    def _take_line(self, label: str, line: Line, change: Callable[[Lines], Lines]) -> None:
        known = PointReview() if self._point is None else self._project.reviews.get(self._point, PointReview())
        refusal = line_refusal(line, [one for one in change(known.lines_px) if one != line])
        if refusal:
            self._bench.said.emit(Hint(refusal))
            self._show_chosen()
        else:
            self._review_lines(label, change)

    def _review_lines(self, label: str, change: Callable[[Lines], Lines]) -> None:
        """Change the lines of the point; whether they go upstream is seen in them."""
        point, found = self._point, self._project.velocities
        if point is None or found is None:
            return
        before = self._project.reviews.get(point, PointReview())
        after = with_sense(found, point, replace(before, lines_px=change(before.lines_px)))
        if before.lines_px and not after.lines_px:
            after = replace(after, is_upstream=False)
        self._review(label, lambda _: after)
        if after.is_upstream and not before.is_upstream:
            self._bench.said.emit(f"Point {point + 1}: the line goes upstream, so 'Upstream flow' was ticked")
        elif before.is_upstream and after.lines_px and not after.is_upstream:
            self._bench.said.emit(f"Point {point + 1}: the line goes downstream, so 'Upstream flow' was unticked")

    @property
    def _project(self) -> Project:
        return self._bench.document.project

    @property
    def _units(self) -> UnitSystem:
        return unit_system(self._project.display_units)

    def _review(self, label: str, change: Callable[[PointReview], PointReview]) -> None:
        if self._point is None:
            return
        reviews = dict(self._project.reviews)
        before = reviews.get(self._point, PointReview())
        after = change(before)
        if after == before:
            return
        reviews[self._point] = after
        kept = {point: review for point, review in sorted(reviews.items()) if not review.is_empty}
        project = replace(self._project, reviews=MappingProxyType(kept))
        self._bench.document.edit(f"{label} (point {self._point + 1})", project)

    # showing

    def _follow(self, change: Change) -> None:
        if change.touches("velocities", "reviews", "display_units"):
            self._show()

    def _show(self) -> None:
        self._view.show_units(self._units.velocity_label)
        self._rows = review_rows(self._project, self._units)
        if self._point is not None and self._point >= len(self._rows):
            self._point = None
        self._list()

    def _list(self) -> None:
        self._listed = tuple(row for row in self._rows if passes(row, self._filter, self._least_quality))
        images = self._images()
        self._view.show_points(self._listed, [images[row.point] for row in self._listed] if images else [])
        self._view.show_hint(self._hint(bool(images)))
        if self._point is None and self._listed:
            self._point = self._listed[0].point
        self._show_chosen()

    def _hint(self, has_images: bool) -> str:
        if not self._rows:
            return "There are no velocities yet: measure them first"
        if not has_images:
            return "The project holds no space-time images: measure again to review them"
        return f"{len(self._listed)} of {len(self._rows)} points"

    def _images(self) -> Sequence[Picture]:
        return () if self._project.velocities is None else self._project.velocities.images

    def _place(self) -> int | None:
        return next((place for place, row in enumerate(self._listed) if row.point == self._point), None)

    def _show_chosen(self) -> None:
        self._view.show_chosen(self._place())
        point, velocities, images = self._point, self._project.velocities, self._images()
        if point is None or velocities is None:
            self._image = None
            self._view.show_image(None, None, np.empty((0, 4)))
            self._view.show_reading(None, False)
            return
        review = self._project.reviews.get(point, PointReview())
        if point < len(images) and images[point].size:
            self._image = enlarged(images[point], is_stretched=self._is_stretched)
            streak = streak_line(images[point], float(velocities.theta_deg[point]))
            drawn = None if streak is None else self._image.to_picture(streak)
            self._view.show_image(self._image.picture, drawn, self._image.to_picture(review.lines_px))
        else:
            self._image = None
            self._view.show_image(None, None, np.empty((0, 4)))
        self._view.show_reading(self._rows[point], review.is_upstream)


def _as_line(lines: FloatArray) -> Line:
    x1, y1, x2, y2 = (float(value) for value in lines[0])
    return x1, y1, x2, y2
