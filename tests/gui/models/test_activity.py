from __future__ import annotations

from image_velocimetry_tools.gui.models.activity import activity_of
from image_velocimetry_tools.gui.models.tasks import TaskControl


def _work(title: str, fraction: float | None = None, doing: str = "") -> TaskControl:
    control = TaskControl(title)
    control.progress(fraction, doing)
    return control


def test_that_there_is_nothing_to_show_while_nothing_runs() -> None:
    assert activity_of([]) is None


def test_that_title_progress_and_what_is_being_done_are_shown() -> None:
    activity = activity_of([_work("Open project", 0.256, "reading frames")])
    assert activity is not None
    assert (activity.text, activity.percent, activity.can_stop) == ("Open project: reading frames", 26, True)


def test_that_unknown_progress_stays_unknown_and_others_are_counted() -> None:
    activity = activity_of([_work("Save project"), _work("Measure velocities")])
    assert activity is not None
    assert (activity.text, activity.percent) == ("Measure velocities (and 1 more)", None)


def test_that_work_that_was_asked_to_stop_says_so_and_cannot_be_stopped_again() -> None:
    work = _work("Open project", 0.5, "reading frames")
    work.cancel()
    activity = activity_of([work])
    assert activity is not None
    assert (activity.text, activity.can_stop) == ("Stopping: Open project", False)


def test_that_a_share_out_of_bounds_stays_within_the_bar() -> None:
    activity = activity_of([_work("Open project", 1.7)])
    assert activity is not None
    assert activity.percent == 100
