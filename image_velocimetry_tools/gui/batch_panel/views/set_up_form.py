"""The form of a batch that is about to be started."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSignalBlocker, Qt
from PyQt5.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from ....domain.velocimetry import method_label
from ..shown import ShownSetUp
from .controls import button, line, tool, whole_number

if TYPE_CHECKING:
    from ..presenters.form import FormPresenter


_MOST_JOBS, _MOST_RETRIES = 256, 20
_ALPHA_TIP = "Mean over surface velocity where the table gives none"


class SetUpForm(QWidget):
    """Scaffold, folder and the most used options; everything else comes from a file of settings."""

    def __init__(self, presenter: FormPresenter, start: Callable[[], None]) -> None:
        super().__init__()
        self.presenter = presenter
        self._make_fields()
        self._make_buttons(start)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        scaffold = _row(self.scaffoldChoice, self.scaffoldLabel, self.chooseScaffoldButton)
        output = _row(self.outputLabel, self.chooseOutputButton)
        settings = _row(self.settingsLabel, self.chooseSettingsButton, self.clearSettingsButton)
        options = _row(self.saveProjectsCheck, self.plotsCheck, self.unknownColumnsCheck)
        levels = _row(self.levelsLabel, self.levelsButton)
        fields = (("Scaffold", scaffold), ("Results", output), ("More settings", settings))
        for row, (label, widget) in enumerate(fields):
            grid.addWidget(QLabel(label), row, 0)
            grid.addWidget(widget, row, 1)
        small = (
            (("Name", self.nameEdit), ("Method", self.methodChoice)),
            (("Jobs at a time", self.jobsField), ("Alpha", self.alphaEdit)),
            (("Retries", self.retriesField), ("Time limit", self.timeoutEdit)),
        )
        for row, pairs in enumerate(small):
            for place, (label, widget) in enumerate(pairs):
                grid.addWidget(QLabel(label), row, 2 + 2 * place)
                grid.addWidget(widget, row, 3 + 2 * place)
        grid.addWidget(QLabel("Water levels"), 3, 0)
        grid.addWidget(levels, 3, 1)
        grid.addWidget(options, 3, 2, 1, 3)
        grid.addWidget(self.startButton, 3, 5)
        grid.setColumnStretch(1, 3)
        for column in (3, 5):
            grid.setColumnStretch(column, 1)

    def show_set_up(self, form: ShownSetUp) -> None:
        """Show values without sending them back."""
        texts = {
            self.nameEdit: form.name,
            self.alphaEdit: form.alpha,
            self.timeoutEdit: form.job_timeout,
        }
        for edit, text in texts.items():
            if edit.text() != text:
                edit.setText(text)
        for check, is_on in (
            (self.saveProjectsCheck, form.save_projects),
            (self.plotsCheck, form.plots),
            (self.unknownColumnsCheck, form.allow_unknown_columns),
        ):
            check.setChecked(is_on)
        for field, number in ((self.jobsField, form.jobs_at_a_time), (self.retriesField, form.max_retries)):
            with QSignalBlocker(field):
                field.setValue(int(number) if number.isdecimal() else 0)
        self._show_choices(form)
        usual = form.usual_alpha or "as in the project"
        self.alphaEdit.setPlaceholderText(usual)
        self.alphaEdit.setToolTip(f"{_ALPHA_TIP}; left blank it is {usual}")
        scaffold = form.current_project if form.uses_current_project else form.scaffold or "not chosen yet"
        for label, text in (
            (self.scaffoldLabel, scaffold),
            (self.outputLabel, form.output or "not chosen yet"),
            (self.settingsLabel, form.settings_file or "none"),
            (self.levelsLabel, form.levels),
        ):
            label.setText(text)
            label.setToolTip(text)
        self.clearSettingsButton.setEnabled(bool(form.settings_file))
        self.chooseScaffoldButton.setEnabled(not form.uses_current_project)

    def _show_choices(self, form: ShownSetUp) -> None:
        with QSignalBlocker(self.methodChoice):
            if [self.methodChoice.itemData(i) for i in range(self.methodChoice.count())] != list(form.methods):
                self.methodChoice.clear()
                for place, name in enumerate(form.methods):
                    self.methodChoice.addItem(method_label(name, short=True), name)
                    self.methodChoice.setItemData(place, method_label(name), Qt.ToolTipRole)
            self.methodChoice.setCurrentIndex(self.methodChoice.findData(form.method))
        with QSignalBlocker(self.scaffoldChoice):
            self.scaffoldChoice.setCurrentIndex(0 if form.uses_current_project else 1)

    def _make_fields(self) -> None:
        self.scaffoldChoice = QComboBox()
        self.scaffoldChoice.setObjectName("scaffoldChoice")
        self.scaffoldChoice.addItems(["The open project", "A project file"])
        self.scaffoldChoice.setToolTip("The measurement that was set up by hand; every video is measured like it")
        self.scaffoldChoice.activated.connect(lambda index: self.presenter.use_current_project(index == 0))
        self.methodChoice = QComboBox()
        self.methodChoice.setObjectName("methodChoice")
        self.methodChoice.setToolTip(
            "How velocities are measured: on space-time images (STIV), or by tracking features of the water (KLT)"
        )
        self.methodChoice.activated.connect(lambda _: self.presenter.change(method=self.methodChoice.currentData()))
        self.scaffoldLabel, self.outputLabel = line("scaffoldLabel"), line("outputLabel")
        self.settingsLabel, self.levelsLabel = line("settingsLabel"), line("levelsLabel")
        self.nameEdit = self._edit("nameEdit", "name", "What the batch is called; the name of its folder if blank")
        self.jobsField = whole_number(
            "jobsField",
            "Jobs that run at a time; left to the program, as many as cores and memory allow",
            _MOST_JOBS,
            "automatic",
            lambda text: self.presenter.change(jobs_at_a_time="auto" if text == "0" else text),
        )
        self.alphaEdit = self._edit("alphaEdit", "alpha", _ALPHA_TIP)
        self.retriesField = whole_number(
            "retriesField",
            "How often a job is tried again when the cause of its failure can pass",
            _MOST_RETRIES,
            "none",
            lambda text: self.presenter.change(max_retries=text),
        )
        self.timeoutEdit = self._edit("timeoutEdit", "job_timeout", "Longest time of a job, such as 90, 15m or 2h")
        self.timeoutEdit.setPlaceholderText("no limit")
        self.saveProjectsCheck = self._check(
            "saveProjectsCheck", "save_projects", "Save a project per job", "A job then opens by a double click"
        )
        self.plotsCheck = self._check("plotsCheck", "plots", "Plots", "Draw section and space-time images of every job")
        self.unknownColumnsCheck = self._check(
            "unknownColumnsCheck",
            "allow_unknown_columns",
            "Allow unknown columns",
            "Carry columns that mean nothing to the program through to the summary, do not refuse them",
        )

    def _make_buttons(self, start: Callable[[], None]) -> None:
        presenter = self.presenter
        self.chooseScaffoldButton = tool(
            "chooseScaffoldButton", "Choose…", "Choose a project file (.ivy)", presenter.choose_scaffold
        )
        self.chooseOutputButton = tool(
            "chooseOutputButton", "Choose…", "Choose the folder for the results", presenter.choose_output
        )
        self.chooseSettingsButton = tool(
            "chooseSettingsButton", "Choose…", "Take further settings from a YAML file", presenter.choose_settings_file
        )
        self.clearSettingsButton = tool(
            "clearSettingsButton", "Clear", "Use no file of settings", presenter.clear_settings_file
        )
        self.levelsButton = tool(
            "levelsButton",
            "Change…",
            "Where the water levels of videos that are added come from",
            presenter.choose_levels,
        )
        self.startButton = button("startButton", "Start", "Measure all jobs of the table", start)

    def _edit(self, name: str, field: str, tip: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setObjectName(name)
        edit.setToolTip(tip)
        edit.setMinimumWidth(60)
        edit.textEdited.connect(lambda text: self.presenter.change(**{field: text}))
        return edit

    def _check(self, name: str, field: str, text: str, tip: str) -> QCheckBox:
        check = QCheckBox(text)
        check.setObjectName(name)
        check.setToolTip(tip)
        check.clicked.connect(lambda is_on: self.presenter.change(**{field: is_on}))
        return check


def _row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget, 1 if isinstance(widget, QLabel) else 0)
    return holder
