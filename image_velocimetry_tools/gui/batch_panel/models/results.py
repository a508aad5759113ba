"""Reports, exports and comparisons of batches, asked for from the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ....batch.controllers.results import ResultsController
from ....batch.controllers.view import COMPLETED
from ....batch.results.comparison import compare
from ....batch.results.comparison_tables import difference_rows, job_columns, job_rows, total_lines
from ....batch.results.export_source import export_source
from ....batch.results.export_wish import ExportWish
from ....domain.errors import Cancelled, IvyError, Problem
from ....domain.units import unit_system
from ....plugins.exporters import EXPORTER_GROUP
from ....plugins.interfaces import PluginSpec
from ....plugins.panels import PanelTaskControl
from ....plugins.registry import PluginRegistry, plugin_registry
from ....plugins.settings_options import SettingOption, setting_options
from ..shown import ExportChoice, FormField, ShownComparison, ShownExporter, ShownTable

_REPORTS = "report-"
REPORT_NAME = "report.html"
_FIRST = "zip"
_LABELS = {
    "card_seconds": "Time of such a card (s)",
    "fps": "Frames per second",
    "height": "Height (px)",
    "include_failed": "Jobs without a result too",
    "max_seconds_per_clip": "Longest part of a job (s)",
    "names": "Names of folders",
    "pattern": "Pattern of custom names",
    "space_time_images": "Space-time images",
    "width": "Width (px)",
}


@dataclass(slots=True)
class _Heard:
    """Takes what the presenter of the command line says, and passes progress on."""

    control: PanelTaskControl
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        self.said += [f"{label}: {value}" for label, value in rows]

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.said += [", ".join(row) for row in rows]

    def say(self, text: str) -> None:
        self.said.append(text)

    def detail(self, text: str) -> None:
        """Details are for logs."""

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def problem(self, text: str) -> None:
        self.problems.append(text)

    def progress(self, label: str, fraction: float) -> None:
        self.control.progress(fraction, label)

    def end_progress(self) -> None:
        self.control.progress(None)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and sentences about what is missing from it."""

    paths: tuple[Path, ...]
    missing: tuple[str, ...] = ()


def write_report(folder: Path, control: PanelTaskControl) -> Written:
    """The report as a web page beside the results.

    Raises
    ------
    IvyError, Cancelled
        If it cannot be written, or shall not be.
    """
    heard = _Heard(control)
    controller = ResultsController(heard, cancel=control.is_set)
    code = controller.report(folder, ["html"], ExportWish())
    return _outcome(code, heard, control)


def export(folder: Path, choice: ExportChoice, target: Path, control: PanelTaskControl) -> Written:
    """The results in another form.

    Raises
    ------
    IvyError, Cancelled
        If they cannot be written, or shall not be.
    """
    heard = _Heard(control)
    controller = ResultsController(heard, cancel=control.is_set)
    wish = ExportWish((choice.exporter,), target, plugin_settings=lambda chosen: {choice.exporter: choice.settings})
    return _outcome(controller.export(folder, wish), heard, control)


def exporters(registry: PluginRegistry | None = None) -> list[ShownExporter]:
    """Every way to export, with the fields of its form; reports have a button of their own."""
    known = registry or plugin_registry()
    return [
        ShownExporter(spec.name, spec.title, _suffix(spec), _fields(spec))
        for spec in sorted(known.specs(EXPORTER_GROUP), key=lambda spec: spec.name != _FIRST)
        if not spec.name.startswith(_REPORTS)
    ]


def side_by_side(first: Path, second: Path) -> ShownComparison:
    """Two batches compared, in the units of the first; raises IvyError if one cannot be read."""
    a, b = export_source(first), export_source(second)
    found, units = compare(a, b), unit_system(a.display_units)
    return ShownComparison(
        totals=total_lines(found),
        jobs=ShownTable(job_columns(units), job_rows(found, units)),
        differences=ShownTable(("job", "differs in", "A", "B"), difference_rows(found)),
    )


def _outcome(code: int, heard: _Heard, control: PanelTaskControl) -> Written:
    if control.is_set():
        raise Cancelled
    if heard.problems or code != COMPLETED:
        sentences = heard.problems or ["the export did not succeed"]
        raise IvyError.from_problems(Problem(text.rstrip(". ")) for text in sentences)
    written = (text.removeprefix("written: ") for text in heard.said if text.startswith("written: "))
    return Written(tuple(map(Path, written)), tuple(heard.warnings))


def _suffix(spec: PluginSpec) -> str:
    try:
        return str(getattr(spec.create(spec.settings()), "suffix", ""))
    except IvyError:
        # it wants to be told more before it is made; its files then have the ending that the user gives
        return ""


def _fields(spec: PluginSpec) -> tuple[FormField, ...]:
    return tuple(_field(option) for option in setting_options(spec))


def _field(option: SettingOption) -> FormField:
    words = option.field.replace("_", " ")
    label = _LABELS.get(option.field, words[:1].upper() + words[1:])
    if option.is_switch:
        return FormField(option.field, label, "switch", option.default, option.help)
    choices = option.metavar.split("|")
    if len(choices) > 1 and not option.is_list and all(word == word.lower() for word in choices):
        return FormField(option.field, label, "choice", option.default, option.help, tuple(choices))
    return FormField(option.field, label, "secret" if option.is_secret else "text", option.default, option.help)


def changed_settings(exporter: ShownExporter, values: Mapping[str, str]) -> dict[str, str]:
    """The values that are not the usual ones."""
    usual = {one.name: one.value for one in exporter.fields}
    return {name: text for name, text in values.items() if text != usual.get(name, "")}
