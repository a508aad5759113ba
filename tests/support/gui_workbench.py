"""A workbench for tests of presenters: a real document, work at once, boxes that answer as told."""

from __future__ import annotations

from unittest.mock import create_autospec

from inline_tasks import InlineTasks

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.gui.models.document import Document
from image_velocimetry_tools.gui.models.events import Event
from image_velocimetry_tools.gui.models.preferences import PreferencesModel
from image_velocimetry_tools.gui.models.rectified_image import RectifiedImageModel
from image_velocimetry_tools.gui.models.workbench import Workbench
from image_velocimetry_tools.gui.presenters.dialogs import Dialogs


def workbench(project: Project | None = None) -> Workbench:
    """A workbench whose ``tasks`` is an ``InlineTasks`` and whose ``dialogs`` is an autospec of the protocol."""
    document, tasks = Document(project), InlineTasks()
    dialogs = create_autospec(Dialogs, instance=True)
    return Workbench(
        document=document,
        tasks=tasks,
        dialogs=dialogs,
        preferences=PreferencesModel(None),
        rectified=RectifiedImageModel(document, tasks),
        said=Event(),
        shown=Event(),
    )
