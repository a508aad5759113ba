"""The boxes of the panel."""

from __future__ import annotations

from typing import Any

from PyQt5.QtWidgets import QCheckBox, QComboBox, QRadioButton

from image_velocimetry_tools.gui.batch_panel.models import results
from image_velocimetry_tools.gui.batch_panel.shown import ShownComparison, ShownLevels, ShownTable
from image_velocimetry_tools.gui.batch_panel.views.comparison_dialog import ComparisonDialog
from image_velocimetry_tools.gui.batch_panel.views.export_dialog import ExportDialog
from image_velocimetry_tools.gui.batch_panel.views.levels_dialog import LevelsDialog


def test_that_the_form_of_an_exporter_gives_only_what_was_changed(qtbot: Any) -> None:
    dialog = ExportDialog(results.exporters())
    qtbot.addWidget(dialog)
    titles = [dialog.exporterChoice.itemText(i) for i in range(dialog.exporterChoice.count())]
    assert "ZIP" in titles[0]
    assert dialog.chosen().settings == {}
    page = dialog._pages.currentWidget()
    page.findChild(QComboBox, "names").setCurrentText("original")
    failed = page.findChild(QCheckBox, "include_failed")
    failed.setChecked(not failed.isChecked())
    chosen = dialog.chosen()
    assert chosen.exporter == "zip"
    assert set(chosen.settings) == {"names", "include_failed"}
    assert chosen.settings["names"] == "original"


def test_that_every_field_of_every_exporter_says_what_it_is_for(qtbot: Any) -> None:
    for exporter in results.exporters():
        assert all(field.help and field.label for field in exporter.fields)
        assert exporter.suffix.startswith(".")


def test_that_only_the_fields_of_the_chosen_source_of_levels_can_be_filled(qtbot: Any) -> None:
    dialog = LevelsDialog(ShownLevels(unit="ft"))
    qtbot.addWidget(dialog)
    assert not any(edit.isEnabled() for edit in dialog._edits.values())
    dialog.findChild(QRadioButton, "constantRadio").click()
    assert [name for name, edit in dialog._edits.items() if edit.isEnabled()] == ["level"]
    dialog._edits["level"].setText("12.5")
    assert (dialog.chosen().source, dialog.chosen().level) == ("constant", "12.5")


def test_that_a_comparison_shows_totals_and_jobs(qtbot: Any) -> None:
    table = ShownTable(("job", "change (%)"), [("a", "+1.00")])
    dialog = ComparisonDialog(ShownComparison(["A: may", "B: june"], table, table))
    qtbot.addWidget(dialog)
    assert "june" in dialog.totalsLabel.text()
    assert dialog.tables.widget(0).jobs.text(0, 1) == "+1.00"
