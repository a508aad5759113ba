"""What must be read before any figure of the report."""

from __future__ import annotations

from ....domain.sentences import begun_with_capital
from ...measuring.verdict import Verdict
from ..blocks import Fact, Notice, Tone
from ..sources import ReportSources

_SENTENCES = {
    Verdict.GOOD: "No check speaks against this measurement.",
    Verdict.DOUBTFUL: "Use this discharge only after looking at these reasons:",
    Verdict.REJECTED: "This discharge must not be used, for these reasons:",
}
_TONES = {Verdict.GOOD: Tone.GOOD, Verdict.DOUBTFUL: Tone.DOUBTFUL, Verdict.REJECTED: Tone.REJECTED}
_OUT_OF_DATE = (
    "The settings were changed after the velocities were measured, so that velocities and discharge do not belong to "
    "the settings in this report. Measure again before using it."
)


def notice_of(sources: ReportSources) -> Notice:
    """The verdict on the measurement, or why there is none."""
    project, discharge = sources.project, sources.discharge
    is_outdated = project.velocities is not None and not project.are_velocities_current
    if discharge is None:
        why = sources.discharge_problem or "none was computed"
        outdated = (_OUT_OF_DATE,) if is_outdated else ()
        return Notice(Tone.REJECTED, "No discharge", f"There is no discharge: {why}.", outdated)
    if is_outdated or not discharge.is_current:
        # the first reason says again that the settings were changed
        return Notice(Tone.REJECTED, "Out of date", _OUT_OF_DATE, tuple(map(_sentence, discharge.reasons[1:])))
    reasons = tuple(map(_sentence, discharge.reasons))
    if discharge.verdict is None:
        return Notice(Tone.DOUBTFUL, "Not judged", "Nothing is known of the quality of this measurement:", reasons)
    return Notice(
        _TONES[discharge.verdict], discharge.verdict.value.capitalize(), _SENTENCES[discharge.verdict], reasons
    )


def verdict_fact(notice: Notice) -> Fact:
    """The notice in a word, loud if it is no good news."""
    word = notice.word if notice.tone is Tone.GOOD else notice.word.upper()
    return Fact("Verdict", word, notice.tone)


def _sentence(text: str) -> str:
    text = text.strip()
    return begun_with_capital(text) + ("" if text.endswith((".", ":")) else ".")
