"""What every presenter works with."""

from __future__ import annotations

from dataclasses import dataclass

from ..presenters.dialogs import Dialogs
from .document import Document
from .events import Event
from .preferences import PreferencesModel
from .rectified_image import RectifiedImageModel
from .tasks import TaskRunner


class Hint(str):
    """A sentence for the status bar on what is to be done; it goes when something is done."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Workbench:
    """The document with what serves it.

    ``said`` takes sentences for the status bar; ``shown`` is emitted with the name of a tab that a presenter wants to
    be brought to the front (``"video"``, ``"frames"``, ``"orthorectification"``, ``"cross_section"``, ``"grid"``,
    ``"velocimetry"``, ``"discharge"``, ``"reporting"``).
    """

    document: Document
    tasks: TaskRunner
    dialogs: Dialogs
    preferences: PreferencesModel
    rectified: RectifiedImageModel
    said: Event[str]
    shown: Event[str]
