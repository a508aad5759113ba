"""What must be read before any figure of the report."""

from __future__ import annotations

from ....domain.project import Project
from ....domain.sentences import begun_with_capital
from ...measuring.verdict import Verdict
from ..blocks import Fact, Notice, Tone
from ..sources import ReportSources

_SENTENCES = {
    Verdict.GOOD: "No check speaks against this measurement.",
    Verdict.DOUBTFUL: "Use this discharge only after looking at these reasons:",
    Verdict.REJECTED: "This discharge must not be used, for these reasons:",
}
_GOOD_WITH_REMARKS = "No check speaks against this measurement, but you should know:"
_TONES = {Verdict.GOOD: Tone.GOOD, Verdict.DOUBTFUL: Tone.DOUBTFUL, Verdict.REJECTED: Tone.REJECTED}
_OUT_OF_DATE = (
    "The settings were changed after the velocities were measured, so that velocities and discharge do not belong to "
    "the settings in this report. Measure again before using it."
)
_ANOTHER_FILM = (
    "The velocities were measured on another film than the video in this report, so that velocities and discharge do "
    "not belong to it. Measure again, or find the film that they were measured on, before using it."
)


def notice_of(sources: ReportSources) -> Notice:
    """The verdict on the measurement, or why there is none."""
    project, discharge = sources.project, sources.discharge
    is_outdated = project.velocities is not None and not project.are_velocities_current
    if discharge is None:
        why = sources.discharge_problem or "none was computed"
        outdated = (_out_of_date(project),) if is_outdated else ()
        return Notice(Tone.REJECTED, "No discharge", f"There is no discharge: {why}.", outdated)
    if is_outdated or not discharge.is_current:
        # the first reason says again that they are out of date
        return Notice(
            Tone.REJECTED,
            "Out of date",
            _out_of_date(project),
            tuple(map(_sentence, (*discharge.reasons[1:], *discharge.remarks))),
        )
    reasons = tuple(map(_sentence, (*discharge.reasons, *discharge.remarks)))
    if discharge.verdict is None:
        return Notice(Tone.DOUBTFUL, "Not judged", "Nothing is known of the quality of this measurement:", reasons)
    is_good = discharge.verdict is Verdict.GOOD
    sentence = _GOOD_WITH_REMARKS if is_good and reasons else _SENTENCES[discharge.verdict]
    return Notice(_TONES[discharge.verdict], discharge.verdict.value.capitalize(), sentence, reasons)


def verdict_fact(notice: Notice) -> Fact:
    """The notice in a word, loud if it is no good news."""
    word = notice.word if notice.tone is Tone.GOOD else notice.word.upper()
    return Fact("Verdict", word, notice.tone)


def _out_of_date(project: Project) -> str:
    return _ANOTHER_FILM if project.is_film_replaced else _OUT_OF_DATE


def _sentence(text: str) -> str:
    text = text.strip()
    return begun_with_capital(text) + ("" if text.endswith((".", ":")) else ".")
