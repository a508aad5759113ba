"""What is typed into a field counts before anything else happens: a menu's key does not take the focus from it."""

from __future__ import annotations

from PyQt5 import sip
from PyQt5.QtCore import QCoreApplication, QEvent, Qt
from PyQt5.QtWidgets import QAbstractItemView, QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget


def finish_typing(window: QWidget) -> None:
    """Take over what is being typed in a window, as if Enter had been pressed; the field keeps the focus."""
    field = QApplication.focusWidget()
    if field is None or not window.isAncestorOf(field) or not _is_typed_into(field):
        return
    table = _table_of(field)
    # fields take over their text when they lose the focus
    field.clearFocus()
    if table is not None:
        # tables tell of edits after Qt is done with them, which would be too late here
        QCoreApplication.sendPostedEvents(table, QEvent.Type.MetaCall)
    if not sip.isdeleted(field) and field.isVisible():
        field.setFocus(Qt.FocusReason.OtherFocusReason)


def _is_typed_into(field: QWidget) -> bool:
    if isinstance(field, QComboBox):
        return field.isEditable()
    return isinstance(field, QLineEdit | QAbstractSpinBox)


def _table_of(field: QWidget) -> QAbstractItemView | None:
    above = field.parentWidget()
    while above is not None and not isinstance(above, QAbstractItemView):
        above = above.parentWidget()
    return above
