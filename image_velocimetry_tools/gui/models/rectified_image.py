"""The solved rectification of the present project and the pictures that go with it, worked out beside the window."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import Cancelled, IvyError, Problem
from ...domain.project import Calibration
from .document import Change, Document
from .events import Event
from .tasks import TaskControl, TaskRunner

if TYPE_CHECKING:
    from ...services.orthorectification_service import Orthorectification, OrthorectificationService

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class RectifiedImage:
    """What is known of a calibration; ``problems`` say why there is no ``solved``.

    ``original`` is the calibration image, RGB (height, width, 3), ``picture`` the rectified one.
    """

    calibration: Calibration
    original: Picture | None = None
    solved: Orthorectification | None = None
    picture: Picture | None = None
    problems: tuple[Problem, ...] = ()


class RectifiedImageModel:
    """Follows the calibration of the document; several tabs draw on the pictures.

    Attributes
    ----------
    changed
        Emitted when new pictures, or reasons for none, are there.
    """

    def __init__(self, document: Document, tasks: TaskRunner, service: OrthorectificationService | None = None) -> None:
        self.changed: Event[RectifiedImage] = Event()
        self._tasks = tasks
        self._given_service = service
        self._current = RectifiedImage(document.project.calibration)
        self._original_of: tuple[bytes, Picture] | None = None
        self._one_at_a_time = threading.Lock()
        document.changed.subscribe(self._follow)
        self._begin(document.project.calibration)

    @property
    def current(self) -> RectifiedImage:
        """The latest that is known; its ``calibration`` may lag behind that of the document for a moment."""
        return self._current

    @property
    def _service(self) -> OrthorectificationService:
        if self._given_service is None:
            # brings OpenCV, for which the window does not wait
            from ...services.orthorectification_service import OrthorectificationService

            self._given_service = OrthorectificationService()
        return self._given_service

    def _follow(self, change: Change) -> None:
        if change.touches("calibration"):
            self._begin(change.after.calibration)

    def _begin(self, calibration: Calibration) -> None:
        if calibration.image is None and not calibration.points.points:
            self._tasks.cancel("rectified image")
            self._take(RectifiedImage(calibration))
            return
        self._tasks.start(
            "Rectify the image",
            lambda control: self._in_turn(calibration, control),
            self._take,
            slot="rectified image",
            quiet=True,
        )

    def _take(self, image: RectifiedImage) -> None:
        self._current = image
        if image.calibration.image is not None and image.original is not None:
            self._original_of = (image.calibration.image, image.original)
        self.changed.emit(image)

    def _in_turn(self, calibration: Calibration, control: TaskControl) -> RectifiedImage:
        # while a point is dragged in a large image, many are asked for before the first is done
        with self._one_at_a_time:
            if control.is_set():
                raise Cancelled
            return self._worked_out(calibration, control)

    def _worked_out(self, calibration: Calibration, control: TaskControl) -> RectifiedImage:
        from ...services.rectification.rectified_view import solved_at_level

        try:
            original = self._decoded(calibration)
            solved = solved_at_level(calibration, self._service)
        except IvyError as error:
            return RectifiedImage(calibration, self._known(calibration), problems=error.problems)
        if original is None or control.is_set():
            return RectifiedImage(calibration, original, solved)
        try:
            picture = self._service.rectify(original, solved)
        except IvyError as error:
            return RectifiedImage(calibration, original, solved, problems=error.problems)
        return RectifiedImage(calibration, original, solved, picture)

    def _known(self, calibration: Calibration) -> Picture | None:
        try:
            return self._decoded(calibration)
        except IvyError:
            return None  # the same error is already being told

    def _decoded(self, calibration: Calibration) -> Picture | None:
        if calibration.image is None:
            return None
        if self._original_of is not None and self._original_of[0] is calibration.image:
            return self._original_of[1]
        return decoded_picture(calibration.image, calibration.image_name)


def decoded_picture(content: bytes, name: str = "") -> Picture:
    """An encoded picture as RGB (height, width, 3), as it is stored.

    Raises
    ------
    IvyError
        If it cannot be decoded.
    """
    # loads OpenCV, which the window does without until there is a picture
    from ...media.encoded_pictures import decoded_rgb

    picture = decoded_rgb(content)
    if picture is None:
        raise IvyError("it is not a picture that can be read", where=name, remedy="Choose a JPEG or PNG file")
    return picture
