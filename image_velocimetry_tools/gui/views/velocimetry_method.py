"""The panel of the method, with a form made of the settings that the method has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PyQt5.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from .object_names import name_widgets
from .widgets.number_fields import ChoiceField, NumberField, SwitchField, WholeField
from .widgets.text_field import TextField

if TYPE_CHECKING:
    from ..models.velocimetry_method import MethodSetting
    from ..presenters.velocimetry_method import MethodPresenter


class MethodPanel(QWidget):
    """Shows the method; see ``MethodView``. The fields of the form are named ``setting_<name>``."""

    presenter: MethodPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shapes: list[tuple[Any, ...]] = []
        self._fields: list[QWidget] = []
        self.methodField = ChoiceField(self)
        self.methodField.setToolTip("How velocities are measured")
        self.methodResetButton = QPushButton("Usual settings", self)
        self.methodResetButton.setToolTip("Return to the usual settings of the method")
        self.titleLabel = QLabel(self)
        self.titleLabel.setWordWrap(True)
        name_widgets(self)
        bar = QHBoxLayout()
        bar.addWidget(self.methodField, 1)
        bar.addWidget(self.methodResetButton)
        self._form = QFormLayout()
        layout = QVBoxLayout(self)
        layout.addLayout(bar)
        layout.addWidget(self.titleLabel)
        layout.addLayout(self._form)
        layout.addStretch()

    def bind(self, presenter: MethodPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.methodField.chosen.connect(lambda name: presenter.choose(name))
        self.methodResetButton.clicked.connect(lambda: presenter.reset())

    def show_methods(self, methods: Sequence[tuple[str, str]]) -> None:
        """Offer methods as (name, text)."""
        self.methodField.set_choices(methods)

    def show_method(self, name: str, title: str) -> None:
        """Show the method that is chosen."""
        self.methodField.show_value(name)
        self.titleLabel.setText(title)
        self.titleLabel.setVisible(bool(title))

    def show_settings(self, settings: Sequence[MethodSetting]) -> None:
        """Show the form; the fields stay while the method does, so that typing goes on in them."""
        shapes = [(setting.name, setting.kind, setting.choices) for setting in settings]
        if shapes != self._shapes:
            while self._form.rowCount():
                self._form.removeRow(0)
            self._fields = [self._added(setting) for setting in settings]
            self._shapes = shapes
        for field, setting in zip(self._fields, settings, strict=True):
            _show(field, setting.value)
        self.methodResetButton.setEnabled(bool(settings))

    def _added(self, setting: MethodSetting) -> QWidget:
        name = setting.name
        field = _field(setting, self, lambda value: self.presenter.set_value(name, value))
        field.setObjectName(f"setting_{name}")
        field.setToolTip(setting.help)
        self._form.addRow("" if setting.kind == "switch" else setting.label, field)
        return field


def _field(setting: MethodSetting, parent: QWidget, report: Callable[[Any], None]) -> QWidget:
    if setting.kind == "whole":
        whole = WholeField(parent, minimum=int(setting.minimum), maximum=int(setting.maximum))
        whole.edited.connect(report)
        return whole
    if setting.kind == "number":
        number = NumberField(parent, minimum=setting.minimum, maximum=setting.maximum)
        number.edited.connect(report)
        return number
    if setting.kind == "switch":
        switch = SwitchField(setting.label, parent)
        switch.switched.connect(report)
        return switch
    if setting.kind == "choice":
        choice = ChoiceField(parent, [(word, word) for word in setting.choices])
        choice.chosen.connect(report)
        return choice
    text = TextField(parent)
    text.entered.connect(report)
    return text


def _show(field: QWidget, value: Any) -> None:
    if isinstance(field, TextField):
        field.show_text(str(value))
    elif isinstance(field, NumberField | SwitchField | ChoiceField):
        field.show_value(value)
